"""The settings file: read as it is, and single values of it changed, with all else and every comment kept."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, TypeAlias

import tomlkit

from scaler_monitor.system.user_file import one_at_a_time, read_user_file, replace_user_file

MAX_FILE_BYTES = 1024 * 1024

Changes: TypeAlias = Mapping[tuple[str, ...], Any]
"""By the keys that lead to it: a value, or the values of a table, of which None stands for one that goes."""


def read_file(path: Path) -> dict[str, Any]:
    """Return what stands in the file; raises OSError, and ValueError with one line when it is no TOML."""
    return _parse(read_user_file(path, MAX_FILE_BYTES).decode()).unwrap()


def change_file(path: Path, changes: Changes) -> None:
    """Put `changes` into the file as it is at this moment; make it where there is none.

    Raises OSError, TypeError and ValueError; then the file is as it was: one that cannot be read is never
    written over.
    """
    with one_at_a_time(path):
        try:
            document = _parse(read_user_file(path, MAX_FILE_BYTES).decode())
        except FileNotFoundError:
            document = tomlkit.document()
        wanted = document.unwrap()
        for keys, value in changes.items():
            _put(document, keys, value)
            _put(wanted, keys, value)
        text = tomlkit.dumps(document)
        if _filled(_parse(text).unwrap()) != _filled(wanted):
            raise ValueError("its form lets no value be changed")
        replace_user_file(path, text.encode())


def _parse(text: str) -> tomlkit.TOMLDocument:
    try:
        return tomlkit.parse(text)
    except Exception as problem:  # not all that it raises is of its own kinds
        lines = str(problem).splitlines() or [type(problem).__name__]
        raise ValueError(lines[0]) from problem


def _put(holder: Any, keys: tuple[str, ...], value: Any) -> None:
    """Change a document, or a plain dictionary, as in `Changes`; raises ValueError where no table is."""
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
        holder[key] = value
    elif isinstance(held, Mapping):
        _put_each(held, value)
        if not held:
            del holder[key]
    elif written := {name: part for name, part in value.items() if part is not None}:
        holder[key] = written
    else:
        holder.pop(key, None)


def _put_each(table: Any, values: Mapping[str, Any]) -> None:
    for name, value in values.items():
        if value is None:
            table.pop(name, None)
        else:
            table[name] = value


def _filled(plain: Mapping[str, Any]) -> dict[str, Any]:
    """Without empty tables: they may have no line of their own."""
    return {key: value for key, value in plain.items() if value != {}}
