"""How large a frame may be, and how much of one, and of all names together, becomes events.

What is left out is counted.
"""

from __future__ import annotations

FRAME_LIMIT = 48 << 20
"""Bytes of the largest frame that is read unless the user says otherwise. A report of 100,000 workers with 2
processors each has some 40 MB."""

FIELD_BYTES = 4 << 20
"""Of one text, list of bytes or capabilities of a task that our own reader copies out of its frame."""

LARGE_FRAME = 6 << 20
"""Bytes. Of the frames that have more, one is held whole until it is decoded, and so much of another one
meanwhile: then there is room for it, or it is let go. `FrameQueue` holds twice as much of all others."""

ID_BYTES = 64
"""Of a task's or an object's id; upstream's have 16 and 32. A longer one is cut and ends in a digest."""

LONGEST_NAME_BYTES = 16_384
"""Of a name on the wire; a longer one is always cut."""

WORD_BYTES = 16
"""Of a text that is one of a few by its nature, as a worker's `itl`."""

SHORT_NAME_MEMORY = 160
"""Bytes of memory of a name that anything may have, however many there are; about 110 letters."""

SHORT_NAMES_MEMORY = 28 << 20
"""Bytes of memory of all of these that are kept to be used again: the ids of some 100,000 workers."""

LONG_NAMES_MEMORY = 8 << 20
"""Bytes of memory of all longer names together. One for which there is no room is cut to a short one."""

LIST_IDS = 1_000
"""Task ids of one balance advice or graph task."""

LIST_CAPABILITIES = 64
"""Capabilities of one task or worker."""

SHORT_CAPABILITIES_MEMORY = 1_600
"""Bytes of memory of a list of capabilities that any task may have, 8 with short names; longer ones share the
next limit."""

CAPABILITIES_MEMORY = 4 << 20
"""Bytes of memory of all lists of capabilities that are kept to be used again, and of all long ones."""

OBJECTS = 1_000
"""Objects of one StateObject; upstream sends the 500 biggest."""

TOTALS = 4_096
"""Pairs in one of a report's lists of totals; there are 11 states and some 30 kinds of messages."""

REPORT_MEMORY = 116 << 20
"""Bytes of memory that one report may take here, by its numbers of workers, processors and so on and by the
figures below. 100,000 workers with 2 processors each, in lists of managers, fit; a frame that claims more is
malformed."""

WORKER_MEMORY = 520
PROCESSOR_MEMORY = 250
CLIENT_MEMORY = 700
MANAGER_MEMORY = 900
MANAGED_MEMORY = 150
"""Of a worker's id in the list of its manager."""

REFERENCE_ROWS = 25_000
"""Workers, processors, clients and so on in one report that pycapnp reads, at 60 microseconds each."""
