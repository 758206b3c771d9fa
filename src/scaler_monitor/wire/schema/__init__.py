"""Cap'n Proto schemas of the messages that schedulers send to monitors, one per wire generation."""

from __future__ import annotations

from functools import cache
from importlib.resources import as_file, files
from typing import Any

import capnp


@cache
def load_generation(generation: int) -> Any:
    """Return the pycapnp module of a generation: 1 (releases 1.12.7 to 2.6.0) or 2 (from 2.7.0 on).

    Its `Message` reads and builds whole frames.
    """
    if generation not in (1, 2):
        raise ValueError(f"no wire generation {generation}")
    capnp.remove_import_hook()
    with as_file(files(__name__) / f"generation{generation}.capnp") as path:
        return capnp.load(str(path))
