"""The settings file: read as it is, and single values of it changed, with all else and every comment kept."""

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
    r"""'{3}.*?'{3,5}|"{3}(?:\\.|[^\\])*?"{3,5}"""  # of many lines: one or two quotes more may end it
    r"""|'[^']*'|"(?:\\.|[^"\\])*"|(?P<comment>\#[^\r\n]*)""",
    re.DOTALL,
)

Changes: TypeAlias = Mapping[tuple[str, ...], Any]
"""By the keys that lead to it: a value, or the values of a table, of which None stands for one that goes."""


def read_file(path: Path) -> dict[str, Any]:
    """Return what stands in the file; raises OSError, and ValueError with one line when it is no TOML."""
    return _parse(_read_text(path)[1]).unwrap()


def change_file(path: Path, changes: Changes) -> dict[tuple[str, ...], str]:
    """Put `changes` into the file as it is at this moment; make it where there is none.

    Returns, by their keys, why some could not be put in: the others are. Raises OSError and ValueError; then
    the file is as it was: one that cannot be read is never written over.
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
            except (TypeError, ValueError) as problem:  # noqa: PERF203 - the others are put in all the same
                refused[keys] = _first_line(problem)
        if text != before:
            replace_user_file(path, (mark + text).encode())
    return refused


def _read_text(path: Path) -> tuple[str, str]:
    """The byte order mark that an editor put before the text, or "", and the text."""
    text = read_user_file(path, MAX_FILE_BYTES).decode()
    return (BOM, text[1:]) if text.startswith(BOM) else ("", text)


def _changed(text: str, keys: tuple[str, ...], value: Any) -> str:
    """The text with one change in it; raises TypeError and ValueError where it cannot be put in."""
    document = _parse(text)
    wanted = document.unwrap()
    _put(document, keys, value)
    _put(wanted, keys, value)
    changed = tomlkit.dumps(document)
    if not _says(changed, wanted):
        raise ValueError("its form lets no value be changed")
    return changed


def _says(text: str, wanted: dict[str, Any]) -> bool:
    try:
        return bool(_comparable(_parse(text).unwrap()) == _comparable(wanted))
    except ValueError:
        return False


def _parse(text: str) -> tomlkit.TOMLDocument:
    try:
        return tomlkit.parse(text)
    except Exception as problem:  # not all that it raises is of its own kinds
        raise ValueError(_first_line(problem)) from problem


def _first_line(problem: Exception) -> str:
    return (str(problem).splitlines() or [type(problem).__name__])[0]


def _put(holder: Any, keys: tuple[str, ...], value: Any) -> None:
    """Change a document, or a plain dictionary, as in `Changes`; raises ValueError where its form forbids."""
    key, deeper = keys[0], keys[1:]
    held = holder.get(key)
    if deeper and held is None:
        inner: dict[str, Any] = {}
        _put(inner, deeper, value)
        if inner:
            holder[key] = inner
    elif deeper and not isinstance(held, Mapping):
        raise ValueError(f"{key} in it is no table")
    elif deeper:
        _put(held, deeper, value)
    elif not isinstance(value, Mapping):
        _replace(holder, key, value)
    elif isinstance(held, Mapping):
        _put_each(held, value)  # emptied or not, it stays: comments of the user may stand in it
    elif (written := {name: part for name, part in value.items() if part is not None}) or _comments_of(held):
        _replace(holder, key, written)
    else:
        holder.pop(key, None)


def _put_each(table: Any, values: Mapping[str, Any]) -> None:
    for name, value in values.items():
        held = table.get(name)
        if isinstance(held, list) and not isinstance(held, AoT) and isinstance(value, list | None):
            _put_items(held, value or [])
            if value is None and not _comments_of(held):
                del table[name]
        elif value is not None or _comments_of(held):
            _replace(table, name, [] if value is None else value)
        else:
            table.pop(name, None)


def _replace(holder: Any, key: str, value: Any) -> None:
    """Put a value where the old one stands, with the comments of that; raises ValueError for a table."""
    held = holder.get(key)
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
    holder[key] = value


def _put_items(held: list[Any], wanted: list[Any]) -> None:
    """Change an array in place: what stays keeps its comment."""
    for index in reversed(range(len(held))):
        if held[index] not in wanted:
            del held[index]
    for item in wanted:
        if item not in held:
            held.append(item)


def _comments_of(held: Any) -> list[str]:
    """The comments in a value and behind it."""
    if not isinstance(held, Item):
        return []
    parts = (match["comment"] for match in _STRING_OR_COMMENT.finditer(held.as_string()))
    return [comment for comment in (*parts, held.trivia.comment) if comment]


def _comparable(plain: Any) -> Any:
    """Without tables and arrays that hold nothing, in a form in which a nan equals itself."""
    if isinstance(plain, Mapping):
        parts = {key: _comparable(value) for key, value in plain.items()}
        return {key: part for key, part in parts.items() if part not in ({}, [])}
    if isinstance(plain, list):
        return [_comparable(item) for item in plain]
    return repr(plain)
