"""What the pages show of products: what a buyer sees, and beside it what only the shop's people know."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from muniment_sandbox.shopify.pages.rows import words
from muniment_sandbox.shopify.state.catalogue import DEFAULT_VALUE, Product, ProductVariant
from muniment_sandbox.shopify.state.entities import Entity
from muniment_sandbox.shopify.state.files import READY, ExternalVideo, MediaImage, ShopFile
from muniment_sandbox.shopify.state.metafield_definitions import definition_of
from muniment_sandbox.shopify.state.metafield_types import is_reference, references_in
from muniment_sandbox.shopify.state.metaobjects import Metaobject
from muniment_sandbox.shopify.state.money import Money
from muniment_sandbox.shopify.state.publishing import is_published, visible
from muniment_sandbox.shopify.state.serving import PREVIEW_FOLDER, path_of
from muniment_sandbox.shopify.state.shop import Shop

Row = dict[str, Any]

_STATUS_BADGES = {"ACTIVE": "good", "UNLISTED": "blue", "DRAFT": "warn"}
_FILE_BADGES = {"READY": "good", "FAILED": "bad"}


def product_card(shop: Shop, product: Product) -> Row:
    """Return a product as it stands on the shelf."""
    shown = [file for file in product.gallery if picture_path(file)]
    return {
        "number": product.number,
        "title": product.title,
        "price": price(shop, product),
        "picture": picture_path(shown[0]) if shown else None,
        "alt": shown[0].alt or product.title if shown else "",
        "visible": visible(shop, product),
        "status": words(product.status),
        "badge": _STATUS_BADGES.get(product.status, ""),
    }


def product_view(shop: Shop, product: Product) -> Row:
    """Return a product as its own page shows it to buyers."""
    return product_card(shop, product) | {
        "vendor": product.vendor,
        "description": product.description,
        "media": [medium_row(file, product) for file in product.gallery if file.file_status == READY],
        "variants": [variant_row(shop, each) for each in product.own_variants],
        "facts": list(_facts(shop, product)),
        "documents": list(_documents(shop, product)),
    }


def shop_view(shop: Shop, product: Product) -> Row:
    """Return what only the shop's people know of a product."""
    now = shop.clock.now()
    return {
        "handle": product.handle,
        "type": product.product_type,
        "tags": product.tags,
        "publications": [
            (each.publication.catalog.title, is_published(product, each, now))
            for each in product.own_publications
        ],
        "files": [
            {
                "name": file.filename,
                "status": words(file.file_status),
                "badge": _FILE_BADGES.get(file.file_status, "warn"),
                "problems": [problem.message for problem in file.problems],
            }
            for file in product.gallery
        ],
        "metafields": [(f"{each.namespace}.{each.key}", each.value) for each in product.own_metafields],
    }


def medium_row(file: ShopFile, product: Product) -> Row:
    return {
        "kind": words(file.content_type),
        "picture": picture_path(file),
        "alt": file.alt or product.title,
        "link": file.source if isinstance(file, ExternalVideo) else path_of(file),
    }


def variant_row(shop: Shop, variant: ProductVariant) -> Row:
    return {
        "title": variant.title or DEFAULT_VALUE,
        "sku": variant.sku,
        "price": _money(shop, variant.price_minor),
        "picture": next((path for file in variant.shown if (path := picture_path(file))), None),
    }


def picture_path(file: ShopFile) -> str | None:
    """Return where a medium's picture is served, None where it has none to show."""
    if isinstance(file, MediaImage):
        return path_of(file) if file.stored else None
    return f"{PREVIEW_FOLDER}{file.number}" if file.picture else None


def price(shop: Shop, product: Product) -> str:
    """Return what a product costs, from the cheapest variant to the dearest."""
    prices = sorted({variant.price_minor for variant in product.own_variants}) or [0]
    ends = prices[:1] if len(prices) == 1 else [prices[0], prices[-1]]
    return " – ".join(_money(shop, minor) for minor in ends)


def _facts(shop: Shop, product: Product) -> Iterator[tuple[str, str]]:
    """Yield names and values of the metafields that buyers may see and that say something themselves."""
    for field in product.own_metafields:
        definition = definition_of(shop, product.owner_type, field.namespace, field.key)
        if definition and definition.access.storefront == "PUBLIC_READ" and not is_reference(field.type):
            yield definition.name, field.value


def _documents(shop: Shop, product: Product) -> Iterator[Row]:
    """Yield what metafields that buyers may see refer to: files, and metaobjects that are published."""
    for field in product.own_metafields:
        definition = definition_of(shop, product.owner_type, field.namespace, field.key)
        if definition is None or definition.access.storefront != "PUBLIC_READ":
            continue
        for found in references_in(shop, field.type, field.value):
            if isinstance(found, Metaobject):
                yield from _document(shop, found)
            else:
                yield from _file(definition.name, found)


def _document(shop: Shop, found: Metaobject) -> Iterator[Row]:
    if found.definition.access.storefront != "PUBLIC_READ":
        return
    if found.definition.publishable and found.status != "ACTIVE":
        return
    texts = []
    files: list[Row] = []
    for described in found.definition.field_definitions:
        value = found.values.get(described.key)
        if value is None or described.key == found.definition.display_name_key:
            continue
        if is_reference(described.type.name):
            for each in references_in(shop, described.type.name, value):
                files += _file(described.name, each)
        else:
            texts.append((described.name, value))
    yield {"name": found.display_name, "link": files[0]["link"] if files else None, "texts": texts}


def _file(name: str, found: Entity) -> Iterator[Row]:
    if isinstance(found, ShopFile) and found.stored:
        yield {"name": found.alt or name, "link": path_of(found), "texts": []}


def _money(shop: Shop, minor: int) -> str:
    money = Money(minor, shop.merchant.currency_code)
    return f"{money.amount} {money.currency_code}"
