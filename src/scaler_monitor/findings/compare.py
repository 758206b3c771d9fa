"""Find the attributes that distinguish affected tasks or workers from the others."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping

Attributes = Mapping[str, str | None]
"""Attributes of one task or worker by dimension ("worker", "host", "manager", "client", "capability",
"function"); None: unknown."""

MIN_DIFFERENCE = 0.3
"""Smallest reported difference between the two shares (0 to 1)."""

MAX_LINES = 3
MAX_COMPARED = 1_000
"""Limit on the items examined on each side."""


def find_differences(bad: Iterable[Attributes], good: Iterable[Attributes], what: str) -> tuple[str, ...]:
    """Return one sentence per dimension that differs, largest difference first.

    `what` names the affected items in the sentence ("failures"). Each dimension gives the value with the
    largest difference in share; a dimension that is unknown on one side is left out.
    """
    affected, unaffected = _count(bad), _count(good)
    found = []
    for dimension, names in affected.items():
        others = unaffected.get(dimension, Counter())
        affected_total, unaffected_total = sum(names.values()), sum(others.values())
        if not affected_total or not unaffected_total:
            continue
        name, difference = max(
            (
                (name, count / affected_total - others[name] / unaffected_total)
                for name, count in names.items()
            ),
            key=lambda pair: (pair[1], pair[0]),
        )
        if difference >= MIN_DIFFERENCE:
            found.append(
                (
                    -difference,
                    f"{dimension} {name or '(empty)'}: {names[name]:,} of {affected_total:,} {what}, "
                    f"{others[name]:,} of {unaffected_total:,} others",
                )
            )
    return tuple(text for _, text in sorted(found)[:MAX_LINES])


def _count(things: Iterable[Attributes]) -> dict[str, Counter[str]]:
    counts: dict[str, Counter[str]] = {}
    for number, names in enumerate(things):
        if number >= MAX_COMPARED:
            break
        for dimension, name in names.items():
            if name is not None:
                counts.setdefault(dimension, Counter())[name] += 1
    return counts
