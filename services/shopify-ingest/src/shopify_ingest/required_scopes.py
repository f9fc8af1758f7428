"""No flow runs half: a role starts only when every shop grants what its flows read."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping

from muniment_kit import log
from muniment_kit.errors import Retryable, SettingsError
from muniment_shopify.client import AdminClient
from muniment_shopify.flows import MissingScope, missing_scopes
from muniment_shopify.shops import granted_scopes
from shopify_ingest.settings import ShopAccess

logger = log.logger(__name__)

_ASKED_S = 10.0


async def require_scopes(clients: Mapping[str, AdminClient], shops: Mapping[str, ShopAccess]) -> None:
    """Raise ``SettingsError`` with a sentence for each scope that a flow of a shop lacks.

    A shop that cannot be asked now is let through: what is missing shows as ``AccessDenied`` later.
    """
    faults: list[str] = []
    for handle, client in clients.items():
        try:
            async with asyncio.timeout(_ASKED_S):
                granted = await granted_scopes(client)
        except (Retryable, TimeoutError) as trouble:
            logger.warning("the scopes of a shop are not known yet", shop=handle, reason=str(trouble))
            continue
        lacking = missing_scopes(granted, shops[handle].enabled_flows)
        faults += [sentence(handle, each) for each in lacking]
    if faults:
        raise SettingsError(faults)


def sentence(shop: str, missing: MissingScope) -> str:
    """Return what is missing and what to do about it."""
    return (
        f"the flow {missing.flow.name} needs the scope {missing.text}, which the shop {shop} does not grant "
        "the app: grant it, or leave the flow out of SHOPIFY_INGEST_FLOWS"
    )
