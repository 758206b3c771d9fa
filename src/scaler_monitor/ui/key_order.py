"""Keys take effect in the order in which they were typed, however fast they come.

Textual hands a key to the focused widget, from which it bubbles through the message queues of all its
parents. So a key typed after it could take effect before it, or reach a pane that it was not meant for. Here
a key waits until the one before is completely handled: it has bubbled up to the app, the pane that it opened
has the focus, and, for keys that act on rows, the visible rows match the present sort and filter.
If a pane does not come in time, the keys after the one that opens it are dropped.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections import deque
from collections.abc import Awaitable, Callable, Iterator
from typing import Any, Protocol

from textual import events
from textual.app import App
from textual.message_pump import MessagePump
from textual.worker import Worker, WorkerError

from scaler_monitor.ui.keys import KEY_BY_NAME

MAX_HELD = 1000
"""Most keys that wait. Later ones are dropped, up to a pause in typing: none acts without those before it."""
PAUSE_SECONDS = 0.5
SETTLE_SECONDS = 10.0
"""How long a key may take to be handled, on a busy machine, before the keys that wait are dropped."""
ROWS_SECONDS = 1.0
"""How long keys wait for new rows. After that they act on the visible ones: Enter opens, and `y` copies, the
row that the user sees under the cursor."""


class Rows(Protocol):
    """The interface of a table for keys."""

    @property
    def is_current(self) -> bool:
        """Whether its rows match the present sort and filter."""


class Panes(Protocol):
    """The interface of `Body` for keys."""

    @property
    def entered(self) -> asyncio.Event:
        """Set while the visible pane has the focus, and no other one is about to replace it."""

    @property
    def active_table(self) -> Rows | None:
        """The table that keys act on; None if there is none."""


class KeyQueue:
    """Hands keys on one at a time; only `interrupt` of the key table overtakes those that wait.

    It watches the queues and screens of `app`, and hands each key to `act`. `show` gets messages for the
    user, `fail` an exception that a key caused after it had waited.
    """

    def __init__(
        self,
        app: App[Any],
        body: Panes,
        act: Callable[[events.Event], Awaitable[None]],
        show: Callable[[str], object],
        fail: Callable[[Exception], object],
    ) -> None:
        self._host = app
        self._body = body
        self._act = act
        self._show = show
        self._fail = fail
        self.waiting: deque[events.Key | events.Paste] = deque()
        self._settling: asyncio.Task[None] | None = None
        self._rows_have_come = asyncio.Event()
        self._rows_are_late = False
        self._dropped_at: float | None = None

    @property
    def is_settled(self) -> bool:
        """Whether all keys typed so far are handled."""
        return self._settling is None

    async def on_event(self, event: events.Event) -> None:
        """Handle a key now, or after those before it; other events are passed on at once."""
        if not isinstance(event, (events.Key, events.Paste)) or event.is_forwarded or _interrupts(event):
            await self._act(event)
        elif self._is_dropped(event):
            return
        elif self._settling is None and self._body.entered.is_set() and self._is_ready_for(event):
            await self._act(event)
            self._settling = asyncio.create_task(self._settle())
        else:
            self.waiting.append(event)
            if self._settling is None:
                self._settling = asyncio.create_task(self._settle())
            if len(self.waiting) == MAX_HELD:
                self._dropped_at = event.time
                self._show(f"more than {MAX_HELD:,} keys wait: those behind them are left out")

    def _is_dropped(self, event: events.Key | events.Paste) -> bool:
        """Whether a key follows dropped ones without a pause, or was typed before the user was told."""
        if self._dropped_at is None:
            return False
        if not self.waiting and event.time - self._dropped_at > PAUSE_SECONDS:
            self._dropped_at = None
            return False
        self._dropped_at = max(self._dropped_at, event.time)
        return True

    def _drop_waiting(self) -> None:
        """Drop the keys that wait for a pane that did not open: here they would act differently."""
        if self.waiting:
            self.waiting.clear()
            self._dropped_at = time.monotonic()
            self._show(f"the screen was not ready within {SETTLE_SECONDS:g} s: keys that waited are left out")

    def rows_came(self) -> None:
        """An answer was shown, so keys that waited for rows may be handled."""
        self._rows_are_late = False
        self._rows_have_come.set()

    async def _settle(self) -> None:
        try:
            settled = await _within(SETTLE_SECONDS, self._all_handled())
            while settled and self.waiting and self._host.is_running:
                settled = await self._wait_until_ready_for(self.waiting[0])
                if settled:
                    await self._act(self.waiting.popleft())
                    settled = await _within(SETTLE_SECONDS, self._all_handled())
            self._drop_waiting()
        except Exception as error:
            self._fail(error)
        finally:
            self._settling = None

    def stop(self) -> None:
        """Drop the keys that still wait, because the app ends."""
        self.waiting.clear()
        if self._settling is not None:
            self._settling.cancel()

    async def _all_handled(self) -> None:
        """Wait until the last key, and all messages that it caused, are handled by all widgets and the app.

        The app is checked first and last: it may run an action while all queues are empty.
        """
        while True:
            await _drained(self._host)
            busy = next(self._busy(), None)
            if busy is None:
                break
            await _drained(busy)
        await self._body.entered.wait()

    def _busy(self) -> Iterator[MessagePump]:
        if self._host.screen_stack:
            yield from (
                node for node in self._host.screen.walk_children(with_self=True) if node.message_queue_size
            )
        if self._host.message_queue_size:
            yield self._host

    def _is_ready_for(self, event: events.Key | events.Paste) -> bool:
        if isinstance(event, events.Paste) or not self._host.screen_stack:
            return True
        focused = self._host.screen.focused
        if focused is not None and focused.check_consume_key(event.key, event.character):
            return True
        if self._host.screen.is_modal:
            return not self._searches()
        entry = KEY_BY_NAME.get(event.key)
        table = self._body.active_table if entry is not None and entry.needs_rows else None
        return table is None or table.is_current or self._rows_are_late

    async def _wait_until_ready_for(self, event: events.Key | events.Paste) -> bool:
        """Wait until a key may be handled; return False after the time limit."""
        while not self._is_ready_for(event):
            self._rows_have_come.clear()
            searches = self._searches()
            if searches:
                with contextlib.suppress(WorkerError):
                    if not await _within(SETTLE_SECONDS, self._host.workers.wait_for_complete(searches)):
                        return False
            elif not await _within(ROWS_SECONDS, self._rows_have_come.wait()):
                self._rows_are_late = True
        return True

    def _searches(self) -> list[Worker[Any]]:
        """Return the running searches of a screen above the panes, such as the command palette."""
        return [
            worker
            for worker in self._host.workers
            if worker.node is self._host.screen and not worker.is_finished
        ]


def _interrupts(event: events.Event) -> bool:
    entry = KEY_BY_NAME.get(event.key) if isinstance(event, events.Key) else None
    return entry is not None and entry.id == "interrupt"


async def _within(seconds: float, waiting: Awaitable[object]) -> bool:
    try:
        await asyncio.wait_for(waiting, seconds)
    except asyncio.TimeoutError:
        return False
    return True


async def _drained(pump: MessagePump) -> None:
    """Return once `pump` has handled all messages that are in its queue now."""
    passed = asyncio.Event()
    if pump.call_later(passed.set):
        await passed.wait()
    else:  # it is closing
        await asyncio.sleep(0)
