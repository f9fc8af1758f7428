"""Publications: listing them, offering products there, and no longer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from muniment_sandbox.shopify.graphql.asking import Info, shop_of
from muniment_sandbox.shopify.graphql.paging import Count, page
from muniment_sandbox.shopify.graphql.resolvers.answers import answering, wanted
from muniment_sandbox.shopify.graphql.resolvers.fields import Fields, iso, paged, value_of
from muniment_sandbox.shopify.state.catalogue import Product
from muniment_sandbox.shopify.state.publications import AppCatalog, Publication, ResourcePublicationV2
from muniment_sandbox.shopify.state.publishing import is_published, published_at


@dataclass(frozen=True, slots=True)
class _Offer:
    """A product in one publication."""

    product: Product
    since: ResourcePublicationV2


def _publications(_root: object, info: Info, **args: Any) -> object:
    return page(shop_of(info).all_of(Publication), args)


def _one(_root: object, info: Info, id: str) -> Publication | None:
    return shop_of(info).get(Publication, id)


@answering("publishable", "shop")
def _publish(_root: object, info: Info, id: str, input: list[dict[str, Any]]) -> tuple[Product, object]:
    product, named = _named(info, id, input)
    moments = [_utc(given.get("publishDate")) for given in input]
    shop_of(info).publish(product, list(zip(named, moments, strict=True)))
    return product, shop_of(info).merchant


@answering("publishable", "shop")
def _unpublish(_root: object, info: Info, id: str, input: list[dict[str, Any]]) -> tuple[Product, object]:
    product, named = _named(info, id, input)
    shop_of(info).unpublish(product, named)
    return product, shop_of(info).merchant


def _named(info: Info, gid: str, given: list[dict[str, Any]]) -> tuple[Product, list[Publication]]:
    product = wanted(info, Product, gid, "id", words="Publishable")
    publications = [
        wanted(
            info,
            Publication,
            each.get("publicationId"),
            *("input", str(place), "publicationId"),
            words="Publication",
        )
        for place, each in enumerate(given)
    ]
    return product, publications


def _utc(moment: object) -> datetime | None:
    if moment is None:
        return None
    read = datetime.fromisoformat(str(moment))
    return read if read.tzinfo else read.replace(tzinfo=UTC)


def _offers(product: Product, info: Info, *, only_published: bool) -> list[_Offer]:
    now = shop_of(info).clock.now()
    known = [_Offer(product, since) for since in product.own_publications]
    return [each for each in known if not only_published or is_published(product, each.since, now)]


def _listed(product: Product, info: Info, **args: Any) -> object:
    return page(_offers(product, info, only_published=args.get("onlyPublished") is not False), args)


def _counted(product: Product, info: Info, **args: Any) -> Count:
    return Count(len(_offers(product, info, only_published=args.get("onlyPublished") is not False)))


def _available(_product: Product, info: Info) -> Count:
    return Count(len(shop_of(info).all_of(Publication)))


def _on(product: Product, info: Info, **args: str) -> bool:
    offers = _offers(product, info, only_published=True)
    return any(each.since.publication.id == args["publicationId"] for each in offers)


def _since(product: Product, info: Info) -> str | None:
    return iso(published_at(shop_of(info), product))


def _published(offer: _Offer, info: Info) -> bool:
    return is_published(offer.product, offer.since, shop_of(info).clock.now())


def _of_catalog(catalog: AppCatalog, info: Info) -> Publication | None:
    return next((each for each in shop_of(info).all_of(Publication) if each.catalog is catalog), None)


FIELDS: Fields = {
    "QueryRoot": {"publication": _one, "publications": _publications},
    "Mutation": {"publishablePublish": _publish, "publishableUnpublish": _unpublish},
    "AppCatalog": {"publication": _of_catalog},
    "Product": {
        "availablePublicationsCount": _available,
        "publishedAt": _since,
        "publishedOnPublication": _on,
        "resourcePublicationsCount": _counted,
        "resourcePublicationsV2": _listed,
    },
    "Publication": {"channels": paged("own_channels")},
    "ResourcePublicationV2": {
        "isPublished": _published,
        "publication": value_of("since.publication"),
        "publishDate": lambda offer, _info: iso(offer.since.publish_date),
        "publishable": value_of("product"),
    },
}
