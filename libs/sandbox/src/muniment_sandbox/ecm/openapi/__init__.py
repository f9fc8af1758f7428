"""What OpenText's OpenAPI descriptions say, as far as this server is measured by them; and its own one."""

from __future__ import annotations

from muniment_sandbox.ecm.openapi.calls import (
    DESCRIPTIONS,
    DocumentedCall,
    documented_calls,
    is_served,
    served_besides,
    unserved_calls,
)
from muniment_sandbox.ecm.openapi.own_description import own_description
from muniment_sandbox.ecm.openapi.wrong_places import WrongPlace, wrong_places

__all__ = [
    "DESCRIPTIONS",
    "DocumentedCall",
    "WrongPlace",
    "documented_calls",
    "is_served",
    "own_description",
    "served_besides",
    "unserved_calls",
    "wrong_places",
]
