"""Offering products in publications, and no longer; and opening the shop's publications."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from muniment_sandbox.shopify.state.catalogue import ACTIVE_STATUSES, Product
from muniment_sandbox.shopify.state.ledger import Ledger, NotPossible
from muniment_sandbox.shopify.state.merchant import App
from muniment_sandbox.shopify.state.publications import (
    AppCatalog,
    Channel,
    Publication,
    ResourcePublicationV2,
)
from muniment_sandbox.shopify.state.touching import touch

_CHANNELS = (("Online Store", "online_store", True), ("Point of Sale", "pos", False))


def open_publications(books: Ledger) -> list[Publication]:
    """Open the publications every shop has: its online store, and its points of sale."""
    return [_publication(books, *channel) for channel in _CHANNELS]


def publish(books: Ledger, product: Product, wishes: Sequence[tuple[Publication, datetime | None]]) -> None:
    """Offer a product from now on, or from the given moment on: ``products/update``."""
    now = books.clock.now()
    for place, (publication, moment) in enumerate(wishes):
        if moment is not None and moment > now and not publication.supports_future_publishing:
            message = "Cannot publish to this publication at a future date"
            raise NotPossible(message, field=["input", str(place), "publishDate"])
    with books.action():
        for publication, moment in wishes:
            known = next((each for each in product.own_publications if each.publication is publication), None)
            if known is None or (moment is not None and moment != known.publish_date):
                kept = [each for each in product.own_publications if each.publication is not publication]
                product.own_publications = [*kept, ResourcePublicationV2(publication, moment or now)]
                touch(books, product)


def unpublish(books: Ledger, product: Product, publications: Sequence[Publication]) -> None:
    """Offer a product no longer: ``products/update``."""
    kept = [each for each in product.own_publications if each.publication not in publications]
    if len(kept) == len(product.own_publications):
        return
    with books.action():
        product.own_publications = kept
        touch(books, product)


def is_published(product: Product, since: ResourcePublicationV2, now: datetime) -> bool:
    """Return whether buyers see the product there: its moment has come, and its status lets them."""
    return since.publish_date <= now and product.status in ACTIVE_STATUSES


def visible(books: Ledger, product: Product) -> bool:
    """Return whether buyers see the product in the online store."""
    now = books.clock.now()
    return any(
        is_published(product, each, now)
        and any(way.handle == "online_store" for way in each.publication.own_channels)
        for each in product.own_publications
    )


def published_at(books: Ledger, product: Product) -> datetime | None:
    """Return since when the product is offered, None where it is not."""
    now = books.clock.now()
    moments = [each.publish_date for each in product.own_publications if each.publish_date <= now]
    return min(moments, default=None)


def _publication(books: Ledger, name: str, handle: str, future: bool) -> Publication:
    app = books.register(
        App(
            number=books.numbers.next("App"),
            title=name,
            handle=handle,
            api_key=f"shopify-{handle}",
            webhook_api_version=books.installation.app.webhook_api_version,
            requested_access_scopes=(),
        )
    )
    channel = Channel(
        number=books.numbers.next("Channel"),
        name=name,
        handle=handle,
        app=app,
        supports_future_publishing=future,
    )
    catalog = books.register(AppCatalog(number=books.numbers.next("AppCatalog"), title=name))
    publication = Publication(
        number=books.numbers.next("Publication"), catalog=catalog, own_channels=[books.register(channel)]
    )
    return books.register(publication)
