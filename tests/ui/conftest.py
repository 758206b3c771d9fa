"""Nothing of the machine reaches the pictures: cleared before textual is imported."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

for name in ("NO_COLOR", "TEXTUAL_THEME", "TEXTUAL_ANIMATIONS", "TEXTUAL_COLOR_SYSTEM", "COLORTERM"):
    os.environ.pop(name, None)
os.environ["TZ"] = "UTC"

import time  # noqa: E402

import pytest  # noqa: E402
import pytest_textual_snapshot  # noqa: E402

time.tzset()

PICTURES = Path(__file__).parents[2] / "snapshots"


class TopLevelPictures(pytest_textual_snapshot.SVGImageExtension):
    """Keeps the pictures under the project's `snapshots/`, one folder a test module."""

    @classmethod
    def dirname(cls, *, test_location: Any) -> str:
        """The folder of a test module's pictures."""
        return str(PICTURES / Path(test_location.filepath).stem)


@pytest.fixture(autouse=True)
def _pictures_under_the_top(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pytest_textual_snapshot, "SVGImageExtension", TopLevelPictures)
