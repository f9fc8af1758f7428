"""Rights by name and as the bit mask in which roles carry them."""

from __future__ import annotations

from collections.abc import Iterable

from muniment_sandbox.ecm.state.refusals import invalid_argument

MASKS: dict[str, int] = {
    "see": 130,
    "see_contents": 36865,
    "modify": 65536,
    "edit_attributes": 131072,
    "add_items": 4,
    "reserve": 8192,
    "add_major_version": 4194304,
    "delete_versions": 16384,
    "delete": 8,
    "edit_permissions": 16,
}


def mask_of(names: Iterable[str]) -> int:
    """The mask of the named rights; refuse (400) an unknown name."""
    mask = 0
    for name in names:
        if name not in MASKS:
            raise invalid_argument("permissions")
        mask |= MASKS[name]
    return mask
