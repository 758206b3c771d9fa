"""Parses filters: words, `-word`, `/regex/`, `column:value`, `column>value`.

A row must match all terms; `-` negates a term; `"two words"` is one word. Regular expressions use RE2, whose
time is linear in the text, so no expression can block the collector. An unknown value matches no term, so a
negated term matches it.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable
from functools import lru_cache
from typing import Any, NamedTuple

from scaler_monitor.protocol.format import format_value
from scaler_monitor.protocol.kinds import is_text, unit_of
from scaler_monitor.protocol.quantity import BadQuantity, parse_quantity
from scaler_monitor.protocol.table_spec import ColumnSpec, TableSpec
from scaler_monitor.query.matching import BadPattern, Contains, Equals, Matcher, Regex

MAX_FILTER_LENGTH = 500
"""Maximum length in characters; a longer filter is an error."""

MAX_TERMS = 20
"""Maximum number of terms; more are an error."""

_TOKEN = re.compile(
    r"""(?P<negated>-?)(?:
        /(?P<regex>(?:[^/\\]|\\.|/(?!\s|$))*)/(?=\s|$)
      | (?P<column>[A-Za-z_][\w%]*)(?P<operator>>=|<=|!=|>|<|=|:)(?:
            /(?P<regex_value>(?:[^/\\]|\\.|/(?!\s|$))+)/(?=\s|$)
          | "(?P<quoted_value>[^"]*)"
          | (?P<value>\S*)
        )
      | "(?P<phrase>[^"]*)"
      | (?P<word>\S+)
    )\s*""",
    re.VERBOSE,
)

_COMPARE: dict[str, Callable[[Any, Any], Any]] = {
    ">": operator.gt,
    "<": operator.lt,
    ">=": operator.ge,
    "<=": operator.le,
    "=": operator.eq,
    "!=": operator.ne,
}

_ALIASES = {
    "age": ("task_age", "duration", "last_seen", "connected"),
    "name": ("name", "function", "worker", "client", "manager", "host"),
    "id": ("task", "object", "worker", "client", "manager"),
    "state": ("status",),
}
"""Other names for columns; the first of the keys that the table has is used."""


class BadFilter(ValueError):
    """The filter cannot be parsed; the message is one line for the screen."""


class TextTerm(NamedTuple):
    """Requires a match in `column`, or in any text column if it is None."""

    column: str | None
    matches: Matcher
    negated: bool
    word: str = ""  # lower case, if the term is a plain word


class NumberTerm(NamedTuple):
    """Requires `compare(value, quantity)` for a numeric column; `compare` also accepts arrays.

    With `daytime`, values are unix seconds and the quantity is seconds since local midnight.
    """

    column: str
    compare: Callable[[Any, Any], Any]
    quantity: float
    negated: bool
    daytime: bool = False


Term = TextTerm | NumberTerm


@lru_cache(maxsize=128)
def parse_filter(text: str, table: TableSpec) -> tuple[Term, ...]:
    """Return the terms of a filter; raises BadFilter. Results are cached.

    The message of BadFilter begins with the position of the term, counted from 1: `at 7:`.
    """
    if len(text) > MAX_FILTER_LENGTH:
        raise BadFilter(f"filter is longer than {MAX_FILTER_LENGTH} characters")
    terms: list[Term] = []
    position, text = len(text) - len(text.lstrip()), text.rstrip()
    while position < len(text):
        token = _TOKEN.match(text, position)
        if token is None or token.end() == position:
            raise BadFilter(f"at {position + 1}: cannot read {text[position:][:20]!r}")
        if len(terms) == MAX_TERMS:
            raise BadFilter(f"at {position + 1}: more than {MAX_TERMS} terms")
        try:
            terms.append(_term(token, table))
        except BadFilter as problem:
            raise BadFilter(f"at {position + 1}: {problem}") from None
        position = token.end()
    return tuple(terms)


def _term(token: re.Match[str], table: TableSpec) -> Term:
    negated = bool(token["negated"])
    if token["regex"] is not None:
        return TextTerm(None, _regex(token["regex"]), negated)
    if token["column"] is not None:
        return _column_term(find_column(table, token["column"]), token, negated)
    word = token["word"] if token["phrase"] is None else token["phrase"]
    if token["phrase"] is None:
        if word.startswith("/"):
            raise BadFilter("a regular expression ends with /")
        _check_quotes(word)
        if not word.strip("<>=!:"):
            raise BadFilter(f"write column{word}value, without spaces")
    return TextTerm(None, Contains(word), negated, word.lower())


def _check_quotes(word: str) -> None:
    if word.startswith('"'):
        raise BadFilter('a word in quotes ends with "')


def _column_term(column: ColumnSpec, token: re.Match[str], negated: bool) -> Term:
    sign, regex = token["operator"], token["regex_value"]
    if regex is not None:
        if sign not in (":", "=", "!="):
            raise BadFilter(f"{column.title}{sign} wants no regular expression, use :")
        return TextTerm(column.key, _regex(regex), negated != (sign == "!="))
    value = token["value"] if token["value"] is not None else token["quoted_value"]
    _check_quotes(value)
    if not value:
        raise BadFilter(f"{column.title}{sign} what?")
    if sign == ":":
        return TextTerm(column.key, Contains(value), negated, value.lower())
    if is_text(column.kind):
        if sign in ("=", "!="):
            return TextTerm(column.key, Equals(value), negated != (sign == "!="))
        raise BadFilter(f"{column.title} is text: use : or =")
    try:
        quantity = parse_quantity(value, unit_of(column.kind))
    except BadQuantity as problem:
        raise BadFilter(f"{column.title}{sign} {problem}") from None
    return NumberTerm(column.key, _COMPARE[sign], quantity, negated, column.kind == "time")


def _regex(pattern: str) -> Regex:
    try:
        return Regex(pattern)
    except BadPattern as problem:
        raise BadFilter(f"regular expression: {problem}") from None


def find_column(table: TableSpec, name: str) -> ColumnSpec:
    """Return the column with this key, title or alias, ignoring case; raises BadFilter with similar keys."""
    wanted = name.lower()
    for column in table.columns:
        if wanted in (column.key.lower(), column.title.lower(), column.title.rstrip("%").lower()):
            return column
    for key in _ALIASES.get(wanted, ()):
        for column in table.columns:
            if column.key == key:
                return column
    close = [column.key for column in table.columns if wanted in column.key or column.key in wanted]
    raise BadFilter(f"no column {name[:20]!r}" + (f", try {', '.join(close[:3])}" if close else ""))


def cell_text(column: ColumnSpec, value: Any) -> str | None:
    """Return the text that a `column:value` term searches: text unchanged, other values as formatted."""
    if value is None:
        return None
    return value if isinstance(value, str) else format_value(column.kind, value)
