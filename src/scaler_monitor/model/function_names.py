"""Groups names of functions that are counted together."""

from __future__ import annotations

import re

UNNAMED = "<func ObjectID>"
"""Name for all callables without a `__name__`: partials and callable objects."""

_BEGINNING = "<func "
_OF_OBJECT = re.compile(r"<func ObjectID\(owner_hash=[0-9a-f]{32}, object_tag=[0-9a-f]{32}\)>")


def shared_name(name: str) -> str:
    """Return the name under which tasks of `name` are counted: `name` itself, or UNNAMED.

    Clients of all releases name a callable without `__name__` after its object id, so each object would be
    a function of its own.
    """
    return UNNAMED if name.startswith(_BEGINNING) and _OF_OBJECT.fullmatch(name) else name
