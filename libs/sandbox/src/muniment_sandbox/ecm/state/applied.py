"""A category as it lies on a node: its values by attribute id."""

from __future__ import annotations

from dataclasses import dataclass, field

from muniment_sandbox.ecm.jsontype import Json


@dataclass(slots=True)
class AppliedCategory:
    """Values of one category on one node.

    ``values`` holds plain attributes (lists when multi-valued), ``rows`` the rows of each attribute set.
    """

    category_id: int
    version: int
    edits: int = 0
    values: dict[int, Json] = field(default_factory=dict)
    rows: dict[int, list[dict[int, Json]]] = field(default_factory=dict)
    inherited: bool = False

    def copy(self) -> AppliedCategory:
        """A category of the same values that shares nothing with this one."""
        return AppliedCategory(
            self.category_id,
            self.version,
            self.edits,
            {key: list(value) if isinstance(value, list) else value for key, value in self.values.items()},
            {key: [dict(row) for row in rows] for key, rows in self.rows.items()},
            self.inherited,
        )
