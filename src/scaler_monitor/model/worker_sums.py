"""Sums of columns of a report by worker, or by a key of the worker."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from scaler_monitor.model.missing_values import valid_or_none


def sum_by_worker(values: NDArray[np.generic], first_processor: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the sum of a processor column by worker; 0 for a worker without processors."""
    sums = np.zeros(len(values) + 1, np.int64)
    np.cumsum(values, dtype=np.int64, out=sums[1:])
    result: NDArray[np.int64] = sums[first_processor[1:]] - sums[first_processor[:-1]]
    return result


def sum_by_key(
    values: NDArray[np.bool_ | np.integer[Any] | np.floating[Any]], key: NDArray[np.int64], size: int
) -> list[int | None]:
    """Return the sum of a worker column for each key from 0 to `size` - 1.

    Unknown values are skipped. A sum is None if no value of the key's workers is known, 0 without workers.
    """
    sums = np.bincount(key, np.maximum(values, 0), minlength=size)
    known = np.bincount(key, values >= 0, minlength=size)
    workers = np.bincount(key, minlength=size)
    return [
        valid_or_none(int(total)) if some or not members else None
        for total, some, members in zip(sums.tolist(), known.tolist(), workers.tolist(), strict=True)
    ]
