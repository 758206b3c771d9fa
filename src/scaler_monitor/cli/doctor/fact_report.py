"""The facts of a report, and their formats: plain text of 80 columns, or JSON."""

from __future__ import annotations

import json
import textwrap
import time
from collections.abc import Callable, Iterable
from typing import NamedTuple

from scaler_monitor.system.error_output import describe_exception
from scaler_monitor.system.printable import printable

WIDTH = 80
_INDENT = 18


class Fact(NamedTuple):
    """One entry of the report; `wrong` marks a problem."""

    name: str
    value: str
    wrong: bool = False


class Section(NamedTuple):
    """Facts that belong together."""

    title: str
    facts: list[Fact]


def run_checks(title: str, *checks: Callable[[], Iterable[Fact]]) -> Section:
    """Run each check and collect its facts; an exception becomes a fact, and the other checks still run."""
    facts: list[Fact] = []
    for check in checks:
        try:
            for fact in check():
                facts.append(fact)  # noqa: PERF402 - facts before an exception are kept
        except Exception as error:  # noqa: PERF203 - a handful
            facts.append(Fact(check.__name__.replace("_", " "), describe_exception(error), wrong=True))
    return Section(title, facts)


def count_wrong(sections: list[Section]) -> int:
    """Return the number of facts that are wrong."""
    return sum(fact.wrong for section in sections for fact in section.facts)


def as_text(sections: list[Section], now: float) -> str:
    """Return the report as text; `!` marks what is wrong."""
    lines = [f"scaler-monitor doctor, {_date(now)}"]
    for section in sections:
        lines += ["", section.title]
        for fact in section.facts:
            lines += _fact_lines(fact)
    wrong = count_wrong(sections)
    lines += ["", f"{wrong} wrong, marked with !" if wrong else "all is well"]
    return "\n".join(lines) + "\n"


def as_json(sections: list[Section], now: float) -> str:
    """Return the report as one JSON document on one line."""
    document = {
        "schema": 1,
        "time": now,
        "wrong": count_wrong(sections),
        "sections": {section.title: [fact._asdict() for fact in section.facts] for section in sections},
    }
    return json.dumps(document) + "\n"


def _fact_lines(fact: Fact) -> list[str]:
    head = f"{'!' if fact.wrong else ' '} {fact.name}".ljust(_INDENT)
    return textwrap.wrap(
        printable(fact.value),
        WIDTH,
        initial_indent=head if len(head) == _INDENT else f"{head} ",
        subsequent_indent=" " * _INDENT,
        break_on_hyphens=False,
    ) or [head.rstrip()]


def _date(now: float) -> str:
    return time.strftime("%Y-%m-%d %H:%M:%S %z", time.localtime(now))
