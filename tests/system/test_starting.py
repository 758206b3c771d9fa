"""The sources start processes only with commands of `system.interpreter`, in a safe current folder."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

import scaler_monitor

SOURCES = Path(scaler_monitor.__file__).parent
STARTERS = {
    "subprocess": ("Popen", "run", "call", "check_", "getoutput", "getstatusoutput"),
    "os": ("exec", "spawn", "posix_spawn", "system", "popen", "startfile"),
    "asyncio": ("create_subprocess",),
    "pty": ("spawn",),
    "multiprocessing": ("",),
    "concurrent.futures": ("ProcessPool",),
}
"""By module: how the names begin of what starts a process."""
COMMANDS = ("run_module", "run_script", "run_code")
"""Of an Interpreter."""

EXCEPTIONS = {
    ("system/interpreter.py", "ask_interpreter"): "a Python of unknown version: it stands in /, with -c",
    ("demo/environment.py", "_run_step"): "what its callers made, which are looked at as well",
    ("demo/local_cluster.py", "_guard"): "what its callers made, which are looked at as well",
    ("demo/guardian.py", "main"): "what the guardian was given: GuardedCommand's callers are looked at",
}
"""Who may start what else, and why."""
HANDED_ON = ("_run_step", "GuardedCommand", "self._guard")
"""What takes a command and starts it."""


class Start(NamedTuple):
    """A place where a process is started: the function, and the call."""

    source: str
    function: str
    call: ast.Call
    made: dict[str, ast.expr]

    @property
    def command(self) -> ast.expr:
        """Return the command argument; of `os.exec*`, the arguments after the path."""
        name = self.call.func.attr if isinstance(self.call.func, ast.Attribute) else ""
        found = self.call.args[name.startswith(("exec", "posix_spawn"))]
        return self.made.get(found.id, found) if isinstance(found, ast.Name) else found

    @property
    def is_safe(self) -> bool:
        """Return whether it is a command of an Interpreter."""
        command = self.command
        return (
            isinstance(command, ast.Call)
            and isinstance(command.func, ast.Attribute)
            and command.func.attr in COMMANDS
        )


def starts(tree: ast.Module, source: str) -> Iterator[Start]:
    for function in ast.walk(tree):
        if not isinstance(function, (ast.FunctionDef, ast.AsyncFunctionDef)):
            continue
        made = {
            target.id: node.value
            for node in ast.walk(function)
            if isinstance(node, ast.Assign)
            for target in node.targets
            if isinstance(target, ast.Name)
        }
        for call in ast.walk(function):
            if isinstance(call, ast.Call) and _starts(call.func):
                yield Start(source, function.name, call, made)


def _starts(called: ast.expr) -> bool:
    written = ast.unparse(called)
    if written in HANDED_ON:
        return True
    module, _, name = written.rpartition(".")
    return module in STARTERS and name.startswith(STARTERS[module])


def trees() -> Iterator[tuple[str, ast.Module]]:
    for path in sorted(SOURCES.rglob("*.py")):
        yield str(path.relative_to(SOURCES)), ast.parse(path.read_text())


def test_every_command_is_an_interpreters() -> None:
    found = [start for source, tree in trees() for start in starts(tree, source)]
    others = {(start.source, start.function) for start in found if not start.is_safe}
    assert others == set(EXCEPTIONS)


def test_all_commands_start_in_the_working_folder() -> None:
    """The guardian's command inherits it; before `os.execve` the process changes to it."""
    elsewhere = [
        (start.source, start.function)
        for source, tree in trees()
        for start in starts(tree, source)
        if ast.unparse(start.call.func).startswith("subprocess.")
        and "cwd=WORKING_FOLDER" not in map(ast.unparse, start.call.keywords)
    ]
    assert elsewhere == [("demo/guardian.py", "main")]


@pytest.mark.parametrize("code", ["subprocess.run([sys.executable, '-c', code])", "os.execv(path, [path])"])
def test_other_commands_are_detected(code: str) -> None:
    (start,) = starts(ast.parse(f"def begin(path, code):\n    {code}\n"), "x.py")
    assert not start.is_safe


def test_no_start_is_hidden() -> None:
    """Neither by an import of the bare name, nor outside of functions."""
    for source, tree in trees():
        calls = {id(node) for node in ast.walk(tree) if isinstance(node, ast.Call) and _starts(node.func)}
        assert calls == {id(start.call) for start in starts(tree, source)}, source
        bare = [
            node for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) and node.module in STARTERS
        ]
        for imported in bare:
            names = [alias.name for alias in imported.names]
            assert not [name for name in names if name.startswith(STARTERS[str(imported.module)])], source
