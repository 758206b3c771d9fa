"""The cursor of the task stream: a lane of a worker and a time; and the position of the visible page."""

from __future__ import annotations

from scaler_monitor.protocol.page import ALL, StreamBar, StreamFigure, StreamLane

LAST = -1
"""Stands for the last lane of a worker."""


class StreamCursor:
    """A worker, one of its lanes and a time, so that the cursor stays on its bar while the figure moves.

    `first` is the position of the first worker on the page. Moving over an edge changes it; the cursor is
    then placed when the figure with the target worker has arrived.
    """

    def __init__(self) -> None:
        self.worker = ""
        self.lane = 0
        self.moment: float | None = None  # unix seconds
        self.first = 0
        self.figure: StreamFigure | None = None
        self.drawn = 0
        """Number of lanes that fit the screen."""
        self.cells = 1
        """Width of the time axis in cells."""
        self._target: int | None = None  # position of the worker to move to when its lane has arrived
        self._target_lane = 0
        self._moved = False  # since the last call of `set_drawn`

    @property
    def lanes(self) -> list[StreamLane]:
        """The lanes of the figure."""
        return self.figure.lanes if self.figure is not None else []

    @property
    def workers_drawn(self) -> int:
        """Number of workers that fit the screen."""
        return len({lane.worker for lane in self.lanes[: self.drawn]})

    @property
    def cell(self) -> int:
        """The cell of the cursor's time; -1 without a cursor."""
        figure = self.figure
        if not self.worker or figure is None or self.moment is None or figure.end <= figure.start:
            return -1
        share = (self.moment - figure.start) / (figure.end - figure.start)
        return min(max(int(share * self.cells), 0), self.cells - 1)

    @property
    def position(self) -> int | None:
        """Index of the cursor's lane in `lanes`; None if it is not there."""
        here = (self.worker, self.lane)
        return next((at for at, lane in enumerate(self.lanes) if (lane.worker, lane.lane) == here), None)

    @property
    def bars(self) -> list[StreamBar]:
        """The bars of the cursor's lane."""
        return [] if self.position is None else self.lanes[self.position].bars

    @property
    def bar(self) -> StreamBar | None:
        """The bar at the cursor; None if there is none."""
        return next((bar for bar in self.bars if bar.first_cell <= self.cell <= bar.last_cell), None)

    def set_figure(self, figure: StreamFigure) -> None:
        """Replace the figure, and place the cursor on a target that has arrived."""
        self.figure = figure
        lanes = [lane.lane for lane in figure.lanes if lane.worker == self.worker]
        if lanes:  # a worker may have fewer lanes after folding
            self.lane = min(self.lane, lanes[-1])
        self._place_on_target()

    def set_drawn(self, drawn: int, cells: int) -> bool:
        """Store what was drawn; return whether the page must move to make the cursor visible."""
        self.drawn, self.cells = drawn, cells
        position, moved = self.position, self._moved
        if not moved or position is None or self.figure is None:
            return False
        beyond = position >= drawn and self.lanes[0].worker != self.worker
        self._moved = beyond
        if beyond:
            self.first = self.figure.first + 1
        return beyond

    def place_on(self, lane: StreamLane, cell: int | None = None) -> None:
        """Move to a cell of a lane; without `cell`, keep the time, or use the last bar if there is none."""
        self.worker, self.lane, self._target, self._moved = lane.worker, lane.lane, None, True
        if cell is None and self.moment is None:
            cell = lane.bars[-1].last_cell if lane.bars else self.cells - 1
        if cell is not None:
            self.go_to_cell(cell)

    def go_to_cell(self, cell: int) -> None:
        """Set the time to the middle of a cell."""
        if self.figure is not None:
            length = self.figure.end - self.figure.start
            self.moment = self.figure.start + (cell + 0.5) * length / self.cells

    def go_to_bar(self, by: int) -> None:
        """Move to the next bar to the right (1) or left (-1), or by one cell if there is none."""
        here = self.cell
        if self.position is None:
            self.go_to_lane(0)
        elif by < 0:
            before = [bar.last_cell for bar in self.bars if bar.last_cell < here]
            self.go_to_cell(before[-1] if before else max(here - 1, 0))
        else:
            after = [bar.first_cell for bar in self.bars if bar.first_cell > here]
            self.go_to_cell(after[0] if after else min(here + 1, self.cells - 1))

    def go_to_lane(self, by: int) -> None:
        """Move to the next lane below (1) or above (-1)."""
        position, lane = self.position, LAST if by < 0 else 0
        if self._target is not None:
            self.go_to_worker(self._target + by, lane)
        elif position is None or self.figure is None:
            if self.lanes:
                self.place_on(self.lanes[0])
        elif 0 <= position + by < len(self.lanes):
            self.place_on(self.lanes[position + by])
        else:
            before = len({lane.worker for lane in self.lanes[:position]} - {self.worker})
            self.go_to_worker(self.figure.first + before + by, lane)

    def go_to_worker(self, target: int, lane: int = 0) -> None:
        """Move to a lane of the worker at a position, now or when it has arrived."""
        if self.figure is None:
            return
        target = min(max(target, 0), max(self.figure.total - 1, 0))
        if target < self.first:
            self.first = target
        elif target >= self.first + max(self.workers_drawn, 1):
            self.first = target - max(self.workers_drawn, 1) + 1
        self._target, self._target_lane = target, lane
        self._place_on_target()

    def turn_page(self, by: int) -> None:
        """Show the next page of workers below (1) or above (-1); the cursor does not move."""
        if self.figure is not None:
            last = max(self.figure.total - 1, 0)
            self.first = min(max(self.first + by * max(self.workers_drawn, 1), 0), last)

    def _place_on_target(self) -> None:
        """Place the cursor on the target worker if the figure has it."""
        if self._target is None or self.figure is None:
            return
        self._target = min(self._target, max(self.figure.total - 1, 0))
        workers = list(dict.fromkeys(lane.worker for lane in self.lanes))
        at = self._target - self.figure.first
        if 0 <= at < len(workers):
            self.place_on([lane for lane in self.lanes if lane.worker == workers[at]][self._target_lane])


class StreamFolds:
    """Workers folded or unfolded by the user; all others are unfolded if all lanes fit the screen."""

    def __init__(self) -> None:
        self.folded: set[str] = set()
        self.unfolded: set[str] = set()

    def toggle(self, worker: str, lanes: list[StreamLane]) -> None:
        """Fold a worker that has several lanes in `lanes`, else unfold it; ALL means all workers."""
        several = any(lane.lane for lane in lanes if worker in (lane.worker, ALL))
        if worker == ALL:
            self.folded.clear()
            self.unfolded.clear()
        into, out_of = (self.folded, self.unfolded) if several else (self.unfolded, self.folded)
        into.add(worker)
        out_of.discard(worker)
