"""The caption line above a table: number of rows, warnings, notes; and the text of an empty table."""

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
    warnings: Sequence[StyledText] = (),
    notes: Sequence[str] = (),
    width: int = 0,
) -> Line:
    """Return a line like `37 of 911 tasks   1,203 older ones no longer held   seen since 14:03:59`.

    `kind` describes the rows, `departed` is the number of departed ones if the page does not have it. Of
    `notes`, as many are shown as fit `width` cells.
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
    line += [span._replace(text=f"   {span.text}") for span in warnings]
    return line + fitting_notes(notes, line, width)


def fitting_notes(notes: Sequence[str], line: Line, width: int) -> Line:
    """Return the first of `notes` that fit completely after `line` in `width` cells."""
    room, added = width - sum(cell_len(span.text) for span in line), []
    for note in notes:
        room -= cell_len(note) + 3
        if room < 0:
            break
        added.append(StyledText(f"   {note}", "dim"))
    return added


class Caption(TextLines):
    """Widget of the caption line."""

    def update_counts(
        self,
        table: EntityTable,
        status: Status,
        kind: str = "",
        warnings: Sequence[StyledText] = (),
        departed: int = 0,
    ) -> None:
        """Show the caption of `table`, once it has been answered; arguments are as in `caption`."""
        if not table.answered:
            return
        spec, notes = table.table, []
        if table.window.total:
            notes = [f"{spec.since} {format_time(status.started)}"] if spec.since else []
            notes += spec.notes_for({place.column.key for place in table.columns})
        width, warnings = table.size.width, [*newer_above(table), *warnings]
        line = caption(
            spec, table.window, kind=kind, departed=departed, warnings=warnings, notes=notes, width=width
        )
        self.set_lines([line])


def newer_above(table: EntityTable) -> list[StyledText]:
    """Return the number of newer rows above the visible ones, if the newest rows come first."""
    newest_first = table.view.sort == "time" and table.view.descending
    return [StyledText(f"{table.top:,} newer above: Home", "accent")] if newest_first and table.top else []


def empty_reason(table: TableSpec, status: Status) -> str:
    """Return why a table has no rows: no data yet, no connection, or nothing to list."""
    if table.watched and status.started is None:
        return f"no {table.watched} seen: nothing has come from a scheduler yet"
    if table.watched:
        return (
            f"no {table.watched} seen since {format_time(status.started)}, when this monitor began to watch"
        )
    if status.report_age_seconds is None:
        return "no report from the scheduler yet" if status.connected else "not connected to a scheduler yet"
    return table.empty
