"""Products and their variants: finding them, changing them, their media in order, deleting."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from muniment_sandbox.shopify.graphql.asking import Info, origin_of, shop_of
from muniment_sandbox.shopify.graphql.content_terms import PRODUCT_TERMS, VARIANT_TERMS, price_of
from muniment_sandbox.shopify.graphql.paging import Count, page
from muniment_sandbox.shopify.graphql.resolvers.answers import answering, wanted
from muniment_sandbox.shopify.graphql.resolvers.fields import Fields, first_of, paged, value_of
from muniment_sandbox.shopify.graphql.resolvers.files import file_wish
from muniment_sandbox.shopify.graphql.resolvers.listing import Places, by_creation, by_id, by_update, found
from muniment_sandbox.shopify.graphql.resolvers.metafields import OWNED
from muniment_sandbox.shopify.state.cancelling import Job
from muniment_sandbox.shopify.state.catalogue import DEFAULT_VALUE, Product, ProductVariant
from muniment_sandbox.shopify.state.galleries import Pair
from muniment_sandbox.shopify.state.ledger import NotPossible
from muniment_sandbox.shopify.state.line_items import LineItem
from muniment_sandbox.shopify.state.money import Money
from muniment_sandbox.shopify.state.product_changes import MetafieldWish
from muniment_sandbox.shopify.state.publishing import visible

_GONE = "PRODUCT_DOES_NOT_EXIST"
_PLACES: Places[Product] = {
    "ID": by_id,
    "CREATED_AT": by_creation,
    "PRODUCT_TYPE": lambda product: (product.product_type, product.number),
    "RELEVANCE": by_id,
    "TITLE": lambda product: (product.title, product.number),
    "UPDATED_AT": by_update,
    "VENDOR": lambda product: (product.vendor, product.number),
}
_VARIANT_PLACES: Places[ProductVariant] = {
    "ID": by_id,
    "NAME": lambda variant: (variant.display_name, variant.number),
    "POSITION": lambda variant: (variant.position, variant.number),
    "RELEVANCE": by_id,
    "SKU": lambda variant: (variant.sku or "", variant.number),
    "TITLE": lambda variant: (variant.title or "", variant.number),
}
_DETAILS = {
    "descriptionHtml": "description_html",
    "handle": "handle",
    "productType": "product_type",
    "status": "status",
    "tags": "tags",
    "title": "title",
    "vendor": "vendor",
}


def details_of(given: dict[str, Any]) -> dict[str, Any]:
    """Return the attributes of a product that an input states."""
    return {ours: given[name] for name, ours in _DETAILS.items() if given.get(name) is not None}


def metafield_wishes(given: Sequence[dict[str, Any]]) -> list[MetafieldWish]:
    """Return the metafields that an input states."""
    return [
        MetafieldWish(
            each.get("namespace") or "$app", each.get("key") or "", each.get("type"), each.get("value") or ""
        )
        for each in given
    ]


def _product(_root: object, info: Info, id: str) -> Product | None:
    return shop_of(info).get(Product, id)


def _products(_root: object, info: Info, **args: Any) -> object:
    return found(info, args, shop_of(info).all_of(Product), PRODUCT_TERMS, _PLACES)


def _variant(_root: object, info: Info, id: str) -> ProductVariant | None:
    return shop_of(info).get(ProductVariant, id)


def _variants(_root: object, info: Info, **args: Any) -> object:
    return found(info, args, shop_of(info).all_of(ProductVariant), VARIANT_TERMS, _VARIANT_PLACES)


@answering("product")
def _update(_root: object, info: Info, **args: Any) -> Product:
    given = args.get("product") or {}
    product = wanted(info, Product, given.get("id"), "id", words="Product")
    media = [file_wish(each, each["mediaContentType"]) for each in args.get("media") or ()]
    try:
        shop_of(info).change_product(
            product, details_of(given), metafield_wishes(given.get("metafields") or ()), media
        )
    except NotPossible as refused:
        field = ["media" if part == "files" else part for part in refused.field or ()]
        raise NotPossible(str(refused), code=refused.code, field=field) from refused
    return product


@answering("deletedProductId", "shop")
def _delete(_root: object, info: Info, **args: Any) -> tuple[str, object]:
    shop = shop_of(info)
    product = wanted(info, Product, args["input"]["id"], "id", words="Product")
    shop.delete_product(product)
    return product.id, shop.merchant


@answering("job", errors="mediaUserErrors")
def _reorder(_root: object, info: Info, id: str, moves: list[dict[str, Any]]) -> Job:
    product = wanted(info, Product, id, "id", code=_GONE, words="Product")
    places = []
    for place, move in enumerate(moves):
        if not str(move["newPosition"]).isdecimal():
            field = ["moves", str(place), "newPosition"]
            raise NotPossible("New position must be a number from 0", code="INVALID", field=field)
        places.append((move["id"], int(move["newPosition"])))
    return shop_of(info).reorder_media(product, places)


@answering("product", "productVariants")
def _append(_root: object, info: Info, **args: Any) -> tuple[Product, list[ProductVariant]]:
    product, pairs = _pairs(info, args)
    shop_of(info).append_variant_media(product, pairs)
    return product, [variant for variant, _ in pairs]


@answering("product", "productVariants")
def _detach(_root: object, info: Info, **args: Any) -> tuple[Product, list[ProductVariant]]:
    product, pairs = _pairs(info, args)
    shop_of(info).detach_variant_media(product, pairs)
    return product, [variant for variant, _ in pairs]


def _pairs(info: Info, args: dict[str, Any]) -> tuple[Product, list[Pair]]:
    product = wanted(info, Product, args["productId"], "productId", code=_GONE, words="Product")
    code, words = "PRODUCT_VARIANT_DOES_NOT_EXIST_ON_PRODUCT", "Variant"
    pairs: list[Pair] = []
    for place, given in enumerate(args["variantMedia"]):
        where = ("variantMedia", str(place), "variantId")
        variant = wanted(info, ProductVariant, given["variantId"], *where, code=code, words=words)
        pairs.append((variant, given["mediaIds"]))
    return product, pairs


def _media(product: Product, _info: Info, **args: Any) -> object:
    return page(list(product.gallery), args, by_id if args.get("sortKey") == "ID" else None)


def _description(product: Product, _info: Info, **args: int) -> str:
    most = args.get("truncateAt")
    text = product.description
    return text if most is None or len(text) <= most else f"{text[: max(most - 3, 0)]}..."


def _online(product: Product, info: Info) -> str | None:
    shop = shop_of(info)
    return f"{origin_of(info)}/products/{product.number}" if visible(shop, product) else None


def _price_range(product: Product, info: Info) -> dict[str, Money]:
    prices = [variant.price_minor for variant in product.own_variants] or [0]
    shop = shop_of(info)
    return {"maxVariantPrice": price_of(shop, max(prices)), "minVariantPrice": price_of(shop, min(prices))}


def _price(variant: ProductVariant, info: Info) -> str:
    return price_of(shop_of(info), variant.price_minor).amount


def _compared(variant: ProductVariant, info: Info) -> str | None:
    minor = variant.compare_at_minor
    return None if minor is None else price_of(shop_of(info), minor).amount


def _still_sold(line: LineItem, _info: Info) -> ProductVariant | None:
    """Return the variant of a line, None once its product is deleted."""
    return line.variant if line.product else None


FIELDS: Fields = {
    "QueryRoot": {
        "product": _product,
        "productVariant": _variant,
        "productVariants": _variants,
        "products": _products,
    },
    "Mutation": {
        "productDelete": _delete,
        "productReorderMedia": _reorder,
        "productUpdate": _update,
        "productVariantAppendMedia": _append,
        "productVariantDetachMedia": _detach,
    },
    "LineItem": {"variant": _still_sold},
    "Product": {
        **OWNED,
        "description": _description,
        "media": _media,
        "mediaCount": lambda product, _info: Count(len(product.gallery)),
        "onlineStoreUrl": _online,
        "options": first_of("own_options"),
        "priceRangeV2": _price_range,
        "variants": paged("own_variants"),
        "variantsCount": lambda product, _info: Count(len(product.own_variants)),
    },
    "ProductPriceRangeV2": {
        "maxVariantPrice": lambda prices, _info: prices["maxVariantPrice"],
        "minVariantPrice": lambda prices, _info: prices["minVariantPrice"],
    },
    "ProductVariant": {
        **OWNED,
        "compareAtPrice": _compared,
        "media": paged("shown"),
        "price": _price,
        "product": value_of("product"),
        "title": lambda variant, _info: variant.title or DEFAULT_VALUE,
    },
}
