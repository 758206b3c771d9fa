"""The terminal, what is drawn on it, and in which letters."""

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
from scaler_monitor.cli.surroundings import CANNOT_DRAW, leave_to_libraries
from scaler_monitor.ui.foreground import in_background

TELLING = ("TERM", "COLORTERM", "NO_COLOR", "TERM_PROGRAM", "TMUX", "STY", "COLUMNS", "LINES")
"""Variables that say what terminal it is."""

LOCALE = ("LC_ALL", "LC_CTYPE", "LANG")

ANSWER_SECONDS = 1.5
"""How long a terminal may take to answer."""

COLOURS = {"standard": "16", "eight_bit": "256"}


def terminal_itself() -> Iterator[Fact]:
    """What is at the standard streams, and how large."""
    terminals = {name: os.isatty(number) for number, name in enumerate(("input", "output", "errors"))}
    are = [name for name, is_terminal in terminals.items() if is_terminal]
    yield Fact("terminal at", ", ".join(are) or "none of the standard streams")
    for name in TELLING:
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
    """How many colours we take the terminal to have."""
    from rich.console import Console

    from scaler_monitor.ui.themes import theme_for_terminal

    environment = dict(os.environ)
    leave_to_libraries(environment, "auto")
    no_color = bool(environment.get("NO_COLOR"))
    wanted = environment.get("TEXTUAL_COLOR_SYSTEM", "auto")
    console = Console(color_system=wanted, force_terminal=True, _environ=environment)  # type: ignore[arg-type]
    system = console.color_system
    count = "none" if no_color or system is None else COLOURS.get(system, system)
    yield Fact(
        "colours", f"{count}, so the theme {theme_for_terminal(system, no_color)} unless another is set"
    )


def letters() -> Iterator[Fact]:
    """Locale, encodings, and whether more than ASCII is drawn."""
    from scaler_monitor.ui.glyphs import choose_glyphs

    for name in LOCALE:
        yield Fact(name, os.environ.get(name, "not set"))
    output = sys.stdout.encoding if sys.stdout is not None else "closed"
    yield Fact("encodings", f"{locale.getpreferredencoding(False)}, of output {output}, of file names "
               f"{sys.getfilesystemencoding()}")  # fmt: skip
    yield Fact("glyphs", choose_glyphs().name)


def keyboard() -> Iterator[Fact]:
    """Whether the terminal speaks kitty's keyboard protocol; asked only where there is one to ask."""
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
    """Return what the terminal answers until a `c`, which ends what it says of its attributes."""
    modes = termios.tcgetattr(0)
    answer, until = b"", time.monotonic() + ANSWER_SECONDS
    try:
        tty.setcbreak(0)
        os.write(1, question)
        while not answer.endswith(b"c") and (left := until - time.monotonic()) > 0:
            if select.select([0], [], [], left)[0]:
                answer += os.read(0, 1)
    finally:
        termios.tcsetattr(0, termios.TCSAFLUSH, modes)  # what comes late is not for the shell
    return answer
