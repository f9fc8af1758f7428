"""Metafields: what apps note on an object."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
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
