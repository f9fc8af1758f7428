"""Where schemas come from, by setting: the files that ship, or a registry."""

from __future__ import annotations

import asyncio

from muniment_contracts.codec import Codec, default_codec
from muniment_contracts.registry_client import RegistryAccess, RegistryClient
from muniment_contracts.registry_resolver import RegistryResolver
from muniment_kit.settings import KitSettings


class Schemas:
    """The codec of one process and what it stands on; without a registry, the files that ship."""

    def __init__(self, resolver: RegistryResolver | None = None) -> None:
        self._resolver = resolver
        self._is_loaded = resolver is None
        self.codec = default_codec() if resolver is None else Codec(resolver)

    async def load(self) -> None:
        """Ask the registry for our schemas, if that was not done; needed before the codec is used.

        Raises ``RegistryError``.
        """
        if self._resolver is not None and not self._is_loaded:
            await asyncio.to_thread(self._resolver.load)
            self._is_loaded = True

    async def close(self) -> None:
        """Ask no more."""
        if self._resolver is not None:
            await asyncio.to_thread(self._resolver.close)


def schemas_of(settings: KitSettings, *, wait_s: float = 0.0) -> Schemas:
    """Return what ``settings`` name, not loaded yet.

    ``wait_s`` is how long decoding waits for a schema that is not known yet: 0 on an event loop that serves.
    """
    access = registry_access(settings)
    return Schemas() if access is None else Schemas(RegistryResolver(RegistryClient(access), wait_s=wait_s))


def registry_access(settings: KitSettings) -> RegistryAccess | None:
    """Return how the registry is reached, or ``None`` if files are to be used."""
    if not settings.schema_registry_url:
        return None
    password, token = settings.schema_registry_password, settings.schema_registry_token
    return RegistryAccess(
        url=settings.schema_registry_url,
        username=settings.schema_registry_username,
        password=password.get_secret_value() if password is not None else None,
        token=token.get_secret_value() if token is not None else None,
        ca_file=settings.schema_registry_ca_file,
        timeout_s=settings.schema_registry_timeout_s,
    )
