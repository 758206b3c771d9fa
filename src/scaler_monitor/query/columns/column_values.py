"""The types of whole columns."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from scaler_monitor.query.columns.detail_column import DetailColumn
from scaler_monitor.query.columns.id_column import IdColumn
from scaler_monitor.query.columns.name_column import NameColumn

Values = Sequence[Any] | NDArray[Any] | NameColumn | IdColumn | DetailColumn


def plain(values: Values) -> Sequence[Any]:
    """Return the values of a column as Python objects."""
    if isinstance(values, NameColumn | IdColumn | DetailColumn):
        return values.texts()
    plain_values: Sequence[Any] = values.tolist() if isinstance(values, np.ndarray) else values
    return plain_values
