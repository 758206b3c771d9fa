"""Without google-re2 all filters work except `/regex/`, which reports what is missing."""

from __future__ import annotations

import subprocess
import sys

CODE = """
import sys
sys.modules["re2"] = None  # as the import system has it for a module that cannot be found
from scaler_monitor.query.filter_terms import BadFilter, parse_filter
from scaler_monitor.protocol.tables import TABLES
for text in ("gpu -cpu worker:w1 rss>2G", "/gpu/", "worker:/gpu/"):
    try:
        print(len(parse_filter(text, TABLES["workers"])), "terms")
    except BadFilter as problem:
        print(problem)
"""


def test_only_regular_expressions_need_re2() -> None:
    ran = subprocess.run([sys.executable, "-c", CODE], capture_output=True, text=True)
    assert ran.stderr == ""
    words, regex, of_column = ran.stdout.splitlines()
    assert words == "4 terms"
    for refused in (regex, of_column):
        assert "google-re2, which is not installed" in refused
