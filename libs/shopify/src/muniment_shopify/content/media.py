"""Which files a product shows, and in which order; which of them a variant shows.

References are sets: what is there already is not added again, so a lost answer is sent again.
``productSet`` is never used: it takes away whatever it is not told of.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from muniment_shopify.asking import ask, ask_all, change
from muniment_shopify.client import AdminClient
from muniment_shopify.content.shop_files import update_file
from muniment_shopify.errors import ChangeRefused, ObjectGone

_HAS_ALREADY = "PRODUCT_VARIANT_ALREADY_HAS_MEDIA"
_HAS_NOT = frozenset({"MEDIA_IS_NOT_ATTACHED_TO_VARIANT", "MEDIA_DOES_NOT_EXIST_ON_PRODUCT"})


@dataclass(frozen=True, slots=True)
class Medium:
    """A file as a product shows it. Its ``gid`` is the file's."""

    gid: str
    alt: str | None
    type: str
    status: str


async def media_of(client: AdminClient, product: str) -> list[Medium]:
    """Return what the product shows, in its order; nothing if it is not there."""
    nodes = await ask_all(
        client, "product_media", lambda data: (data["product"] or {}).get("media"), id=product
    )
    return [Medium(each["id"], each["alt"], each["mediaContentType"], each["status"]) for each in nodes]


async def show_on(client: AdminClient, file: str, products: Collection[str]) -> None:
    """Let these products show the file, which must be ready.

    Raises ``FileNotReady`` while it is not or is just being changed, ``FileRefused``.
    """
    missing = [each for each in sorted(products) if not await _shows(client, each, file)]
    if missing:
        await update_file(client, file, show_on=missing)


async def take_off(client: AdminClient, file: str, products: Collection[str]) -> None:
    """Let these products show the file no more; it stays among the shop's files."""
    showing = [each for each in sorted(products) if await _shows(client, each, file)]
    if showing:
        await update_file(client, file, take_off=showing)


async def move_to(client: AdminClient, product: str, file: str, position: int) -> None:
    """Let the product show the file at this place, 0 being the first; it moves a moment later."""
    wanted = {"id": product, "moves": [{"id": file, "newPosition": str(position)}]}
    await change(client, "product_reorder_media", wanted, repeatable=True, errors="mediaUserErrors")


async def show_on_variant(client: AdminClient, product: str, variant: str, file: str) -> None:
    """Let the variant show the file, which its product must show; a variant shows one."""
    if file in await _of_variant(client, variant):
        return
    try:
        await _change_variant(client, "product_variant_append_media", product, variant, file)
    except ChangeRefused as refused:
        if _HAS_ALREADY not in refused.codes or file not in await _of_variant(client, variant):
            raise


async def take_off_variant(client: AdminClient, product: str, variant: str, file: str) -> None:
    """Let the variant not show the file."""
    if file not in await _of_variant(client, variant):
        return
    try:
        await _change_variant(client, "product_variant_detach_media", product, variant, file)
    except ChangeRefused as refused:
        if not _HAS_NOT & set(refused.codes):
            raise


async def _change_variant(client: AdminClient, name: str, product: str, variant: str, file: str) -> None:
    pair = {"variantId": variant, "mediaIds": [file]}
    await change(client, name, {"productId": product, "variantMedia": [pair]}, repeatable=True)


async def _of_variant(client: AdminClient, variant: str) -> list[str]:
    node = (await ask(client, "variant_media", id=variant))["productVariant"]
    if node is None:
        raise ObjectGone(f"{client.shop} does not have the variant.")
    return [each["id"] for each in node["media"]["nodes"]]


async def _shows(client: AdminClient, product: str, file: str) -> bool:
    return any(each.gid == file for each in await media_of(client, product))
