"""Lists of capabilities: equal lists share one object, and their total memory is limited."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import islice

from scaler_monitor.wire.event import Capability
from scaler_monitor.wire.frame_limits import CAPABILITIES_MEMORY, LIST_CAPABILITIES, SHORT_CAPABILITIES_MEMORY
from scaler_monitor.wire.refcount_cache import RefcountCache
from scaler_monitor.wire.text_memory import text_memory

Capabilities = tuple[Capability, ...]

_LIST_MEMORY = 64
_ENTRY_MEMORY = 136
"""Bytes of a pair, its number, and its slots in the list and in a dict; without its name."""


def capabilities_memory(capabilities: Capabilities) -> int:
    """Return the approximate memory of a list in bytes, including its names."""
    return _LIST_MEMORY + sum(_ENTRY_MEMORY + text_memory(each.name) for each in capabilities)


class CapabilityLists:
    """Creates and caches lists of capabilities.

    A list stays cached, complete, while anything references it. If the cache is full (CAPABILITIES_MEMORY), a
    new list is truncated to SHORT_CAPABILITIES_MEMORY, and its last entry says how many entries were removed.
    """

    def __init__(self) -> None:
        self.cut = 0
        """Number of truncated lists created so far."""
        self.created_bytes = 0
        """Total memory, in bytes, of all lists created so far."""
        self._kept: RefcountCache[Capabilities, Capabilities] = RefcountCache(
            CAPABILITIES_MEMORY, lambda made, _: capabilities_memory(made)
        )

    def make(self, pairs: Iterable[tuple[str, int]], length: int) -> Capabilities | None:
        """Return the list of `length` pairs, of which at most LIST_CAPABILITIES are read.

        Returns None if a name is empty: release 2.0.20 fills the list wrongly.
        """
        found = tuple(Capability(name, value) for name, value in islice(pairs, LIST_CAPABILITIES))
        if not all(each.name for each in found):
            return None
        made = _with_rest(found, len(found), length)
        known = self._kept.get(made)
        if known is not None:
            return known
        memory = capabilities_memory(made)
        if self._kept.has_room(memory):
            self._kept.keep(made, made, memory)
        elif memory > SHORT_CAPABILITIES_MEMORY:
            kept = len(found)
            while kept and memory > SHORT_CAPABILITIES_MEMORY:
                kept -= 1
                made = _with_rest(found, kept, length)
                memory = capabilities_memory(made)
        self.created_bytes += memory
        self.cut += made != found
        return made


def _with_rest(found: Capabilities, kept: int, length: int) -> Capabilities:
    rest = (Capability(f"({length - kept} more)", -1),) if kept < length else ()
    return found[:kept] + rest
