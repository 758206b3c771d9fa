"""The time from a scheduler's greeting to its first whole message: what is told of it while it lasts."""

from __future__ import annotations

from typing import Literal

from scaler_monitor.wire.address import Address
from scaler_monitor.wire.problem import try_monitor_port

_Kind = Literal["slow", "stuck", "silent"]


class Opening:
    """Of one connection. `seconds` is how long the first message may take; times are monotonic seconds."""

    def __init__(self, address: Address, seconds: float, now: float) -> None:
        self._address = address
        self._seconds = seconds
        self._greeted = self._spoke = now
        self._bytes = 0
        self._is_skipped = False
        self._kind: _Kind | None = None
        self._told = ""

    @property
    def due(self) -> float:
        """When there may be something else to tell, should nothing come."""
        if self._is_skipped or self._kind in ("stuck", "silent"):
            return float("inf")
        return self._spoke + self._seconds

    def heard(self, size: int, now: float) -> None:
        """So many bytes of messages came; of pings and the like there is nothing to say."""
        if size:
            self._bytes += size
            self._spoke = now

    def skipped(self) -> None:
        """Its first message is passed over, of which something better is told than that it takes long."""
        self._is_skipped = True

    def explain(self, now: float, problem: str) -> str:
        """Return what to tell at `now`; `problem` is told so far, and stays if it knows better."""
        if self._is_skipped or now < self._greeted + self._seconds:
            return problem
        kind: _Kind = "silent"
        if self._bytes:
            kind = "slow" if now < self._spoke + self._seconds else "stuck"
        before, self._kind = self._kind, kind
        if kind == before or (kind != "slow" and problem not in ("", self._told)):
            return problem
        self._told = f"{self._address}: greeted, {self._describe(kind)}"
        return self._told

    def _describe(self, kind: _Kind) -> str:
        if kind == "slow":
            what = f"and its first message takes over {self._seconds:g} s to come"
            return f"{what}: a slow network, or a huge report"
        if kind == "stuck":
            what = f"but of its first message only {self._bytes:,} bytes came"
            return f"{what}: a slow network, or the scheduler is frozen"
        guess = try_monitor_port(self._address)
        return f"but no report in {self._seconds:.0f} s: a long report interval, or {guess}"
