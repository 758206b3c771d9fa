"""The key table: every key exists, has one meaning, and matches the sort letters of tables."""

from __future__ import annotations

from pathlib import Path

from textual.keys import KEY_NAME_REPLACEMENTS, Keys, _character_to_key

from scaler_monitor.protocol.tables import TABLES
from scaler_monitor.ui.keys import COMMAND_BY_ID, COMMANDS, KEYS, key_table_markdown

FORBIDDEN = {"ctrl+m", "ctrl+i", "ctrl+left_square_bracket", "shift+enter", *(f"ctrl+{n}" for n in range(10))}


def keys_of_table() -> list[str]:
    return [name for key in KEYS for name in key.key.split(",")]


def test_every_key_exists() -> None:
    known = {str(key.value) for key in Keys} | {_character_to_key(chr(code)) for code in range(32, 127)}
    known |= set(KEY_NAME_REPLACEMENTS.values())
    assert [key for key in keys_of_table() if key not in known] == []


def test_every_key_has_one_meaning() -> None:
    names = keys_of_table()
    assert sorted(names) == sorted(set(names))
    assert not FORBIDDEN & set(names)


def test_ids_are_unique() -> None:
    assert len(COMMAND_BY_ID) == len(KEYS) + len(COMMANDS)


def test_sort_letters_are_those_of_the_worker_table() -> None:
    letters = {key.argument for key in KEYS if key.command == "sort_letter"}
    assert letters == {column.shortcut for column in TABLES["workers"].columns if column.shortcut}
    assert "".join(sorted(letters)) == "".join(sorted("ngCMcmFfwdsl"))


def test_the_readme_has_the_table_of_keys() -> None:
    table = key_table_markdown()
    assert all(f"`{key.written}` {key.describe}" in table for key in KEYS)
    assert table in (Path(__file__).parents[2] / "README.md").read_text()
