"""Taking down what must not be seen any more: a ladder, mildest step first.

Up to ``DETACHED`` whoever has the file's address still gets it from the content network; only ``DELETED``
ends that, once caches have forgotten it. Every rung may be taken again and changes nothing then.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

from muniment_shopify.client import AdminClient
from muniment_shopify.content.media import take_off
from muniment_shopify.content.metaobjects import MetaobjectName, withdraw_metaobject
from muniment_shopify.content.publications import published_on, unpublish
from muniment_shopify.content.shop_files import delete_files
from muniment_shopify.errors import ObjectGone
from muniment_shopify.files import file_states
from muniment_shopify.metafields import remove_from_list


class Rung(IntEnum):
    """How far a thing is taken down; each rung includes those before it."""

    HIDDEN = 1
    """The storefront does not see the metaobject any more."""
    UNREFERENCED = 2
    """No product refers to it."""
    DETACHED = 3
    """No product shows the file; it stays among the shop's files."""
    DELETED = 4
    """The file is gone for good, and every link to it with it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference:
    """A list in a product's metafield that names ``item``, the id of a metaobject or a file."""

    product: str
    namespace: str
    key: str
    type: str
    item: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Placement:
    """Everywhere one approved thing is seen: what there is not stays empty."""

    metaobject: MetaobjectName | None = None
    references: tuple[Reference, ...] = ()
    file: str | None = None
    products: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """What was done. ``has_open_address``: who knows the file's address still gets it."""

    rung: Rung
    has_open_address: bool


async def withdraw(client: AdminClient, placement: Placement, rung: Rung) -> Withdrawal:
    """Take the thing down as far as ``rung``. Raises what the steps raise; whoever tries again goes on."""
    if placement.metaobject is not None:
        await withdraw_metaobject(client, placement.metaobject)
    if rung >= Rung.UNREFERENCED:
        for each in placement.references:
            await _forget(client, each)
    if rung >= Rung.DETACHED and placement.file is not None and rung < Rung.DELETED:
        await _detach(client, placement.file, placement.products)
    if rung >= Rung.DELETED and placement.file is not None:
        await delete_files(client, [placement.file])
    is_open = placement.file is not None and rung < Rung.DELETED
    return Withdrawal(rung, is_open)


async def stop_selling(client: AdminClient, product: str) -> int:
    """Take the product out of every publication: it must not be sold without what is withdrawn.

    Return of how many.
    """
    places = await published_on(client, product)
    await unpublish(client, product, places)
    return len(places)


async def _forget(client: AdminClient, each: Reference) -> None:
    try:
        await remove_from_list(client, each.product, each.namespace, each.key, each.type, each.item)
    except ObjectGone:
        return  # the product is gone, and its references with it


async def _detach(client: AdminClient, file: str, products: tuple[str, ...]) -> None:
    if await file_states(client, [file]):
        await take_off(client, file, products)
