"""Texts through pycapnp as the bytes that they are: names need not be UTF-8."""

from __future__ import annotations

from typing import Any


def read_text(holder: Any, field: str) -> bytes:
    """Return the bytes of a text field, without its closing zero."""
    try:
        text: str = getattr(holder, field)
    except UnicodeDecodeError as error:
        return error.object
    return text.encode()
