"""The embedded schema registry, and what any registry must hold of our schemas."""

from __future__ import annotations

from muniment_ops.registry.distribution import APICURIO_VERSION, fetch_registry
from muniment_ops.registry.embedded import EmbeddedRegistry, RegistryFailed
from muniment_ops.registry.registration import Registration, RegistryUnusable, register_schemas

__all__ = [
    "APICURIO_VERSION",
    "EmbeddedRegistry",
    "Registration",
    "RegistryFailed",
    "RegistryUnusable",
    "fetch_registry",
    "register_schemas",
]
