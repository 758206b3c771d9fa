"""Columns in which each row has its own text: verdicts on rows that do not change outlive a state."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from scaler_monitor.query.columns.name_column import Mask
from scaler_monitor.query.matching import Matcher

MAX_COLUMN_SEARCHES = 4
"""Searches of one column whose verdicts are kept."""

Searches = OrderedDict[Matcher, tuple[Mask, Mask]]
"""By what was searched for: the verdicts row by row, and on which rows there is none so far."""

Look = Callable[[NDArray[np.int64]], Mask]


def search(searches: Searches, matches: Matcher, among: Mask, look: Look) -> Mask:
    """Return the verdict on each row; `look` gives those on rows of `among` on which there is none so far."""
    verdicts, unseen = searches.pop(matches, (np.zeros(len(among), np.bool_), among))
    rows = np.flatnonzero(unseen & among)
    if len(rows):
        verdicts = verdicts.copy()
        verdicts[rows] = look(rows)
    searches[matches] = (verdicts, np.zeros(len(among), np.bool_))
    while len(searches) > MAX_COLUMN_SEARCHES:
        searches.popitem(last=False)
    return verdicts


def moved(searches: Searches, gone: int, length: int) -> Searches:
    """Return the verdicts once the first `gone` rows have left and others have come, `length` rows in all."""
    after: Searches = OrderedDict()
    for matches, (verdicts, unseen) in searches.items():
        kept, kept_unseen = verdicts[gone:], unseen[gone:]
        new = length - len(kept)
        after[matches] = (
            np.concatenate((kept, np.zeros(new, np.bool_))),
            np.concatenate((kept_unseen, np.ones(new, np.bool_))),
        )
    return after
