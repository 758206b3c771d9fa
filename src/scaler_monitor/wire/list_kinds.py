"""The lists of structs in messages: minimum size of an element, maximum number, and memory per element."""

from __future__ import annotations

from typing import NamedTuple

from scaler_monitor.wire import frame_limits


class ListKind(NamedTuple):
    """Limits of one kind of list.

    An element must have at least the words of the oldest release: without that, a small frame could claim a
    huge number of elements. `memory` is the size of a decoded element in bytes; all lists of a frame share
    REPORT_MEMORY.
    """

    what: str
    data_words: int
    pointers: int
    memory: int
    most: int = 1 << 29


WORKERS = ListKind("workers", 4, 4, frame_limits.WORKER_MEMORY)
PROCESSORS = ListKind("processors", 1, 1, frame_limits.PROCESSOR_MEMORY)
CLIENTS = ListKind("clients", 1, 1, frame_limits.CLIENT_MEMORY)
MANAGERS = ListKind("managers", 1, 3, frame_limits.MANAGER_MEMORY)
MANAGED = ListKind("managers with workers", 0, 2, frame_limits.MANAGER_MEMORY)
MANAGED_IDS = ListKind("workers of managers", 0, 1, frame_limits.MANAGED_MEMORY)
STATE_TOTALS = ListKind("counts of states", 1, 0, 0, frame_limits.TOTALS)
MESSAGE_TOTALS = ListKind("counts of messages", 1, 1, 0, frame_limits.TOTALS)
OBJECTS = ListKind("objects", 2, 3, 0)
CAPABILITIES = ListKind("capabilities", 1, 1, 0)
