"""The line above a table: how many rows, and what its figures count since when; and why it has no rows."""

from __future__ import annotations

from collections.abc import Sequence

from rich.cells import cell_len

from scaler_monitor.protocol.format.amounts import count_with_noun
from scaler_monitor.protocol.format.durations import format_time
from scaler_monitor.protocol.page import Status
from scaler_monitor.protocol.table_spec import TableSpec
from scaler_monitor.ui.figures.styled_text import Line, StyledText
from scaler_monitor.ui.figures.widgets import TextLines
from scaler_monitor.ui.table.entity_table import EntityTable
from scaler_monitor.ui.table.window import RowWindow


def caption(
    table: TableSpec,
    window: RowWindow,
    *,
    kind: str = "",
    departed: int = 0,
    told: Sequence[StyledText] = (),
    notes: Sequence[str] = (),
    width: int = 0,
) -> Line:
    """`37 of 911 tasks   1,203 older ones no longer held   seen since 14:03:59`.

    `kind` says more of the rows, of which `departed` have left (else those that the page counts), `told`
    of the table.
    Of `notes` there are as many as fit `width` cells.
    """
    some = f"{window.passed:,} of " if window.passed != window.total else ""
    departed = departed or window.departed
    rows = count_with_noun(max(window.total - departed, 0), table.noun, table.plural)
    line = [StyledText(" "), StyledText(some), StyledText(rows, bold=True), StyledText(kind and f" {kind}")]
    if departed:
        line.append(StyledText(f", {departed:,} departed still listed", "warn"))
    if window.shed:
        line.append(StyledText(f"   {window.shed:,} older ones no longer held", "warn"))
    if window.left_out:
        line.append(StyledText(f"   {count_with_noun(window.left_out, 'processor report')} left out", "warn"))
    line += [span._replace(text=f"   {span.text}") for span in told]
    return line + as_many_as_fit(notes, line, width)


def as_many_as_fit(notes: Sequence[str], line: Line, width: int) -> Line:
    """The first of `notes` that there is room for behind `line` in `width` cells, each whole."""
    room, added = width - sum(cell_len(span.text) for span in line), []
    for note in notes:
        room -= cell_len(note) + 3
        if room < 0:
            break
        added.append(StyledText(f"   {note}", "dim"))
    return added


class Caption(TextLines):
    """The line above one table."""

    def tell(
        self,
        table: EntityTable,
        status: Status,
        kind: str = "",
        told: Sequence[StyledText] = (),
        departed: int = 0,
    ) -> None:
        """Say what is known of `table`, once anything is; `departed` of its rows have left."""
        if not table.answered:
            return
        spec, notes = table.table, []
        if table.window.total:
            notes = [f"{spec.since} {format_time(status.started)}"] if spec.since else []
            notes += spec.notes_for({place.column.key for place in table.columns})
        width, told = table.size.width, [*newer_above(table), *told]
        line = caption(spec, table.window, kind=kind, departed=departed, told=told, notes=notes, width=width)
        self.put([line])


def newer_above(table: EntityTable) -> list[StyledText]:
    """How many newer rows are above those in sight, in a table whose newest come first."""
    newest_first = table.look.sort == "time" and table.look.descending
    return [StyledText(f"{table.top:,} newer above: Home", "accent")] if newest_first and table.top else []


def why_empty(table: TableSpec, status: Status) -> str:
    """Why a table has no rows at all: nothing was said yet, or nobody is there."""
    if table.watched and status.started is None:
        return f"no {table.watched} seen: nothing has come from a scheduler yet"
    if table.watched:
        return (
            f"no {table.watched} seen since {format_time(status.started)}, when this monitor began to watch"
        )
    if status.report_age_seconds is None:
        return "no report from the scheduler yet" if status.connected else "not connected to a scheduler yet"
    return table.empty
