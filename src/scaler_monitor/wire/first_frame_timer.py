"""The wait for the first complete message after the handshake: which problem is shown meanwhile."""

from __future__ import annotations

from typing import Literal

from scaler_monitor.wire.address import Address
from scaler_monitor.wire.problem import try_monitor_port

_Kind = Literal["slow", "stuck", "silent"]


class FirstFrameTimer:
    """One per connection. `seconds` is the timeout of the first message; times are monotonic seconds."""

    def __init__(self, address: Address, seconds: float, now: float) -> None:
        self._address = address
        self._seconds = seconds
        self._connected_at = self._last_bytes_at = now
        self._bytes = 0
        self._is_skipped = False
        self._kind: _Kind | None = None
        self._last_problem = ""

    @property
    def next_check(self) -> float:
        """When the problem may change, if no bytes arrive; infinity if it cannot."""
        if self._is_skipped or self._kind in ("stuck", "silent"):
            return float("inf")
        return self._last_bytes_at + self._seconds

    def add_bytes(self, size: int, now: float) -> None:
        """Count received bytes of messages; control frames count 0."""
        if size:
            self._bytes += size
            self._last_bytes_at = now

    def mark_skipped(self) -> None:
        """The first message is being skipped; the caller sets a more specific problem."""
        self._is_skipped = True

    def explain(self, now: float, problem: str) -> str:
        """Return the problem to show at `now`; the current `problem` stays if it is more specific."""
        if self._is_skipped or now < self._connected_at + self._seconds:
            return problem
        kind: _Kind = "silent"
        if self._bytes:
            kind = "slow" if now < self._last_bytes_at + self._seconds else "stuck"
        before, self._kind = self._kind, kind
        if kind == before or (kind != "slow" and problem not in ("", self._last_problem)):
            return problem
        self._last_problem = f"{self._address}: greeted, {self._describe(kind)}"
        return self._last_problem

    def _describe(self, kind: _Kind) -> str:
        if kind == "slow":
            what = f"and its first message takes over {self._seconds:g} s to come"
            return f"{what}: a slow network, or a huge report"
        if kind == "stuck":
            what = f"but of its first message only {self._bytes:,} bytes came"
            return f"{what}: a slow network, or the scheduler is frozen"
        guess = try_monitor_port(self._address)
        return f"but no report in {self._seconds:.0f} s: a long report interval, or {guess}"
