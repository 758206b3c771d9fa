"""Caches search results per row, for columns in which each row has its own text that does not change."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from scaler_monitor.query.columns.name_column import Mask
from scaler_monitor.query.matching import Matcher

MAX_COLUMN_SEARCHES = 4
"""Maximum number of cached searches per column."""

SearchCache = OrderedDict[Matcher, tuple[Mask, Mask]]
"""By matcher: (whether each row matches, whether each row is still to be tested)."""

MatchRows = Callable[[NDArray[np.int64]], Mask]


def search(searches: SearchCache, matches: Matcher, among: Mask, match_rows: MatchRows) -> Mask:
    """Return whether each row matches; `match_rows` tests the rows of `among` that are not in the cache."""
    verdicts, unseen = searches.pop(matches, (np.zeros(len(among), np.bool_), among))
    rows = np.flatnonzero(unseen & among)
    if len(rows):
        verdicts = verdicts.copy()
        verdicts[rows] = match_rows(rows)
    searches[matches] = (verdicts, np.zeros(len(among), np.bool_))
    while len(searches) > MAX_COLUMN_SEARCHES:
        searches.popitem(last=False)
    return verdicts


def shift_rows(searches: SearchCache, removed: int, length: int) -> SearchCache:
    """Return the cache without the first `removed` rows, with new rows appended up to `length` rows."""
    after: SearchCache = OrderedDict()
    for matches, (verdicts, unseen) in searches.items():
        kept, kept_unseen = verdicts[removed:], unseen[removed:]
        new = length - len(kept)
        after[matches] = (
            np.concatenate((kept, np.zeros(new, np.bool_))),
            np.concatenate((kept_unseen, np.ones(new, np.bool_))),
        )
    return after
