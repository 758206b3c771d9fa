"""The one table of keys: bindings, footer, help, palette and the README's table are all made from it.

A key means one thing in the whole program. `command` names a method `command_<command>` that is looked
for from the focused widget up to its pane, then among the handlers of the app (`command_dispatch`); where
nobody has it, the key does nothing there and the footer leaves it out. A non-empty `argument` is handed to
that method.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from textual.binding import Binding

from scaler_monitor.ui.tab_list import Tab, all_tabs

Group = Literal["Moving", "Looking", "Time", "Sorting workers", "Sorting any table", "Tabs", "Program"]


@dataclass(frozen=True, slots=True)
class Key:
    """One key of the program."""

    id: str  # the name of its binding and of its command in the palette
    key: str  # as Textual names keys; commas separate keys that mean the same
    command: str
    group: Group
    describe: str  # one line, for help and palette
    label: str = ""  # footer text; "" keeps it out of the footer
    argument: str = ""
    show: str = ""  # how people write the key, where that differs from `key`
    priority: bool = False  # works even while text is typed
    needs_rows: bool = False  # acts on the visible rows, which must match the present sort and filter

    @property
    def written(self) -> str:
        """The key as people write it."""
        return self.show or self.key

    @property
    def binding(self) -> Binding:
        """The Textual binding of this key."""
        return Binding(
            self.key,
            f"command('{self.id}')",
            self.describe,
            show=bool(self.label),
            key_display=self.written,
            priority=self.priority,
            id=self.id,
        )


def _sort(letter: str, column: str, what: str) -> Key:
    return Key(f"sort-{column.replace('_', '-')}", letter, "sort_letter", "Sorting workers", what, "", letter)


def _tab(tab: Tab) -> Key:
    return Key(f"tab-{tab.name}", tab.digit, "tab", "Tabs", tab.title, "", tab.name)


KEYS: tuple[Key, ...] = (
    Key("help", "question_mark", "help", "Program", "all keys, on one page", "help", show="?"),
    Key("quit", "q", "quit", "Program", "quit", "quit"),
    Key(
        "filter", "slash", "filter", "Looking", "filter the rows, as typed", "filter", "", "/", priority=True
    ),
    Key("pause", "space", "pause", "Looking", "pause or resume the display", "pause"),
    Key("view", "v", "view", "Looking", "the top view or the tabs", "top/tabs"),
    Key(
        "enter",
        "enter",
        "enter",
        "Looking",
        "open the row under the cursor",
        "into",
        show="Enter",
        needs_rows=True,
    ),
    Key("back", "escape", "back", "Looking", "close the filter, then help, then go back", "back", show="Esc"),
    Key("copy", "y", "copy", "Looking", "copy the row", "copy", needs_rows=True),
    Key("trail", "e", "trail", "Looking", "every event of the task", "trail", needs_rows=True),
    Key("fold", "x", "fold", "Looking", "fold or unfold", "fold", needs_rows=True),
    Key("copy-cell", "Y", "copy_cell", "Looking", "copy one cell of the row: choose which", needs_rows=True),
    Key(
        "shorter",
        "left_square_bracket",
        "window",
        "Time",
        "a shorter window: 30, 10, 5 minutes",
        "",
        "shorter",
        show="[",
    ),
    Key(
        "longer",
        "right_square_bracket",
        "window",
        "Time",
        "a longer window: 5, 10, 30 minutes",
        "window",
        "longer",
        show="]",
    ),
    Key("scale", "L", "scale", "Time", "linear or logarithmic", "log"),
    Key("clock", "T", "clock", "Time", "relative or absolute time", "time"),
    Key("zoom-in", "plus", "zoom", "Time", "zoom in", "", "in", show="+"),
    Key("zoom-out", "minus", "zoom", "Time", "zoom out", "zoom", "out", show="-"),
    Key("pan-back", "comma", "pan", "Time", "back in time", "", "back", ","),
    Key("pan-on", "full_stop", "pan", "Time", "on in time", "pan", "on", "."),
    _sort("n", "worker", "by worker"),
    _sort("g", "manager", "by manager"),
    _sort("C", "agt_cpu", "by the agent's cpu"),
    _sort("M", "agt_rss", "by the agent's memory"),
    _sort("c", "cpu", "by cpu of the processors"),
    _sort("m", "rss", "by memory of the processors"),
    _sort("F", "rss_free", "by free memory of the machine"),
    _sort("f", "free", "by free task slots"),
    _sort("w", "sent", "by tasks sent"),
    _sort("d", "queued", "by tasks queued"),
    _sort("s", "suspended", "by tasks suspended"),
    _sort("l", "lag", "by lag"),
    Key(
        "sort-previous",
        "less_than_sign",
        "sort_next",
        "Sorting any table",
        "by the column to the left",
        "",
        "left",
        "<",
    ),
    Key(
        "sort-next",
        "greater_than_sign",
        "sort_next",
        "Sorting any table",
        "by the column to the right",
        "sort",
        "right",
        ">",
    ),
    Key("reverse", "r", "reverse", "Sorting any table", "turn the order round", "reverse"),
    Key("up", "up", "up", "Moving", "one row up", show="Up", needs_rows=True),
    Key("down", "down", "down", "Moving", "one row down", show="Down", needs_rows=True),
    Key("left", "left", "left", "Moving", "to the left", show="Left"),
    Key("right", "right", "right", "Moving", "to the right", show="Right"),
    Key("page-up", "pageup", "page_up", "Moving", "a screenful up", show="PgUp", needs_rows=True),
    Key("page-down", "pagedown", "page_down", "Moving", "a screenful down", show="PgDn", needs_rows=True),
    Key("first", "home", "first", "Moving", "to the first row", show="Home", needs_rows=True),
    Key("last", "end", "last", "Moving", "to the last row", show="End", needs_rows=True),
    Key("next-part", "tab", "next_part", "Moving", "to the next part of the screen", show="Tab"),
    Key("previous-part", "shift+tab", "previous_part", "Moving", "to the part before", show="Shift+Tab"),
    *(_tab(tab) for tab in all_tabs() if tab.digit),
    Key(
        "palette",
        "colon,ctrl+p",
        "palette",
        "Program",
        "every command by name",
        "commands",
        show=": or Ctrl+P",
    ),
    Key("suspend", "ctrl+z", "suspend", "Program", "suspend; fg resumes", show="Ctrl+Z", priority=True),
    Key("interrupt", "ctrl+c", "quit", "Program", "quit", show="Ctrl+C", priority=True),
)

BY_ID: dict[str, Key] = {key.id: key for key in KEYS}
KEY_BY_NAME: dict[str, Key] = {name: key for key in KEYS for name in key.key.split(",")}
"""By Textual's name of the key."""


@dataclass(frozen=True, slots=True)
class Command:
    """Something without a key of its own, for the palette."""

    id: str
    command: str
    describe: str
    argument: str = ""


COMMANDS: tuple[Command, ...] = (
    Command("self", "self_panel", "resource usage of the monitor, and dropped messages"),
    Command("columns", "columns", "choose the columns of this table"),
    Command("theme", "theme", "choose a theme"),
    Command("copy-file", "copy_file", "write this table to a file"),
    *(Command(f"tab-{tab.name}", "tab", tab.title, tab.name) for tab in all_tabs() if not tab.digit),
)

COMMAND_BY_ID: dict[str, Key | Command] = {**BY_ID, **{command.id: command for command in COMMANDS}}


def key_table_markdown() -> str:
    """The README's table of keys, a row a group."""
    lines = ["| | keys |", "|---|---|"]
    for group in dict.fromkeys(key.group for key in KEYS):
        keys = "; ".join(f"`{key.written}` {key.describe}" for key in KEYS if key.group == group)
        lines.append(f"| {group} | {keys} |")
    return "\n".join(lines) + "\n"
