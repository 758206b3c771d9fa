"""App and table inherit only from Textual's classes; their functions are in separate parts."""

from __future__ import annotations

import pytest
from textual.app import App
from textual.scroll_view import ScrollView

from scaler_monitor.ui.app import MonitorApp
from scaler_monitor.ui.table.entity_table import EntityTable

MOST_METHODS = 25


@pytest.mark.parametrize(("ours", "theirs"), [(MonitorApp, App), (EntityTable, ScrollView)])
def test_only_textual_is_inherited_from(ours: type, theirs: type) -> None:
    assert ours.__bases__ == (theirs,)


def test_the_app_has_few_methods_of_its_own() -> None:
    methods = [
        name for name, value in vars(MonitorApp).items() if callable(value) or isinstance(value, property)
    ]
    assert len(methods) < MOST_METHODS


def test_the_app_takes_no_command_itself() -> None:
    assert [name for name in dir(MonitorApp) if name.startswith(("command_", "allows_"))] == []
