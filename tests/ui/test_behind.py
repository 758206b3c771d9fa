"""Delayed decoding is reported as such, not as a silent scheduler or a problem of the feed."""

from __future__ import annotations

import pytest
from tests.ui.still_link import NOW, STATUS, StillLink
from tests.ui.watching import app_on, screen_text, settled, until

from scaler_monitor.ui.status import StatusLine

BEHIND = "decoding is 12 s behind"


@pytest.mark.parametrize("word", ["LIVE", "STALE"])
async def test_the_status_line_has_the_delay_of_decoding(word: str) -> None:
    link = StillLink()
    app = app_on(link)
    async with app.run_test(size=(100, 30)) as pilot:
        await settled(pilot)
        link.status = STATUS._replace(word=word, problem=BEHIND, report_age_seconds=12.0, since=NOW - 7200)
        await until(pilot, lambda: BEHIND in screen_text(app))
        said = app.query_one(StatusLine).problem
        assert "silent" not in said
        assert said == BEHIND if word == "LIVE" else said.startswith(f"{BEHIND}; no report since ")
