"""What files, products and variants can be searched by."""

from __future__ import annotations

from muniment_sandbox.shopify.graphql.search import Terms
from muniment_sandbox.shopify.state.catalogue import Product, ProductVariant
from muniment_sandbox.shopify.state.files import ShopFile
from muniment_sandbox.shopify.state.ledger import Ledger
from muniment_sandbox.shopify.state.money import Money

PRODUCT_TERMS: Terms[Product] = {
    "created_at": lambda product: product.created_at,
    "updated_at": lambda product: product.updated_at,
    "barcode": lambda product: [each.barcode for each in product.own_variants],
    "gift_card": lambda product: str(product.is_gift_card).lower(),
    "handle": lambda product: product.handle,
    "id": lambda product: str(product.number),
    "name": lambda product: product.title,
    "product_type": lambda product: product.product_type,
    "sku": lambda product: [each.sku for each in product.own_variants],
    "status": lambda product: product.status.lower(),
    "tag": lambda product: product.tags,
    "title": lambda product: product.title,
    "variant_id": lambda product: [str(each.number) for each in product.own_variants],
    "vendor": lambda product: product.vendor,
}

VARIANT_TERMS: Terms[ProductVariant] = {
    "updated_at": lambda variant: variant.updated_at,
    "barcode": lambda variant: variant.barcode,
    "id": lambda variant: str(variant.number),
    "name": lambda variant: variant.display_name,
    "product_id": lambda variant: str(variant.product.number),
    "product_status": lambda variant: variant.product.status.lower(),
    "product_type": lambda variant: variant.product.product_type,
    "sku": lambda variant: variant.sku,
    "tag": lambda variant: variant.product.tags,
    "taxable": lambda variant: str(variant.taxable).lower(),
    "title": lambda variant: variant.title,
    "vendor": lambda variant: variant.product.vendor,
}


def file_terms(books: Ledger) -> Terms[ShopFile]:
    """Return the terms of files; by which products show a file only the shop knows."""
    shown: dict[int, list[str]] = {}
    for product in books.all_of(Product):
        for file in product.gallery:
            shown.setdefault(file.number, []).append(str(product.number))
    return {
        "created_at": lambda file: file.created_at,
        "updated_at": lambda file: file.updated_at,
        "filename": lambda file: file.filename,
        "id": lambda file: str(file.number),
        "ids": lambda file: str(file.number),
        "media_type": lambda file: "GENERIC_FILE" if file.content_type == "FILE" else file.content_type,
        "name": lambda file: file.filename,
        "original_upload_size": lambda file: file.original_file_size,
        "product_id": lambda file: shown.get(file.number, []),
        "status": lambda file: file.file_status.lower(),
        "used_in": lambda file: "product" if file.number in shown else "none",
    }


def price_of(books: Ledger, minor: int) -> Money:
    """Return an amount of the shop's currency."""
    return Money(minor, books.merchant.currency_code)
