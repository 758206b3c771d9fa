"""A town at peace, and what a watch has told of it."""

from __future__ import annotations

from tests.findings.report import Release
from tests.findings.town import Town
from tests.findings.watching import Watch


def work(town: Town) -> None:
    """What comes each second in peace: a third of the processors are busy."""
    town.submit("work", min(max(1, len(town.workers) // 5), 200), seconds=3.0)


def working(workers: int = 10, release: float = 2.9, places: int = 1_000) -> Town:
    """A town at peace."""
    town = Town(workers, release=Release(release), places=places)
    town.every.append(work)
    return town


def told(watch: Watch, rule: str) -> list[str]:
    """All that a rule told in the whole watch, merged or not."""
    return [
        finding.text
        for _, findings in watch.seen
        for finding in findings
        if rule in (finding.rule, *finding.merged)
    ]
