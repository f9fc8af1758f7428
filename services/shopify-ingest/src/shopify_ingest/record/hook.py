"""What the naming of changes needs of one hook."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from muniment_shopify.gids import number_in


@dataclass(frozen=True, slots=True)
class Hook:
    """One hook: the change it announces, the part it is about, when it was triggered.

    ``part`` is the part's gid or numeric id as the body has it. ``action`` is the same for every delivery
    that told of the same action: it identifies what nothing but the hook tells.
    """

    topic: str
    change: str
    triggered_at: datetime
    part: str | None = None
    action: str = ""
    body: Mapping[str, object] = field(default_factory=dict, repr=False, compare=False)

    @property
    def number(self) -> str | None:
        """Return the numeric id of the part."""
        return number_in(self.part) if self.part else None

    def part_gid(self, kind: str) -> str:
        """Return the gid of the part, which is a ``kind`` of Shopify's."""
        return f"gid://shopify/{kind}/{self.number or '0'}"

    def text(self, *path: str) -> str | None:
        """Return the text at ``path`` in the body, or ``None`` if there is none."""
        value: object = self.body
        for name in path:
            value = value.get(name) if isinstance(value, Mapping) else None
        return value if isinstance(value, str) and value else None

    def moment(self, *path: str) -> datetime | None:
        """Return the time at ``path`` in the body, or ``None`` unless it is one with a zone."""
        text = self.text(*path)
        try:
            moment = datetime.fromisoformat(text) if text else None
        except ValueError:
            return None
        return moment if moment is not None and moment.tzinfo is not None else None
