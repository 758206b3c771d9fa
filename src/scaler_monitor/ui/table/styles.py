"""The CSS of a table, and the names of its styles."""

from __future__ import annotations

PAINTED = (
    *("header", "sorted", "cursor", "cursor-blurred", "mark", "faded"),
    *("good", "warn", "bad", "dim", "accent", "empty"),
)
"""Names of styles, including the tones of values."""

PREFIX = "entity-table--"
COMPONENT_CLASSES = {PREFIX + name for name in PAINTED}

CSS = """
EntityTable {
    height: 1fr; width: 1fr; background: $background; scrollbar-size-horizontal: 0;
    scrollbar-size-vertical: 1; scrollbar-gutter: stable;
    scrollbar-background: $background; scrollbar-color: $panel-lighten-2;
    scrollbar-background-hover: $background; scrollbar-background-active: $background;
    &> .entity-table--header { color: $text-muted; background: $panel; }
    &> .entity-table--sorted { color: $text; background: $panel; text-style: bold; }
    &:ansi > .entity-table--header { color: $foreground; text-style: reverse; }
    &:ansi > .entity-table--sorted { color: $foreground; text-style: bold reverse; }
    &> .entity-table--cursor { color: $block-cursor-foreground; background: $block-cursor-background; }
    &:nocolor > .entity-table--cursor { text-style: reverse; }
    &> .entity-table--cursor-blurred { color: $text; background: $panel; }
    &> .entity-table--mark { color: $text-warning; }
    &> .entity-table--faded { color: $text-disabled; text-style: italic; }
    &> .entity-table--good { color: $text-success; }
    &> .entity-table--warn { color: $text-warning; }
    &> .entity-table--bad { color: $text-error; text-style: bold; }
    &> .entity-table--dim { color: $text-muted; }
    &> .entity-table--accent { color: $text-accent; }
    &> .entity-table--empty { color: $text-muted; }
}
"""
