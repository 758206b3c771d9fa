"""Reads the settings file, and changes single values; everything else and all comments are preserved."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, TypeAlias

import tomlkit
from tomlkit.items import AoT, Item

from scaler_monitor.system.user_file import exclusive_access, read_user_file, replace_user_file

MAX_FILE_BYTES = 1024 * 1024
BOM = "\N{BYTE ORDER MARK}"

_STRING_OR_COMMENT = re.compile(
    r"""'{3}.*?'{3,5}|"{3}(?:\\.|[^\\])*?"{3,5}"""  # multi-line; it may end with one or two additional quotes
    r"""|'[^']*'|"(?:\\.|[^"\\])*"|(?P<comment>\#[^\r\n]*)""",
    re.DOTALL,
)

Changes: TypeAlias = Mapping[tuple[str, ...], Any]
"""New values by path of keys; the value of a table is a mapping, in which None removes a key."""


def read_file(path: Path) -> dict[str, Any]:
    """Return the content of the file; raises OSError, and ValueError (one line) if it is not TOML."""
    return _parse(_read_text(path)[1]).unwrap()


def change_file(path: Path, changes: Changes) -> dict[tuple[str, ...], str]:
    """Write `changes` into the present content of the file; create the file if it does not exist.

    Returns the reasons of changes that cannot be made, by path of keys; the others are written. Raises
    OSError and ValueError without changing the file: a file that cannot be read is never replaced.
    """
    refused = {}
    with exclusive_access(path):
        try:
            mark, before = _read_text(path)
        except FileNotFoundError:
            mark, before = "", ""
        _parse(before)
        text = before
        for keys, value in changes.items():
            try:
                text = _changed(text, keys, value)
            except (TypeError, ValueError) as problem:  # noqa: PERF203 - the other changes are still made
                refused[keys] = _first_line(problem)
        if text != before:
            replace_user_file(path, (mark + text).encode())
    return refused


def _read_text(path: Path) -> tuple[str, str]:
    """Return (byte order mark or "", text) of the file."""
    text = read_user_file(path, MAX_FILE_BYTES).decode()
    return (BOM, text[1:]) if text.startswith(BOM) else ("", text)


def _changed(text: str, keys: tuple[str, ...], value: Any) -> str:
    """Return the text with one change; raises TypeError and ValueError if it cannot be made."""
    document = _parse(text)
    wanted = document.unwrap()
    _set(document, keys, value)
    _set(wanted, keys, value)
    changed = tomlkit.dumps(document)
    if not _has_values(changed, wanted):
        raise ValueError("its form lets no value be changed")
    return changed


def _has_values(text: str, wanted: dict[str, Any]) -> bool:
    try:
        return bool(_comparable(_parse(text).unwrap()) == _comparable(wanted))
    except ValueError:
        return False


def _parse(text: str) -> tomlkit.TOMLDocument:
    try:
        return tomlkit.parse(text)
    except Exception as problem:  # tomlkit also raises errors that are not its own
        raise ValueError(_first_line(problem)) from problem


def _first_line(problem: Exception) -> str:
    return (str(problem).splitlines() or [type(problem).__name__])[0]


def _set(parent: Any, keys: tuple[str, ...], value: Any) -> None:
    """Change a document or dictionary as in `Changes`; raises ValueError if its structure forbids it."""
    key, deeper = keys[0], keys[1:]
    held = parent.get(key)
    if deeper and held is None:
        inner: dict[str, Any] = {}
        _set(inner, deeper, value)
        if inner:
            parent[key] = inner
    elif deeper and not isinstance(held, Mapping):
        raise ValueError(f"{key} in it is no table")
    elif deeper:
        _set(held, deeper, value)
    elif not isinstance(value, Mapping):
        _replace(parent, key, value)
    elif isinstance(held, Mapping):
        _set_each(held, value)  # kept even if it is empty, because of the user's comments
    elif (written := {name: part for name, part in value.items() if part is not None}) or _comments_of(held):
        _replace(parent, key, written)
    else:
        parent.pop(key, None)


def _set_each(table: Any, values: Mapping[str, Any]) -> None:
    for name, value in values.items():
        held = table.get(name)
        if isinstance(held, list) and not isinstance(held, AoT) and isinstance(value, list | None):
            _set_items(held, value or [])
            if value is None and not _comments_of(held):
                del table[name]
        elif value is not None or _comments_of(held):
            _replace(table, name, [] if value is None else value)
        else:
            table.pop(name, None)


def _replace(parent: Any, key: str, value: Any) -> None:
    """Replace a value, preserving its comments; raises ValueError for a table."""
    held = parent.get(key)
    if isinstance(held, Mapping | AoT):
        raise ValueError(f"{key} in it is a table")
    if isinstance(held, Item):
        comments = _comments_of(held)
        if isinstance(value, Mapping):
            value, values = tomlkit.inline_table(), value
            value.update(values)
        else:
            value = tomlkit.item(value)
        if comments:
            value.trivia.comment_ws = held.trivia.comment_ws or "  "
            value.trivia.comment = " ".join(comments)
    parent[key] = value


def _set_items(held: list[Any], wanted: list[Any]) -> None:
    """Change an array in place, so that unchanged items keep their comments."""
    for index in reversed(range(len(held))):
        if held[index] not in wanted:
            del held[index]
    for item in wanted:
        if item not in held:
            held.append(item)


def _comments_of(held: Any) -> list[str]:
    """Return the comments inside a value and after it."""
    if not isinstance(held, Item):
        return []
    parts = (match["comment"] for match in _STRING_OR_COMMENT.finditer(held.as_string()))
    return [comment for comment in (*parts, held.trivia.comment) if comment]


def _comparable(plain: Any) -> Any:
    """Return a form for comparison: without empty tables and arrays, and with nan equal to itself."""
    if isinstance(plain, Mapping):
        parts = {key: _comparable(value) for key, value in plain.items()}
        return {key: part for key, part in parts.items() if part not in ({}, [])}
    if isinstance(plain, list):
        return [_comparable(item) for item in plain]
    return repr(plain)
