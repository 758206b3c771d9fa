"""How long the bytes of one key may be apart. Imports nothing of Textual: options are read without it."""

from __future__ import annotations

ESCAPE_MILLISECONDS = 300
"""How long a key's bytes may take to come, before the ESC that they begin with is the Escape key."""
LEAST_ESCAPE_MILLISECONDS, MOST_ESCAPE_MILLISECONDS = 1, 10_000
"""What it may be set to."""
