"""The bodies of hooks about products and metaobjects.

Sources: Shopify's documentation samples; what their empty lists hold follows the REST Product resource.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from muniment_sandbox.shopify.hooks.rest_values import Body, local
from muniment_sandbox.shopify.state.catalogue import DEFAULT_VALUE, Product, ProductVariant
from muniment_sandbox.shopify.state.files import MediaImage, ShopFile
from muniment_sandbox.shopify.state.ledger import Ledger
from muniment_sandbox.shopify.state.metaobjects import Metaobject
from muniment_sandbox.shopify.state.money import Money
from muniment_sandbox.shopify.state.publishing import published_at
from muniment_sandbox.shopify.state.serving import Image, image_of

_FULL_VARIANTS = 100
_STOCKED = 100


def _product(product: Product, books: Ledger) -> Body:
    zone = books.merchant.timezone
    pictures = [
        _picture(product, file, place, image, books)
        for place, file in enumerate(product.gallery, 1)
        if isinstance(file, MediaImage) and (image := image_of(books.public_url, file))
    ]
    return {
        "admin_graphql_api_id": product.id,
        "body_html": product.description_html,
        "created_at": local(product.created_at, zone),
        "handle": product.handle,
        "id": product.number,
        "product_type": product.product_type,
        "published_at": local(published_at(books, product), zone),
        "template_suffix": None,
        "title": product.title,
        "updated_at": local(product.updated_at, zone),
        "vendor": product.vendor,
        "status": product.status.lower(),
        "published_scope": "global",
        "tags": ", ".join(product.tags),
        "variants": [_variant(each, books) for each in product.own_variants[:_FULL_VARIANTS]],
        "options": [
            {
                "name": option.name,
                "id": option.number,
                "product_id": product.number,
                "position": option.position,
                "values": option.values,
            }
            for option in product.own_options
        ],
        "images": pictures,
        "image": pictures[0] if pictures else None,
        "media": [_medium(product, file, place, books) for place, file in enumerate(product.gallery, 1)],
        "variant_gids": [
            {"admin_graphql_api_id": each.id, "updated_at": _utc(each.updated_at)}
            for each in product.own_variants
        ],
        "has_variants_that_requires_components": False,
        "category": None,
    }


def _variant(variant: ProductVariant, books: Ledger) -> Body:
    zone = books.merchant.timezone
    compared = variant.compare_at_minor
    chosen = [option.value for option in variant.selected_options]
    return {
        "admin_graphql_api_id": variant.id,
        "barcode": variant.barcode,
        "compare_at_price": None if compared is None else _price(compared, books),
        "created_at": local(variant.created_at, zone),
        "id": variant.number,
        "inventory_policy": "deny",
        "position": variant.position,
        "price": _price(variant.price_minor, books),
        "product_id": variant.product.number,
        "sku": variant.sku,
        "taxable": variant.taxable,
        "title": variant.title or DEFAULT_VALUE,
        "updated_at": local(variant.updated_at, zone),
        "option1": chosen[0] if chosen else None,
        "option2": chosen[1] if len(chosen) > 1 else None,
        "option3": chosen[2] if len(chosen) > 2 else None,
        "image_id": variant.shown[0].number if variant.shown else None,
        "inventory_item_id": None,
        "inventory_quantity": _STOCKED,
        "old_inventory_quantity": _STOCKED,
    }


def _picture(product: Product, file: ShopFile, place: int, image: Image, books: Ledger) -> Body:
    zone = books.merchant.timezone
    return {
        "id": file.number,
        "alt": file.alt,
        "position": place,
        "product_id": product.number,
        "created_at": local(file.created_at, zone),
        "updated_at": local(file.updated_at, zone),
        "admin_graphql_api_id": file.id,
        "width": image.width,
        "height": image.height,
        "src": image.url,
        "variant_ids": [each.number for each in product.own_variants if file in each.shown],
    }


def _medium(product: Product, file: ShopFile, place: int, books: Ledger) -> Body:
    zone, image = books.merchant.timezone, image_of(books.public_url, file)
    return {
        "id": file.number,
        "product_id": product.number,
        "position": place,
        "created_at": local(file.created_at, zone),
        "updated_at": local(file.updated_at, zone),
        "alt": file.alt,
        "status": file.file_status,
        "media_content_type": file.media_content_type,
        "preview_image": {
            "width": image.width if image else None,
            "height": image.height if image else None,
            "src": image.url if image else None,
            "status": file.file_status,
        },
        "variant_ids": [each.number for each in product.own_variants if file in each.shown],
        "admin_graphql_api_id": file.id,
    }


def _deleted_product(product: Product, _books: Ledger) -> Body:
    return {"id": product.number}


def _metaobject(metaobject: Metaobject, books: Ledger) -> Body:
    zone, definition = books.merchant.timezone, metaobject.definition
    return {
        "type": definition.type,
        "handle": metaobject.handle,
        "created_at": local(metaobject.created_at, zone),
        "updated_at": local(metaobject.updated_at, zone),
        "display_name": metaobject.display_name,
        "id": metaobject.id,
        "definition_id": definition.id,
        "fields": {each.key: metaobject.values.get(each.key) for each in definition.field_definitions},
        "created_by_staff_id": None,
        "created_by_app_id": metaobject.created_by_app.id.replace("/App/", "/ApiClient/"),
        "capabilities": {"publishable": {"status": metaobject.status.lower()}}
        if definition.publishable
        else {},
    }


def _deleted_metaobject(metaobject: Metaobject, _books: Ledger) -> Body:
    return {
        "id": metaobject.id,
        "type": metaobject.type,
        "handle": metaobject.handle,
        "created_by_app_id": metaobject.created_by_app.id.replace("/App/", "/ApiClient/"),
    }


def _price(minor: int, books: Ledger) -> str:
    return Money(minor, books.merchant.currency_code).amount


def _utc(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%S.000Z")


CONTENT_BODIES: Mapping[str, Callable[[Any, Ledger], Body]] = {
    "metaobjects/create": _metaobject,
    "metaobjects/delete": _deleted_metaobject,
    "metaobjects/update": _metaobject,
    "products/create": _product,
    "products/delete": _deleted_product,
    "products/update": _product,
}
