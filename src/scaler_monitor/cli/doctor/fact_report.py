"""What is found out, and how it is written: plain text of 80 columns, or JSON."""

from __future__ import annotations

import json
import textwrap
import time
from collections.abc import Callable, Iterable
from typing import NamedTuple

from scaler_monitor.system.complaints import described
from scaler_monitor.system.printable import printable

WIDTH = 80
_INDENT = 18


class Fact(NamedTuple):
    """One line of the report."""

    name: str
    value: str
    wrong: bool = False


class Section(NamedTuple):
    """Facts that belong together."""

    title: str
    facts: list[Fact]


def find_out(title: str, *tellers: Callable[[], Iterable[Fact]]) -> Section:
    """Ask each teller for its facts; one that fails is a fact itself, and costs none of the others."""
    facts: list[Fact] = []
    for tell in tellers:
        try:
            for fact in tell():
                facts.append(fact)  # noqa: PERF402 - what came before a failure stays
        except Exception as error:  # noqa: PERF203 - a handful
            facts.append(Fact(tell.__name__.replace("_", " "), described(error), wrong=True))
    return Section(title, facts)


def wrong_facts(sections: list[Section]) -> int:
    """How many facts are wrong."""
    return sum(fact.wrong for section in sections for fact in section.facts)


def as_text(sections: list[Section], now: float) -> str:
    """The report for people; a `!` marks what is wrong."""
    lines = [f"scaler-monitor doctor, {_date(now)}"]
    for section in sections:
        lines += ["", section.title]
        for fact in section.facts:
            lines += _written(fact)
    wrong = wrong_facts(sections)
    lines += ["", f"{wrong} wrong, marked with !" if wrong else "all is well"]
    return "\n".join(lines) + "\n"


def as_json(sections: list[Section], now: float) -> str:
    """The report as one document on a line."""
    told = {
        "schema": 1,
        "time": now,
        "wrong": wrong_facts(sections),
        "sections": {section.title: [fact._asdict() for fact in section.facts] for section in sections},
    }
    return json.dumps(told) + "\n"


def _written(fact: Fact) -> list[str]:
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
