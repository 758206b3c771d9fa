"""Any settings file: one value is changed; everything else and all comments are preserved."""

from __future__ import annotations

import re
import tempfile
from itertools import count
from pathlib import Path
from typing import Any

import pytest
import tomlkit
from hypothesis import given, settings
from hypothesis import strategies as st

from scaler_monitor.protocol.tables import TABLES
from scaler_monitor.ui.settings import SettingsStore

TABLE = TABLES["workers"]
KEYS = [column.key for column in TABLE.columns if column.key not in TABLE.hidden]


class Commented:
    """Generates TOML with a different comment in every possible place."""

    def __init__(self, draw: st.DrawFn) -> None:
        self.draw = draw
        self._numbers = count()

    def chance(self) -> bool:
        return self.draw(st.booleans())

    def comment(self) -> str:
        return f"{self.draw(st.sampled_from(('#', ' # ', '  #')))}c{next(self._numbers)};"

    def behind(self) -> str:
        return (self.comment() if self.chance() else "") + "\n"

    def lines(self) -> str:
        return "".join(self.behind() for _ in range(self.draw(st.integers(0, 2))))

    def array(self, keys: list[str]) -> str:
        quote = self.draw(st.sampled_from("'\""))
        items = [f"{quote}{key}{quote}" for key in keys]
        if self.chance():
            return f"[{', '.join(items)}]"
        text = "[" + self.behind() + self.lines()
        for item in items:
            is_last = item is items[-1] and self.chance()
            text += f"  {item}{'' if is_last else ','}{self.behind()}{self.lines()}"
        return text + "]"

    def keys(self) -> list[str]:
        return self.draw(st.lists(st.sampled_from([*KEYS, "later # no comment"]), max_size=4, unique=True))

    def table(self, name: str) -> str:
        """The columns of a table, as one of the forms has them."""
        form = self.draw(st.sampled_from(("array", "table", "inline", "dotted", "string", "table of tables")))
        if form == "array":
            return f"{name} = {self.array(self.keys())}{self.behind()}"
        if form == "string":
            return f"{name} = {{hidden = 'a # b'}}{self.behind()}"
        hidden = self.array(self.keys())
        if form == "inline":
            return f"{name} = {{hidden = {hidden}, later = 1}}{self.behind()}"
        if form == "dotted":
            return f"{name}.hidden = {hidden}{self.behind()}{self.lines()}"
        head = f"[columns.{name}]" if form == "table" else f"[[columns.{name}]]"
        return f"{head}{self.behind()}{self.lines()}hidden = {hidden}{self.behind()}shown = []{self.behind()}"

    def document(self) -> str:
        text = self.lines()
        for name in self.draw(st.lists(st.sampled_from(("theme", "scale", "more")), unique=True)):
            text += f"{name} = 'scaler-light'{self.behind()}{self.lines()}"
        tables = [
            self.table(name)
            for name in self.draw(st.lists(st.sampled_from(("workers", "tasks", "clients")), unique=True))
        ]
        plain, headed = ([table for table in tables if table.startswith("[") == has] for has in (False, True))
        if plain:
            text += f"[columns]{self.behind()}" + self.lines().join((*plain, ""))
        text += self.lines().join((*headed, ""))
        if self.chance():
            text += f"[later]{self.behind()}a = {self.array(['b'])}{self.behind()}{self.lines()}"
        return text


@st.composite
def documents(draw: st.DrawFn) -> str:
    return Commented(draw).document()


def comments(text: str) -> list[str]:
    return sorted(re.findall(r"c\d+;", text))


