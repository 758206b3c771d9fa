"""What sets the bad apart from the good: the name that is on most of the ones and few of the others."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping

Names = Mapping[str, str | None]
"""The name of one thing by dimension (worker, host, manager, client, capability, function); None: unknown."""

LEAST_DIFFERENCE = 0.3
"""Of shares, from 0 to 1."""

MOST_LINES = 3
MOST_COMPARED = 1_000
"""Things of each side that are looked at."""


def what_differs(bad: Iterable[Names], good: Iterable[Names], what: str) -> tuple[str, ...]:
    """Return sentences, the greatest difference first; `what` the bad ones are: "failures".

    Of each dimension the one name that differs most is told. A name that all have, or that is not known of
    any, sets nothing apart.
    """
    ill, well = _count(bad), _count(good)
    found = []
    for dimension, names in ill.items():
        others = well.get(dimension, Counter())
        all_ill, all_well = sum(names.values()), sum(others.values())
        if not all_ill or not all_well:
            continue
        name, difference = max(
            ((name, count / all_ill - others[name] / all_well) for name, count in names.items()),
            key=lambda pair: (pair[1], pair[0]),
        )
        if difference >= LEAST_DIFFERENCE:
            found.append(
                (
                    -difference,
                    f"{dimension} {name or '(empty)'}: {names[name]:,} of {all_ill:,} {what}, "
                    f"{others[name]:,} of {all_well:,} others",
                )
            )
    return tuple(text for _, text in sorted(found)[:MOST_LINES])


def _count(things: Iterable[Names]) -> dict[str, Counter[str]]:
    counts: dict[str, Counter[str]] = {}
    for number, names in enumerate(things):
        if number >= MOST_COMPARED:
            break
        for dimension, name in names.items():
            if name is not None:
                counts.setdefault(dimension, Counter())[name] += 1
    return counts
