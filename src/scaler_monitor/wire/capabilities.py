"""Lists of capabilities: equal ones are one object, and what all of them take is bounded."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import islice

from scaler_monitor.wire.event import Capability
from scaler_monitor.wire.limits import CAPABILITIES_MEMORY, LIST_CAPABILITIES, SHORT_CAPABILITIES_MEMORY
from scaler_monitor.wire.text_memory import text_memory
from scaler_monitor.wire.unused import KeptWhileUsed

Capabilities = tuple[Capability, ...]

_LIST_MEMORY = 64
_ENTRY_MEMORY = 136
"""A pair, its number, its place in the list, and its place in a dict; its name comes on top."""


def capabilities_memory(capabilities: Capabilities) -> int:
    """Return about how many bytes of memory a list takes, its names included."""
    return _LIST_MEMORY + sum(_ENTRY_MEMORY + text_memory(each.name) for each in capabilities)


class CapabilityLists:
    """Makes lists of capabilities. Up to a limit in bytes they are kept and whole for as long as anything has
    them; another one is cut to SHORT_CAPABILITIES_MEMORY, and its last entry says how many there are more."""

    def __init__(self) -> None:
        self.cut = 0
        """Lists made so far that are not whole."""
        self.made = 0
        """Bytes of memory of all lists made so far."""
        self._kept: KeptWhileUsed[Capabilities, Capabilities] = KeptWhileUsed(
            CAPABILITIES_MEMORY, lambda made, _: capabilities_memory(made)
        )

    def make(self, pairs: Iterable[tuple[str, int]], length: int) -> Capabilities | None:
        """Return the list of `length` pairs, of which no more than LIST_CAPABILITIES are read.

        None where it is filled wrongly (2.0.20: names are empty).
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
        self.made += memory
        self.cut += made != found
        return made


def _with_rest(found: Capabilities, kept: int, length: int) -> Capabilities:
    rest = (Capability(f"({length - kept} more)", -1),) if kept < length else ()
    return found[:kept] + rest
