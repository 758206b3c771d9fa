"""What the search for garbage leaves alone: all that a program has loaded, which lives as long as it does."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def loading(young_objects: int) -> Iterator[None]:
    """Search for no garbage while a program loads, and never again among what was loaded.

    From then on it is searched for after `young_objects` allocations, and the longer something has lived the
    more seldom: a walk over all modules holds up a key, or the reader, by a twentieth of a second.
    """
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.set_threshold(young_objects, 20, 50)
        gc.enable()
