"""Where a product is sold: the shop's publications, and publishing a product there or not.

Being published is a state: sent again it changes nothing. A product must also be ``ACTIVE`` to be seen.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from muniment_shopify.asking import ask_all, change
from muniment_shopify.client import AdminClient


@dataclass(frozen=True, slots=True)
class Publication:
    """A place where products are sold, by the names of its channels (``online_store``, …)."""

    gid: str
    title: str | None
    channels: tuple[str, ...]


async def publications(client: AdminClient) -> list[Publication]:
    """Return every publication of the shop."""
    nodes = await ask_all(client, "publications_list", lambda data: data["publications"])
    return [
        Publication(
            each["id"],
            (each["catalog"] or {}).get("title"),
            tuple(channel["handle"] for channel in (each["channels"] or {}).get("nodes") or ()),
        )
        for each in nodes
    ]


async def published_on(client: AdminClient, product: str) -> frozenset[str]:
    """Return the ids of the publications in which the product is, none if it is not there."""
    nodes = await ask_all(
        client,
        "product_publications",
        lambda data: (data["product"] or {}).get("resourcePublicationsV2"),
        id=product,
    )
    return frozenset(each["publication"]["id"] for each in nodes if each["isPublished"])


async def publish(client: AdminClient, product: str, places: Collection[str]) -> None:
    """Sell the product in these publications. Raises ``ChangeRefused``."""
    await _change(client, "publishable_publish", product, places)


async def unpublish(client: AdminClient, product: str, places: Collection[str]) -> None:
    """Sell the product in these publications no more. Raises ``ChangeRefused``."""
    await _change(client, "publishable_unpublish", product, places)


async def _change(client: AdminClient, name: str, product: str, places: Collection[str]) -> None:
    wanted = [{"publicationId": each} for each in sorted(places)]
    if wanted:
        await change(client, name, {"id": product, "input": wanted}, repeatable=True)
