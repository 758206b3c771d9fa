"""All private parts of Textual that the program uses: a release without one of them fails here."""

from __future__ import annotations

import ast
import importlib
import inspect
import pkgutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from textual._compositor import ChopsUpdate, Compositor
from textual._xterm_parser import XTermParser
from textual.app import App
from textual.driver import Driver
from textual.drivers.linux_driver import LinuxDriver
from textual.screen import Screen
from textual.widget import Widget

from scaler_monitor import ui
from scaler_monitor.ui.job_control import job_controlled
from scaler_monitor.ui.keyboard.driver import reading_driver
from scaler_monitor.ui.terminal import counting_driver

METHODS = [
    (App, "_handle_exception", ["self", "error"]),
    (App, "_start_widget", ["self", "parent", "widget"]),
    (Compositor, "render_partial_update", ["self"]),
    (ChopsUpdate, "__init__", ["self", "chops", "spans", "chop_ends"]),
    (Screen, "_compositor_refresh", ["self"]),
    (XTermParser, "feed", ["self", "data"]),
    (LinuxDriver, "_get_terminal_size", ["self"]),
    (LinuxDriver, "start_application_mode", ["self"]),
    (LinuxDriver, "_sigtstp_application", ["self", "_"]),
    (LinuxDriver, "_sigcont_application", ["self", "_"]),
]
ATTRIBUTES = [
    (App, "_driver"),
    (App, "_exit_renderables"),
    (Screen, "_compositor"),
    (Widget, "_vertical_scrollbar"),
    (Driver, "_app"),
    (Driver, "_loop"),
    (Driver, "_size"),
    (LinuxDriver, "_key_thread"),
    (LinuxDriver, "_must_signal_resume"),
]
MODULES = {"textual._compositor", "textual._xterm_parser"}


@pytest.mark.parametrize(("owner", "name", "parameters"), METHODS, ids=[name for _, name, _ in METHODS])
def test_method(owner: type, name: str, parameters: list[str]) -> None:
    assert list(inspect.signature(getattr(owner, name)).parameters) == parameters


@pytest.mark.parametrize(("owner", "name"), ATTRIBUTES, ids=[name for _, name in ATTRIBUTES])
def test_attribute(owner: type, name: str) -> None:
    assert name in private_names(owner)


def test_the_parser_keeps_its_terminal_state() -> None:
    known = {"last_x", "last_y", "mouse_pixels", "terminal_size", "terminal_pixel_size"}
    assert known <= vars(XTermParser()).keys()


def test_the_driver_knows_whether_it_was_stopped() -> None:
    assert "_must_signal_resume" in LinuxDriver._sigtstp_application.__code__.co_names


async def test_attributes_have_the_expected_types() -> None:
    app: App[None] = App()
    async with app.run_test():
        assert type(app.screen._compositor) is Compositor
        assert app.screen._vertical_scrollbar is None
        assert app._driver is not None
        assert app._exit_renderables == []
        assert app.screen_stack == [app.screen]


def test_all_private_parts_are_listed_and_used() -> None:
    """Private names that are used but not defined here, and names that our classes share with Textual's."""
    listed = {name for _, name, _ in METHODS if is_private(name)} | {name for _, name in ATTRIBUTES}
    assert reached_for() | in_common() == listed


def test_all_private_modules_are_listed() -> None:
    imported = {
        node.module
        for tree in trees()
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module and "._" in node.module
    }
    assert imported == MODULES


def is_private(name: str) -> bool:
    return name.startswith("_") and not name.startswith("__")


def trees() -> Iterator[ast.Module]:
    for folder in ui.__path__:
        for file in Path(folder).rglob("*.py"):
            yield ast.parse(file.read_text())


def defined_in(tree: ast.AST) -> set[str]:
    """Return the names of methods, class attributes, and attributes that methods set."""
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            found.add(node.name)
        elif isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store):
            found |= {node.attr} if isinstance(node.value, ast.Name) and node.value.id == "self" else set()
        elif isinstance(node, ast.ClassDef):
            targets: list[ast.expr] = [part.target for part in node.body if isinstance(part, ast.AnnAssign)]
            targets += [each for part in node.body if isinstance(part, ast.Assign) for each in part.targets]
            found |= {target.id for target in targets if isinstance(target, ast.Name)}
    return {name for name in found if is_private(name)}


def private_names(owner: type) -> set[str]:
    """Return the private names that a class defines."""
    lines = inspect.getsource(owner).splitlines()
    indent = len(lines[0]) - len(lines[0].lstrip())
    return defined_in(ast.parse("\n".join(line[indent:] for line in lines)))


def reached_for() -> set[str]:
    ours = {*tuple.__dict__, *("_replace", "_asdict", "_fields", "_make")}  # of named tuples
    ours |= {name for tree in trees() for name in defined_in(tree)}
    used = {node.attr for tree in trees() for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    return {name for name in used if is_private(name)} - ours


def in_common() -> set[str]:
    found = set()
    for ours in classes():
        theirs = [base for base in ours.__mro__ if base.__module__.partition(".")[0] == "textual"]
        found |= private_names(ours) & {name for base in theirs for name in private_names(base)}
    return found


def classes() -> Iterator[type]:
    driver = job_controlled(reading_driver(counting_driver(LinuxDriver)))
    yield from (base for base in driver.__mro__ if base.__module__.startswith(ui.__name__))
    for module in pkgutil.walk_packages(ui.__path__, f"{ui.__name__}."):
        for _, ours in inspect.getmembers(importlib.import_module(module.name), inspect.isclass):
            if ours.__module__ == module.name:
                yield ours
