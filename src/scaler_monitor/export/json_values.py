"""Conversion of single values to and from the units of the JSON document; None means unknown."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from scaler_monitor.model.missing_values import valid_or_none
from scaler_monitor.protocol.kinds import Kind


def percent(tenths: int | None) -> float | None:
    """Return tenths of a percent as percent."""
    return None if tenths is None else int(tenths) / 10


def permille(percentage: float | None) -> float | None:
    """Return percent as tenths of a percent."""
    return None if percentage is None else percentage * 10


def share(part: float | None) -> float | None:
    """Return a share of 1 as percent."""
    return None if part is None else part * 100


def split_names(names: str | None) -> list[str] | None:
    """Return the names of capabilities in a text, sorted, without duplicates."""
    return None if names is None else sorted({name for name in re.split(r"[\s,]+", names) if name})


TO_JSON: dict[Kind, Callable[[Any], Any]] = {
    "permille": percent,
    "bytes": valid_or_none,
    "capabilities": split_names,
}
"""Conversion of raw values to the document, by column kind; other kinds are not converted."""

FROM_JSON: dict[Kind, Callable[[Any], Any]] = {"permille": permille}
"""Conversion of the document's values to raw values, for the text report."""
