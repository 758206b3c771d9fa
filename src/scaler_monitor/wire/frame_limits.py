"""Limits of the frame size, and of what is decoded from one frame and kept of all names together.

What exceeds a limit is skipped or truncated, and counted.
"""

from __future__ import annotations

FRAME_LIMIT = 48 << 20
"""Bytes of the largest frame that is read, unless the user changes it. A report of 100,000 workers with 2
processors each has about 40 MB."""

FIELD_BYTES = 4 << 20
"""Bytes of one field (text, data or capabilities) of a task that the fast reader copies out of its frame."""

LARGE_FRAME = 6 << 20
"""Bytes. Of larger frames, one is held complete until it is decoded, and meanwhile this much of another
one: at that point there is room for it, or it is dropped. `FrameQueue` holds twice as much of all other
frames."""

ID_BYTES = 64
"""Bytes of a task or object id; upstream's have 16 and 32. A longer one is truncated and ends with a
digest."""

MAX_NAME_BYTES = 16_384
"""Bytes of a name on the wire; a longer one is always truncated."""

WORD_BYTES = 16
"""Bytes of a text that has few possible values, such as a worker's `itl`."""

SHORT_NAME_MEMORY = 160
"""Bytes of memory of a short name, about 110 letters. The number of short names is not limited."""

SHORT_NAMES_MEMORY = 28 << 20
"""Bytes of memory of all cached short names: the ids of about 100,000 workers."""

LONG_NAMES_MEMORY = 8 << 20
"""Bytes of memory of all longer names together. One that does not fit is truncated to a short name."""

LIST_IDS = 1_000
"""Task ids of one balance advice or graph task."""

LIST_CAPABILITIES = 64
"""Capabilities of one task or worker."""

SHORT_CAPABILITIES_MEMORY = 1_600
"""Bytes of memory of a short list of capabilities, about 8 with short names; longer lists share the next
limit."""

CAPABILITIES_MEMORY = 4 << 20
"""Bytes of memory of all cached lists of capabilities, and of all long ones."""

OBJECTS = 1_000
"""Objects of one StateObject; upstream sends the 500 largest."""

TOTALS = 4_096
"""Pairs in one of a report's lists of totals; there are 11 states and about 30 message types."""

REPORT_MEMORY = 116 << 20
"""Bytes of memory that one decoded report may take, computed from its numbers of workers, processors and
so on with the sizes below. 100,000 workers with 2 processors each, in lists of managers, fit; a frame that
claims more is malformed."""

WORKER_MEMORY = 520
PROCESSOR_MEMORY = 250
CLIENT_MEMORY = 700
MANAGER_MEMORY = 900
MANAGED_MEMORY = 150
"""Bytes of a worker's id in the list of its manager."""

REFERENCE_ROWS = 25_000
"""Workers, processors, clients and so on in one report that pycapnp reads, at 60 microseconds each."""
