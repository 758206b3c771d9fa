"""Under which name the tasks of a function are counted together."""

from __future__ import annotations

import re

UNNAMED = "<func ObjectID>"
"""Stands for all callables without a name of their own: partials, and objects that can be called."""

_BEGINNING = "<func "
_OF_OBJECT = re.compile(r"<func ObjectID\(owner_hash=[0-9a-f]{32}, object_tag=[0-9a-f]{32}\)>")


def shared_name(name: str) -> str:
    """Return the name under which tasks of `name` are counted: its own, or UNNAMED.

    What has no `__name__` is called by clients of every release after the object that holds it, and each of
    them has one: such names differ in the object's owner and tag only.
    """
    return UNNAMED if name.startswith(_BEGINNING) and _OF_OBJECT.fullmatch(name) else name
