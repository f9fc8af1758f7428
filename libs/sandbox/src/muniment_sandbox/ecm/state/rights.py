"""Rights on items: their names, the bit mask in which they are carried, and the access list of an item."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

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
SEE = MASKS["see"]
READ = SEE | MASKS["see_contents"]
EVERYTHING = sum(MASKS.values())
DEFAULT_GROUP_ID = 1001


@dataclass(frozen=True, slots=True)
class Acl:
    """Who may do what with an item: default access (owner, owner group, public) and assigned access.

    ``custom`` holds pairs of a user's, group's or role's id and its mask; ``None`` as the mask of the group
    or of the public says that this access was taken away from the list.
    """

    owner: int | None = EVERYTHING
    group: int | None = 0
    public: int | None = READ
    group_id: int = DEFAULT_GROUP_ID
    custom: tuple[tuple[int, int], ...] = ()

    def assigned(self, right_id: int) -> int | None:
        """The mask assigned to a user, group or role; ``None`` when there is none."""
        return next((mask for one, mask in self.custom if one == right_id), None)

    def with_assigned(self, right_id: int, mask: int | None) -> Acl:
        """The list with another assignment, or without it (``None``)."""
        kept = tuple(pair for pair in self.custom if pair[0] != right_id)
        return replace(self, custom=kept if mask is None else (*kept, (right_id, mask)))


OPEN = Acl()
"""What an item has whose parent says nothing: everyone may read, the owner may do everything."""


def mask_of(names: Iterable[str]) -> int:
    """The mask of the named rights; refuse (400) an unknown name."""
    mask = 0
    for name in names:
        if name not in MASKS:
            raise invalid_argument("permissions")
        mask |= MASKS[name]
    return mask


def names_of(mask: int) -> list[str]:
    """The names of the rights that are in a mask as a whole."""
    return [name for name, bits in MASKS.items() if mask & bits == bits]
