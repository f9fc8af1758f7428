"""What every body is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True, slots=True, kw_only=True)
class Body:
    """Base of all bodies; ``SCHEMA`` names the Avro record."""

    SCHEMA: ClassVar[str]
