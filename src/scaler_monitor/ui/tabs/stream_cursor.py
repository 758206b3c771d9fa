"""Where the cursor of the task stream is: on a lane of a worker, at a moment; and which page is in sight."""

from __future__ import annotations

from scaler_monitor.protocol.page import ALL, StreamBar, StreamFigure, StreamLane

LAST = -1
"""The last lane of a worker."""


class StreamCursor:
    """A worker, one of its lanes and a moment, so that it stays with its bar while the picture moves on.

    `first` is the position of the first worker on the page. Moving over an edge changes it, and the cursor
    stands on the lane beyond once the figure with it has come.
    """

    def __init__(self) -> None:
        self.worker = ""
        self.lane = 0
        self.moment: float | None = None  # unix seconds
        self.first = 0
        self.figure: StreamFigure | None = None
        self.drawn = 0
        """How many lanes of the figure there is room for."""
        self.cells = 1
        """Cells of the figure's time."""
        self._wanted: int | None = None  # position of the worker to stand on once it is held
        self._wanted_lane = 0
        self._moved = False  # since it was last seen where it is

    @property
    def lanes(self) -> list[StreamLane]:
        """The lanes that are held."""
        return self.figure.lanes if self.figure is not None else []

    @property
    def workers_drawn(self) -> int:
        """How many workers there is room for."""
        return len({lane.worker for lane in self.lanes[: self.drawn]})

    @property
    def cell(self) -> int:
        """The cell of the cursor's moment; -1 where it is nowhere."""
        figure = self.figure
        if not self.worker or figure is None or self.moment is None or figure.end <= figure.start:
            return -1
        share = (self.moment - figure.start) / (figure.end - figure.start)
        return min(max(int(share * self.cells), 0), self.cells - 1)

    @property
    def position(self) -> int | None:
        """Which of the lanes that are held it is on; None for none."""
        here = (self.worker, self.lane)
        return next((at for at, lane in enumerate(self.lanes) if (lane.worker, lane.lane) == here), None)

    @property
    def bars(self) -> list[StreamBar]:
        """The bars of its lane."""
        return [] if self.position is None else self.lanes[self.position].bars

    @property
    def bar(self) -> StreamBar | None:
        """The bar that it is on."""
        return next((bar for bar in self.bars if bar.first_cell <= self.cell <= bar.last_cell), None)

    def take(self, figure: StreamFigure) -> None:
        """Go on with another figure."""
        self.figure = figure
        lanes = [lane.lane for lane in figure.lanes if lane.worker == self.worker]
        if lanes:  # a worker that was folded has fewer than before
            self.lane = min(self.lane, lanes[-1])
        self._settle()

    def seen(self, drawn: int, cells: int) -> bool:
        """Learn what was drawn; returns whether the page has to move for the cursor to come into sight."""
        self.drawn, self.cells = drawn, cells
        position, moved = self.position, self._moved
        if not moved or position is None or self.figure is None:
            return False
        beyond = position >= drawn and self.lanes[0].worker != self.worker
        self._moved = beyond
        if beyond:
            self.first = self.figure.first + 1
        return beyond

    def put(self, lane: StreamLane, cell: int | None = None) -> None:
        """Stand on a lane, in a cell; without one at the moment that it is at, or else at the last bar."""
        self.worker, self.lane, self._wanted, self._moved = lane.worker, lane.lane, None, True
        if cell is None and self.moment is None:
            cell = lane.bars[-1].last_cell if lane.bars else self.cells - 1
        if cell is not None:
            self.go_to_cell(cell)

    def go_to_cell(self, cell: int) -> None:
        """Stand at the middle of a cell's time."""
        if self.figure is not None:
            length = self.figure.end - self.figure.start
            self.moment = self.figure.start + (cell + 0.5) * length / self.cells

    def go_to_bar(self, by: int) -> None:
        """Stand on the next bar to the right (1) or to the left (-1), or one cell further without one."""
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
        """Stand on the next lane below (1) or above (-1)."""
        position, lane = self.position, LAST if by < 0 else 0
        if self._wanted is not None:
            self.go_to_worker(self._wanted + by, lane)
        elif position is None or self.figure is None:
            if self.lanes:
                self.put(self.lanes[0])
        elif 0 <= position + by < len(self.lanes):
            self.put(self.lanes[position + by])
        else:
            before = len({lane.worker for lane in self.lanes[:position]} - {self.worker})
            self.go_to_worker(self.figure.first + before + by, lane)

    def go_to_worker(self, target: int, lane: int = 0) -> None:
        """Stand on a lane of the worker at a position, now or once it has come."""
        if self.figure is None:
            return
        target = min(max(target, 0), max(self.figure.total - 1, 0))
        if target < self.first:
            self.first = target
        elif target >= self.first + max(self.workers_drawn, 1):
            self.first = target - max(self.workers_drawn, 1) + 1
        self._wanted, self._wanted_lane = target, lane
        self._settle()

    def turn_page(self, by: int) -> None:
        """Bring the next screenful of workers below (1) or above (-1) into sight; the cursor stays."""
        if self.figure is not None:
            last = max(self.figure.total - 1, 0)
            self.first = min(max(self.first + by * max(self.workers_drawn, 1), 0), last)

    def _settle(self) -> None:
        """Stand on the worker that is wanted, if it is here."""
        if self._wanted is None or self.figure is None:
            return
        self._wanted = min(self._wanted, max(self.figure.total - 1, 0))
        workers = list(dict.fromkeys(lane.worker for lane in self.lanes))
        at = self._wanted - self.figure.first
        if 0 <= at < len(workers):
            self.put([lane for lane in self.lanes if lane.worker == workers[at]][self._wanted_lane])


class StreamFolds:
    """What somebody asked for; all other workers are unfolded where the whole fleet has room for it."""

    def __init__(self) -> None:
        self.folded: set[str] = set()
        self.unfolded: set[str] = set()

    def turn(self, worker: str, lanes: list[StreamLane]) -> None:
        """Fold a worker that is drawn in several `lanes`, unfold one that is not; ALL is all of them."""
        several = any(lane.lane for lane in lanes if worker in (lane.worker, ALL))
        if worker == ALL:
            self.folded.clear()
            self.unfolded.clear()
        into, out_of = (self.folded, self.unfolded) if several else (self.unfolded, self.folded)
        into.add(worker)
        out_of.discard(worker)
