"""productSet: a product as a whole, at once or in the background."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import Any

from muniment_sandbox.shopify.graphql.asking import Info, shop_of
from muniment_sandbox.shopify.graphql.resolvers.answers import answering, wanted
from muniment_sandbox.shopify.graphql.resolvers.fields import Fields
from muniment_sandbox.shopify.graphql.resolvers.files import file_wish
from muniment_sandbox.shopify.graphql.resolvers.products import details_of, metafield_wishes
from muniment_sandbox.shopify.state.catalogue import Product, ProductVariant, SelectedOption
from muniment_sandbox.shopify.state.files import ShopFile
from muniment_sandbox.shopify.state.ledger import NotPossible
from muniment_sandbox.shopify.state.money import Money
from muniment_sandbox.shopify.state.product_sets import (
    FileSetWish,
    ProductSetOperation,
    ProductSetWish,
    VariantSetWish,
)

_FACTS = {"barcode": "barcode", "sku": "sku", "taxable": "taxable"}
_PRICES = {"compareAtPrice": "compare_at_minor", "price": "price_minor"}


@answering("product", "productSetOperation")
def _set(_root: object, info: Info, **args: Any) -> tuple[Product | None, ProductSetOperation | None]:
    given = args["input"]
    product = _meant(info, args.get("identifier") or {}, given)
    handle = (args.get("identifier") or {}).get("handle")
    details = details_of(given) | ({"handle": handle} if handle and product is None else {})
    files, metafields = given.get("files"), given.get("metafields")
    wish = ProductSetWish(
        product=product,
        details=tuple(details.items()),
        files=None
        if files is None
        else tuple(_file(info, each, "files", place) for place, each in enumerate(files)),
        metafields=None if metafields is None else tuple(metafield_wishes(metafields)),
        options=_options(given),
        variants=_variants(info, given, product),
    )
    shop = shop_of(info)
    if args.get("synchronous") is False:
        return None, shop.begin_setting_product(wish)
    return shop.set_product(wish), None


def _operation(_root: object, info: Info, id: str) -> ProductSetOperation | None:
    return shop_of(info).get(ProductSetOperation, id)


def _meant(info: Info, identifier: dict[str, Any], given: dict[str, Any]) -> Product | None:
    """Return the product that is named; a handle that nobody has names a new one."""
    gid = identifier.get("id") or given.get("id")
    if identifier.get("id") and given.get("id"):
        message = "The id field is not allowed if identifier is provided."
        raise NotPossible(message, code="ID_NOT_ALLOWED", field=["input", "id"])
    if gid:
        return wanted(info, Product, gid, "identifier", "id", code="PRODUCT_DOES_NOT_EXIST", words="Product")
    handle = identifier.get("handle")
    if handle and given.get("handle") not in (None, handle):
        message = "The identifier value does not match the value of the corresponding field in the input."
        raise NotPossible(message, code="INPUT_MISMATCH", field=["identifier", "handle"])
    known = shop_of(info).all_of(Product)
    return next((each for each in known if handle and each.handle == handle), None)


def _file(info: Info, given: dict[str, Any], *where: object) -> FileSetWish:
    if not given.get("id"):
        if not given.get("originalSource"):
            field = ["input", *map(str, where)]
            raise NotPossible("A file needs an id or a source.", code="INVALID_INPUT", field=field)
        return FileSetWish(new=file_wish(given))
    path = ("input", *map(str, where), "id")
    file = wanted(info, ShopFile, given["id"], *path, code="INVALID_INPUT", words="File")
    if not file.media_content_type:
        message = "The file type is not supported for products."
        raise NotPossible(message, code="INVALID_INPUT", field=path)
    return FileSetWish(file=file, alt=given.get("alt"))


def _options(given: dict[str, Any]) -> tuple[tuple[str, tuple[str, ...]], ...] | None:
    options = given.get("productOptions")
    if options is None:
        return None
    return tuple(
        (each.get("name") or "", tuple(value.get("name") or "" for value in each.get("values") or ()))
        for each in options
    )


def _variants(
    info: Info, given: dict[str, Any], product: Product | None
) -> tuple[VariantSetWish, ...] | None:
    variants = given.get("variants")
    if variants is None:
        return None
    return tuple(_variant(info, each, product, place) for place, each in enumerate(variants))


def _variant(info: Info, given: dict[str, Any], product: Product | None, place: int) -> VariantSetWish:
    known = None
    if given.get("id"):
        path, code = ("input", "variants", str(place), "id"), "PRODUCT_VARIANT_DOES_NOT_EXIST"
        known = wanted(info, ProductVariant, given["id"], *path, code=code, words="Product variant")
        if known.product is not product:
            raise NotPossible("Product variant does not exist", code=code, field=path)
    facts: dict[str, Any] = {ours: given[name] for name, ours in _FACTS.items() if name in given}
    facts |= {
        ours: _minor(info, given[name], place, name) for name, ours in _PRICES.items() if given.get(name)
    }
    chosen = [
        SelectedOption(each.get("optionName") or "", each.get("name") or "") for each in given["optionValues"]
    ]
    return VariantSetWish(
        options=tuple(chosen),
        facts=tuple(facts.items()),
        variant=known,
        file=_file(info, given["file"], "variants", place, "file") if given.get("file") else None,
    )


def _minor(info: Info, amount: object, place: int, name: str) -> int:
    field = ["input", "variants", str(place), name]
    try:
        price = Money.of(Decimal(str(amount)), shop_of(info).merchant.currency_code)
    except InvalidOperation as error:
        raise NotPossible("Price is not a number", code="INVALID_VARIANT", field=field) from error
    if price.minor < 0:
        raise NotPossible("Price must be greater than or equal to 0", code="INVALID_VARIANT", field=field)
    return price.minor


FIELDS: Fields = {
    "QueryRoot": {"productOperation": _operation},
    "Mutation": {"productSet": _set},
}
