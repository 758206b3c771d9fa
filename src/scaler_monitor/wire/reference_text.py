"""Reads texts with pycapnp as bytes: names need not be UTF-8."""

from __future__ import annotations

import re
from typing import Any

from scaler_monitor.wire.malformed import MalformedFrame

_CAPNP_ERROR = re.compile(rb"capnp/\S+:\d+: failed: ")


def read_text(holder: Any, field: str) -> bytes:
    """Return the bytes of a text field, without its terminating zero. Raises MalformedFrame."""
    try:
        text: str = getattr(holder, field)
    except UnicodeDecodeError as error:
        # pycapnp also decodes its own error message, which quotes from the text, as UTF-8
        if _CAPNP_ERROR.match(error.object):
            raise MalformedFrame(f"{field} is no text") from None
        return error.object
    return text.encode()
