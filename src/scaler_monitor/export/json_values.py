"""Single values of the JSON document: units as it has them, None for what is not known."""

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


def separate(names: str | None) -> list[str] | None:
    """Return the names of capabilities in a text, each once."""
    return None if names is None else sorted({name for name in re.split(r"[\s,]+", names) if name})


IN_JSON: dict[Kind, Callable[[Any], Any]] = {
    "permille": percent,
    "bytes": valid_or_none,
    "capabilities": separate,
}
"""What makes the document's value of a raw one, by the kind of a column; others are the same in both."""

FROM_JSON: dict[Kind, Callable[[Any], Any]] = {"permille": permille}
"""The way back, for the text that is made of the document."""
