"""What was loaded is no longer searched for garbage; what comes later is."""

from __future__ import annotations

import gc
import weakref
from collections.abc import Iterator

import pytest

from scaler_monitor.system.garbage import loading


class Node:
    """Something that can refer to itself."""

    itself: Node


@pytest.fixture(autouse=True)
def as_before() -> Iterator[None]:
    """Leave the interpreter of all tests as it was."""
    thresholds = gc.get_threshold()
    yield
    gc.unfreeze()
    gc.set_threshold(*thresholds)
    gc.enable()


def garbage() -> weakref.ref[Node]:
    """What nothing refers to but itself."""
    node = Node()
    node.itself = node
    return weakref.ref(node)


def test_what_was_loaded_is_not_searched() -> None:
    gc.collect()
    with loading(700):
        assert not gc.isenabled()
        loaded = garbage()
    before = gc.get_freeze_count()
    gc.collect()
    assert loaded() is not None
    assert before > 1000
    assert gc.get_freeze_count() == before


def test_what_comes_later_is_found_by_itself() -> None:
    with loading(700):
        pass
    assert gc.isenabled()
    later = garbage()
    held = [[number] for number in range(100_000)]
    assert later() is None
    assert held


def test_what_fails_to_load_leaves_the_search_on() -> None:
    with pytest.raises(ImportError), loading(700):
        raise ImportError
    assert gc.isenabled()
