"""All of a shop as plain values: two shops are alike when their portraits are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from typing import Any

from muniment_sandbox.shopify.state.entities import Entity
from muniment_sandbox.shopify.state.kept import Kept
from muniment_sandbox.shopify.state.ledger import Ledger
from muniment_sandbox.shopify.state.shop import Shop


def portrait(shop: Shop) -> dict[str, Any]:
    """Return every attribute of the shop, every object it reaches with all its fields, and in which order the
    objects can be found.
    """
    painter = _Painter()
    attributes = {name: value for name, value in vars(shop).items() if name not in shop.passing}
    told: dict[str, Any] = {"shop": {name: painter.tell(value) for name, value in attributes.items()}}
    by_kind = sorted(shop.registered(), key=lambda entity: entity.gid_type)  # each kind in its own order
    told["found"] = [painter.tell(entity) for entity in by_kind]
    told["objects"] = painter.objects()
    return told


class _Painter:
    def __init__(self) -> None:
        self._met: list[Entity] = []
        self._names: dict[int, str] = {}
        self._told: dict[str, Any] = {}

    def objects(self) -> dict[str, Any]:
        for entity in self._met:  # it grows while we walk
            self._told[self._names[id(entity)]] = self._fields(entity)
        return self._told

    def tell(self, value: Any) -> Any:
        if isinstance(value, Entity):
            return self._name(value)
        if isinstance(value, Ledger):
            return "the shop"
        if is_dataclass(value) and not isinstance(value, type):
            return {"a": type(value).__name__, **self._fields(value)}
        if isinstance(value, Mapping):
            return {str(self.tell(key)): self.tell(one) for key, one in value.items()}
        for kind in (list, tuple, set, frozenset):
            if isinstance(value, kind):
                return kind.__name__, [self.tell(one) for one in value]
        return value

    def _name(self, entity: Entity) -> str:
        """Return one name for one object: its kind, its number, and how many we had met when we met it."""
        if id(entity) not in self._names:
            self._met.append(entity)
            self._names[id(entity)] = f"{type(entity).__name__} {entity.number}, object {len(self._met)}"
        return self._names[id(entity)]

    def _fields(self, value: Any) -> dict[str, Any]:
        derived = value.derived if isinstance(value, Kept) else ()
        return {
            one.name: self.tell(getattr(value, one.name)) for one in fields(value) if one.name not in derived
        }
