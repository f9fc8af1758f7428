"""Metafields: what apps note on an object."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from datetime import datetime
from typing import ClassVar

from muniment_sandbox.shopify.state.entities import Entity


@dataclass(eq=False, kw_only=True)
class Metafield(Entity):
    """One value under ``namespace.key``."""

    gid_type: ClassVar[str] = "Metafield"
    namespace: str
    key: str
    type: str
    value: str
    updated_at: datetime
    owner_type: str = "ORDER"

    @property
    def compare_digest(self) -> str:
        return hashlib.sha256(f"{self.type}\n{self.value}".encode()).hexdigest()


@dataclass(eq=False, kw_only=True)
class WithMetafields(Entity):
    """An object that apps may note something on. ``owner_type`` is the API's name for its kind."""

    owner_type: ClassVar[str]
    own_metafields: list[Metafield] = field(default_factory=list)

    def metafield_named(self, namespace: str, key: str) -> Metafield | None:
        named = (each for each in self.own_metafields if (each.namespace, each.key) == (namespace, key))
        return next(named, None)
