"""The secrets that hooks are signed with, read anew while the receiver runs, so that one can be rotated."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import TypeAlias

from muniment_kit.clock import Clock
from muniment_kit.log import logger
from shopify_ingest.settings import ReceiveSettings

_log = logger(__name__)

Secrets: TypeAlias = Mapping[str, Sequence[bytes]]
"""The secrets of each shop, by handle, the newest first."""


def secrets_of(settings: ReceiveSettings) -> Secrets:
    """Read the secrets of every shop. Raises ``ValueError`` when a file does not say what it should."""
    secrets = {handle: access.signing_keys for handle, access in settings.shops().items()}
    for handle, keys in secrets.items():
        if not keys:
            raise ValueError(f"no secret is left for the hooks of the shop {handle}")
    return secrets


@asynccontextmanager
async def rereading(
    settings: ReceiveSettings, known: Secrets, take: Callable[[Secrets], None], *, clock: Clock
) -> AsyncIterator[None]:
    """Hand the secrets to ``take`` whenever their files say something else than what is ``known``, as long as
    the context is open.

    What cannot be read changes nothing: the secrets of before go on, and the log says why.
    """
    if not (settings.shops_file or settings.webhook_secrets_file):
        yield
        return
    task = asyncio.create_task(_reread(settings, known, take, clock))
    try:
        yield
    finally:
        task.cancel()
        await asyncio.wait([task])


async def _reread(
    settings: ReceiveSettings, known: Secrets, take: Callable[[Secrets], None], clock: Clock
) -> None:
    trouble = ""
    while True:
        await clock.sleep(settings.reread_secrets_s)
        try:
            found = await asyncio.to_thread(secrets_of, settings)
        except ValueError as error:
            if str(error) != trouble:
                trouble = str(error)
                _log.error("the secrets of hooks cannot be read, those of before go on", reason=trouble)
            continue
        trouble = ""
        if found != known:
            known = found
            take(found)
            _log.info("the secrets of hooks were read anew", secrets=sum(map(len, found.values())))