def kept(text: str, hidden: frozenset[str] | None = None, **choices: Any) -> tuple[str, str]:
    """Return the text of a settings file after changes, and the message; `hidden` has all hidden columns."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "settings.toml"
        file.write_text(text)
        held = SettingsStore(file, environment={})
        if hidden is not None:
            held.set_columns(TABLE, hidden)
        held.set(**choices)
        said = held.write()
        return file.read_text(), said


@settings(deadline=None)
@given(documents(), st.sampled_from(("scaler-dark", "scaler-light")))
def test_a_change_preserves_comments_and_other_values(text: str, theme: str) -> None:
    after, said = kept(text, theme=theme)
    assert said == ""
    assert comments(after) == comments(text)
    assert tomlkit.parse(after).unwrap() == {**tomlkit.parse(text).unwrap(), "theme": theme}


@settings(deadline=None, max_examples=200)
@given(documents(), st.sets(st.sampled_from(KEYS), min_size=1, max_size=3))
def test_a_change_of_columns_preserves_comments_and_other_values(text: str, hidden: set[str]) -> None:
    """Except a comment on a column that is shown again; a form that cannot be changed is reported."""
    after, said = kept(text, hidden=TABLE.hidden | hidden)
    if said:
        assert said.startswith("settings are not kept: columns.workers: ")
        assert after == text
        return
    before, now = tomlkit.parse(text).unwrap(), tomlkit.parse(after).unwrap()
    chosen = now["columns"].pop("workers")
    assert set(chosen["hidden"]) - {"later # no comment"} == hidden
    was = before.get("columns", {}).pop("workers", {})
    assert now == {"columns": {}, **before}
    gone = set(was.get("hidden", ()) if isinstance(was, dict) else ()) - set(chosen["hidden"])
    assert len(comments(text)) - len(comments(after)) <= len(gone)
    if not gone:
        assert comments(after) == comments(text)


def test_a_list_of_an_older_release_becomes_a_table_in_its_place() -> None:
    text = (
        "[columns]  # of all\n# narrow\nworkers = [\n  # all but one\n  "
        + ", ".join(f"'{key}'" for key in KEYS[1:])
        + ",  # wide\n]  # note\n# after\ntasks = ['client']  # short\n"
    )
    after, said = kept(text, hidden=TABLE.hidden | {KEYS[1]})
    assert (after, said) == (
        "[columns]  # of all\n# narrow\n"
        f'workers = {{hidden = ["{KEYS[1]}"]}}  # all but one # wide # note\n'
        "# after\ntasks = ['client']  # short\n",
        "",
    )
    after, said = kept(text, hidden=TABLE.hidden)
    assert "workers = {}  # all but one # wide # note\n" in after
    assert said == ""


@pytest.mark.parametrize(
    "form",
    [
        "[theme]  # mine\na = 1\n",
        "[[theme]]  # mine\na = 1\n",
        "[columns.workers.hidden]  # mine\na = 1\n",
        "[[columns.workers]]  # mine\nhidden = []\n",
        "[columns]\nworkers = {hidden = [\n'host' # one\n, 'lag'\n]}\n",
    ],
)
def test_a_form_that_cannot_be_changed_is_preserved_and_reported(form: str) -> None:
    if "theme" in form:
        after, said = kept(form, theme="scaler-dark")
    else:
        after, said = kept(form, TABLE.hidden | {"manager"})
    assert after == form
    assert re.match(r"settings are not kept: [a-z.]+: (\w+ in it is a table|its form lets no value)", said)


def test_default_columns_preserve_the_comments(tmp_path: Path) -> None:
    """The chosen item is removed with its comment; everything else is preserved."""
    file = tmp_path / "settings.toml"
    file.write_text(
        '[columns.workers]\n# I hide this since\nhidden = [\n  # odd ones\n  "manager", # noisy\n]  # mine\n'
        '\n# --- do not touch below ---\n\n[columns.clients]\n# short\nhidden = ["host"]\n# end\n'
    )
    held = SettingsStore(file, environment={})
    for table in ("workers", "clients"):
        held.set_columns(TABLES[table], TABLES[table].hidden)
    assert held.write() == ""
    assert file.read_text() == (
        "[columns.workers]\n# I hide this since\nhidden = [\n  # odd ones\n]  # mine\n"
        "\n# --- do not touch below ---\n\n[columns.clients]\n# short\n# end\n"
    )
    assert SettingsStore(file, environment={}).problems == []
    held.set_columns(TABLES["workers"], TABLES["workers"].hidden | {"manager"})
    assert held.write() == ""
    assert SettingsStore(file, environment={}).settings.columns["workers"].hidden == {"manager"}
    assert "# odd ones" in file.read_text()


def test_hidden_columns_keep_their_comments(tmp_path: Path) -> None:
    file = tmp_path / "settings.toml"
    file.write_text('[columns.workers]\nhidden = [\n  "manager", # noisy\n  "host", # long\n]\n')
    held = SettingsStore(file, environment={})
    held.set_columns(TABLES["workers"], TABLES["workers"].hidden | {"manager", "load"})
    assert held.write() == ""
    assert '"manager", # noisy\n' in file.read_text()
    assert SettingsStore(file, environment={}).settings.columns["workers"].hidden == {"manager", "load"}


@pytest.mark.parametrize(
    ("value", "left"),
    [
        ('["""a"""", # it\'s mine\n "b"]', "# it's mine"),
        ("['''a'''', # mine\n 'b']", "# mine"),
        ('["""a"""", "# none"]', ""),
        ('["""a"""", """b""", \'C:' + "\\" * 4_000 + "', # mine\n]", "# mine"),
    ],
    ids=["double quotes", "single quotes", "no comment", "backslashes"],
)
def test_multi_line_strings_are_not_comments(value: str, left: str) -> None:
    after, said = kept(f"theme = {value}\n", theme="scaler-dark")
    assert said == ""
    assert after.rstrip().split("#")[1:] == left.split("#")[1:]
    assert tomlkit.parse(after).unwrap() == {"theme": "scaler-dark"}
