"""Checks of the terminal: size, colours, encodings and keyboard protocol."""

from __future__ import annotations

import contextlib
import locale
import os
import select
import sys
import termios
import time
import tty
from collections.abc import Iterator

from scaler_monitor.cli.doctor.fact_report import Fact
from scaler_monitor.cli.screen_environment import CANNOT_DRAW, prepare_environment
from scaler_monitor.ui.foreground import in_background

TERMINAL_VARIABLES = ("TERM", "COLORTERM", "NO_COLOR", "TERM_PROGRAM", "TMUX", "STY", "COLUMNS", "LINES")
"""Environment variables that describe the terminal."""

LOCALE = ("LC_ALL", "LC_CTYPE", "LANG")

ANSWER_SECONDS = 1.5
"""Timeout for the terminal's answer to a query."""

COLOURS = {"standard": "16", "eight_bit": "256"}


def terminal_itself() -> Iterator[Fact]:
    """Yield which standard streams are a terminal, its type and its size."""
    terminals = {name: os.isatty(number) for number, name in enumerate(("input", "output", "errors"))}
    are = [name for name, is_terminal in terminals.items() if is_terminal]
    yield Fact("terminal at", ", ".join(are) or "none of the standard streams")
    for name in TERMINAL_VARIABLES:
        value = os.environ.get(name)
        cannot = name == "TERM" and bool(are) and (value or "") in CANNOT_DRAW
        if value is not None or name == "TERM":
            shown = "not set" if value is None else repr(value)
            yield Fact(name, shown + (": no screen can be drawn" if cannot else ""), wrong=cannot)
    yield Fact("over ssh", "yes" if os.environ.get("SSH_CONNECTION") else "no")
    for number in range(3):
        with contextlib.suppress(OSError):
            columns, lines = os.get_terminal_size(number)
            yield Fact("size", f"{columns} columns, {lines} lines")
            break


def colours() -> Iterator[Fact]:
    """Yield the number of colours that is assumed for the terminal, and the theme that follows from it."""
    from rich.console import Console

    from scaler_monitor.ui.themes import theme_for_terminal

    environment = dict(os.environ)
    prepare_environment(environment, "auto")
    no_color = bool(environment.get("NO_COLOR"))
    wanted = environment.get("TEXTUAL_COLOR_SYSTEM", "auto")
    console = Console(color_system=wanted, force_terminal=True, _environ=environment)  # type: ignore[arg-type]
    system = console.color_system
    count = "none" if no_color or system is None else COLOURS.get(system, system)
    yield Fact(
        "colours", f"{count}, so the theme {theme_for_terminal(system, no_color)} unless another is set"
    )


def letters() -> Iterator[Fact]:
    """Yield locale, encodings, and which set of glyphs is used."""
    from scaler_monitor.ui.glyphs import choose_glyphs

    for name in LOCALE:
        yield Fact(name, os.environ.get(name, "not set"))
    output = sys.stdout.encoding if sys.stdout is not None else "closed"
    yield Fact("encodings", f"{locale.getpreferredencoding(False)}, of output {output}, of file names "
               f"{sys.getfilesystemencoding()}")  # fmt: skip
    yield Fact("glyphs", choose_glyphs().name)


def keyboard() -> Iterator[Fact]:
    """Yield whether the terminal supports kitty's keyboard protocol; it is queried only in the foreground."""
    if not (os.isatty(0) and os.isatty(1)) or os.environ.get("TERM", "") in CANNOT_DRAW or in_background(0):
        yield Fact("kitty keyboard", "not known: there is no terminal to ask")
        return
    from scaler_monitor.ui.keyboard.driver import ASK_KEYBOARD
    from scaler_monitor.ui.keyboard.terminal_exit import ASK_ATTRIBUTES

    answer = ask_terminal((ASK_KEYBOARD + ASK_ATTRIBUTES).encode())
    if not answer.endswith(b"c"):
        yield Fact("kitty keyboard", f"not known: no answer within {ANSWER_SECONDS:g} s")
    else:
        yield Fact("kitty keyboard", "yes" if b"u" in answer else "no")


def ask_terminal(question: bytes) -> bytes:
    """Send a query to the terminal; return its answer up to `c`, which ends the device attributes."""
    modes = termios.tcgetattr(0)
    answer, until = b"", time.monotonic() + ANSWER_SECONDS
    try:
        tty.setcbreak(0)
        os.write(1, question)
        while not answer.endswith(b"c") and (left := until - time.monotonic()) > 0:
            if select.select([0], [], [], left)[0]:
                answer += os.read(0, 1)
    finally:
        termios.tcsetattr(0, termios.TCSAFLUSH, modes)  # discards a late answer, which the shell would read
    return answer
