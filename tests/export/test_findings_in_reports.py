"""Findings in the JSON document and in the text report."""

from __future__ import annotations

import json
from typing import Any

from tests.export.document_schema import SCHEMA, unknown
from tests.findings.peace import work
from tests.findings.stages import fill_memory
from tests.findings.town import Town
from tests.findings.watching import Watch

from scaler_monitor.collector.in_process import live_status
from scaler_monitor.export.json_document import document
from scaler_monitor.export.text_report import text_report


def busy_town() -> Watch:
    town = Town(10)
    town.every.append(work)
    return Watch(town)


def described(watch: Watch) -> dict[str, Any]:
    now = float(watch.town.at)
    made = document(watch.cluster, live_status(now), now, findings=watch.tracker)
    parsed: dict[str, Any] = json.loads(json.dumps(made, allow_nan=False))
    return parsed


def test_a_finding_is_in_the_document_and_in_the_text_until_it_ends() -> None:
    watch = busy_town()
    watch.run(60)
    assert described(watch)["findings"] == []
    assert "memory" not in text_report(described(watch)).partition("scheduler")[0]
    staged = fill_memory(watch.town)
    watch.until("memory", 60, staged.subject)
    found = described(watch)
    (finding,) = found["findings"]
    assert (finding["rule"], finding["subject_kind"], finding["subject"]) == (
        "memory",
        "worker",
        staged.subject,
    )
    assert finding["ended"] is None
    shown = " ".join(text_report(found, 400).split())
    assert f"{finding['severity']} {int(found['time'] - finding['since'])}s {finding['text']}" in shown
    staged.end()
    watch.run(60)
    over = described(watch)
    assert [(ended["rule"], ended["ended"] is not None) for ended in over["findings"]] == [("memory", True)]
    assert finding["text"] not in " ".join(text_report(over, 400).split())


def test_the_document_with_findings_matches_the_schema() -> None:
    watch = busy_town()
    watch.run(80)
    fill_memory(watch.town)
    watch.run(40)
    made = described(watch)
    parts = {name: SCHEMA[name] for name in ("findings", "rules", "drain")}
    assert unknown({name: made[name] for name in parts}, parts) <= {
        "$.findings[].ended",
        "$.findings[].acknowledged_until",
        "$.rules[].reason",
        "$.drain.seconds",
    }
    assert {rule["state"] for rule in made["rules"]} <= {"judged", "muted", "not_told"}
    assert "judged" in {rule["state"] for rule in made["rules"]}
