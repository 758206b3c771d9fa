"""Where the screens' pictures lie, and in which time zone they are taken: a pytest plugin."""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import Any

import pytest
import pytest_textual_snapshot

os.environ["TZ"] = "UTC"
time.tzset()

PICTURES = Path(__file__).parents[1] / "snapshots"


class TopLevelPictures(pytest_textual_snapshot.SVGImageExtension):
    """Keeps the pictures under the project's `snapshots/`, one folder a test module."""

    @classmethod
    def dirname(cls, *, test_location: Any) -> str:
        """The folder of a test module's pictures."""
        return str(PICTURES / Path(test_location.filepath).stem)


@pytest.fixture(autouse=True)
def _pictures_under_the_top(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pytest_textual_snapshot, "SVGImageExtension", TopLevelPictures)
