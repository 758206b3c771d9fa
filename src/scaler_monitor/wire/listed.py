"""The lists of structs in messages: how small an entry may be, how many there may be, and what they take."""

from __future__ import annotations

from typing import NamedTuple

from scaler_monitor.wire import limits


class ListKind(NamedTuple):
    """One kind of list. An entry with fewer words than any release's would make a frame many times its size.

    `memory` is what an entry takes here, of the REPORT_MEMORY that all lists of a frame share.
    """

    what: str
    data_words: int
    pointers: int
    memory: int
    most: int = 1 << 29


WORKERS = ListKind("workers", 4, 4, limits.WORKER_MEMORY)
PROCESSORS = ListKind("processors", 1, 1, limits.PROCESSOR_MEMORY)
CLIENTS = ListKind("clients", 1, 1, limits.CLIENT_MEMORY)
MANAGERS = ListKind("managers", 1, 3, limits.MANAGER_MEMORY)
MANAGED = ListKind("managers with workers", 0, 2, limits.MANAGER_MEMORY)
MANAGED_IDS = ListKind("workers of managers", 0, 1, limits.MANAGED_MEMORY)
STATE_TOTALS = ListKind("counts of states", 1, 0, 0, limits.TOTALS)
MESSAGE_TOTALS = ListKind("counts of messages", 1, 1, 0, limits.TOTALS)
OBJECTS = ListKind("objects", 2, 3, 0)
CAPABILITIES = ListKind("capabilities", 1, 1, 0)
