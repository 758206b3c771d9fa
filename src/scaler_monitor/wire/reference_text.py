"""Texts through pycapnp as the bytes that they are: names need not be UTF-8."""

from __future__ import annotations

import re
from typing import Any

from scaler_monitor.wire.malformed import MalformedFrame

_COMPLAINT = re.compile(rb"capnp/\S+:\d+: failed: ")


def read_text(holder: Any, field: str) -> bytes:
    """Return the bytes of a text field, without its closing zero. Raises MalformedFrame."""
    try:
        text: str = getattr(holder, field)
    except UnicodeDecodeError as error:
        # pycapnp decodes its own complaint about a text, which quotes from it, in the same way.
        if _COMPLAINT.match(error.object):
            raise MalformedFrame(f"{field} is no text") from None
        return error.object
    return text.encode()
