"""Quantities with units in filters."""

from __future__ import annotations

import pytest

from scaler_monitor.protocol.kinds import Unit
from scaler_monitor.protocol.quantity import BadQuantity, parse_quantity

GIB = 1 << 30


@pytest.mark.parametrize(
    ("text", "unit", "value"),
    [
        ("2G", "bytes", 2 * GIB),
        ("1.5MiB", "bytes", 1.5 * 1024**2),
        ("100", "bytes", 100),
        ("50%", "permille", 500),
        ("50", "permille", 500),
        ("1h30m", "seconds", 5400),
        ("250ms", "seconds", 0.25),
        ("5ms", "microseconds", 5000),
        ("5", "microseconds", 5000),
        ("2k", "count", 2000),
        ("1,000", "count", 1000),
        ("14:05", "unix seconds", 14 * 3600 + 300),
        ("yes", "flag", 1),
    ],
)
def test_quantities(text: str, unit: Unit, value: float) -> None:
    assert parse_quantity(text, unit) == pytest.approx(value)


@pytest.mark.parametrize(
    ("text", "unit"),
    [
        ("", "bytes"),
        ("5m", "permille"),
        ("25:00", "unix seconds"),
        ("1G1G", "bytes"),
        ("maybe", "flag"),
    ],
)
def test_not_quantities(text: str, unit: Unit) -> None:
    with pytest.raises(BadQuantity):
        parse_quantity(text, unit)
