"""What has an identity in the shop: a 64-bit number and the global id made of it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import ClassVar

from muniment_sandbox.shopify.state.kept import Kept

_GID = re.compile(r"^gid://shopify/(?P<type>[A-Za-z0-9]+)/(?P<number>\d{1,19})(?:\?.*)?$")


@dataclass(eq=False, kw_only=True)
class Entity(Kept):
    """Anything with a global id (``gid://shopify/<type>/<number>``)."""

    number: int
    gid_type: ClassVar[str]

    @property
    def id(self) -> str:
        return f"gid://shopify/{self.gid_type}/{self.number}"

    @property
    def legacy_resource_id(self) -> str:
        return str(self.number)


@dataclass(eq=False)
class Numbers(Kept):
    """Hands out ids: per type ascending, beyond 2^53 so that a reader that goes through floats is found
    out.
    """

    issued: dict[str, int] = field(default_factory=dict)

    def next(self, gid_type: str) -> int:
        count = self.issued.get(gid_type, 0) + 1
        self.issued[gid_type] = count
        return 820_982_911_946_154_508 + sum(gid_type.encode()) * 7_919 + count * 1_000_003


def number_of(gid: str) -> int | None:
    """Return the number in a global id, or None if it is not one."""
    match = _GID.match(gid)
    return int(match["number"]) if match else None
