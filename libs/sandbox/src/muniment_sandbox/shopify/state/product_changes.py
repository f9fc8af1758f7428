"""Making, changing and deleting products: ``products/create``, ``products/update``, ``products/delete``."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from muniment_sandbox.shopify.state.catalogue import (
    DEFAULT_OPTION,
    DEFAULT_VALUE,
    Product,
    ProductOption,
    ProductOptionValue,
    ProductVariant,
)
from muniment_sandbox.shopify.state.file_changes import FileWish, check_wish, create_file
from muniment_sandbox.shopify.state.galleries import attach, check_room
from muniment_sandbox.shopify.state.ledger import Ledger, NotPossible
from muniment_sandbox.shopify.state.metafield_definitions import check_metafield
from muniment_sandbox.shopify.state.publications import Publication, ResourcePublicationV2
from muniment_sandbox.shopify.state.tagging import set_metafield
from muniment_sandbox.shopify.state.touching import touch

_LONGEST_TITLE = 255


@dataclass(frozen=True, slots=True)
class MetafieldWish:
    """A metafield of a product as an app wants it; without a type it gets its definition's."""

    namespace: str
    key: str
    type: str | None
    value: str


def create_product(books: Ledger, details: Mapping[str, Any]) -> Product:
    """Make a product with one variant; ``details`` are attributes of ``Product``, ``title`` among them."""
    checked = _checked(books, None, details)
    now = books.clock.now()
    with books.action():
        product = books.register(
            Product(
                number=books.numbers.next("Product"),
                created_at=now,
                updated_at=now,
                **{"vendor": books.merchant.name, **checked},
            )
        )
        give_options(books, product, {DEFAULT_OPTION: [DEFAULT_VALUE]})
        add_variant(books, product, title=None, sku=None, price_minor=0)
        product.own_publications = [
            ResourcePublicationV2(each, now) for each in books.all_of(Publication) if each.auto_publish
        ]
        books.announce(product, "products/create")
    return product


def change_product(
    books: Ledger,
    product: Product,
    details: Mapping[str, Any],
    metafields: Sequence[MetafieldWish] = (),
    media: Sequence[FileWish] = (),
) -> None:
    """Change attributes, write metafields, and add media behind those it shows."""
    checked = _checked(books, product, details)
    for place, shown in enumerate(media):
        check_room(product, None, "media", str(place))
        check_wish(books, shown, str(place))
    written = checked_metafields(books, product, metafields)
    with books.action():
        for name, value in checked.items():
            setattr(product, name, value)
        for wish in written:
            set_metafield(books, product, wish.namespace, wish.key, wish.type or "", wish.value)
        for shown in media:
            attach(books, product, create_file(books, shown))
        touch(books, product)


def delete_product(books: Ledger, product: Product) -> None:
    """Delete a product with its variants; files it showed stay, orders keep what they say of it."""
    with books.action():
        for part in (product, *product.own_variants, *product.own_options, *product.own_metafields):
            books.forget(part)
        product.deleted = True
        books.announce(product, "products/delete")


def add_variant(books: Ledger, product: Product, **facts: Any) -> ProductVariant:
    """Add a variant behind the others; ``facts`` are attributes of ``ProductVariant``. Within an action."""
    now = books.clock.now()
    variant = ProductVariant(
        number=books.numbers.next("ProductVariant"), product=product, created_at=now, updated_at=now, **facts
    )
    product.own_variants.append(books.register(variant))
    return variant


def give_options(books: Ledger, product: Product, options: Mapping[str, Sequence[str]]) -> None:
    """Let the variants differ in these respects; those of the same name keep their ids."""
    known = {option.name: option for option in product.own_options}
    made = []
    for place, (name, values) in enumerate(options.items(), 1):
        option = known.pop(name, None) or books.register(
            ProductOption(number=books.numbers.next("ProductOption"), name=name, position=place)
        )
        option.position = place
        before = {value.name: value for value in option.option_values}
        option.option_values = [before.get(value) or _option_value(books, value) for value in values]
        made.append(option)
    for gone in known.values():
        books.forget(gone)
    product.own_options = made


def checked_metafields(
    books: Ledger, product: Product | None, wishes: Sequence[MetafieldWish]
) -> list[MetafieldWish]:
    """Return the metafields with their types; raises NotPossible for one that cannot be written."""
    owner = product or Product(number=0, title="", handle="", vendor="")
    checked = []
    for place, wish in enumerate(wishes):
        try:
            kind = check_metafield(books, owner, wish.namespace, wish.key, wish.type, wish.value)
        except NotPossible as refused:
            field = ["metafields", str(place), *(refused.field or ())]
            raise NotPossible(str(refused), code="INVALID_METAFIELD", field=field) from refused
        checked.append(MetafieldWish(wish.namespace, wish.key, kind, wish.value))
    return checked


def _checked(books: Ledger, product: Product | None, details: Mapping[str, Any]) -> dict[str, Any]:
    given = dict(details)
    if "title" in given or product is None:
        title = str(given.get("title") or "").strip()
        if not title:
            raise NotPossible("Title can't be blank", code="INVALID_PRODUCT", field=["title"])
        if len(title) > _LONGEST_TITLE:
            message = f"Title is too long (maximum is {_LONGEST_TITLE} characters)"
            raise NotPossible(message, code="INVALID_PRODUCT", field=["title"])
    if product is None or given.get("handle"):
        wanted = given.get("handle")
        given["handle"] = (
            handle_of(str(wanted or given["title"])) or f"product-{len(books.all_of(Product)) + 1}"
        )
        taken = {each.handle for each in books.all_of(Product) if each is not product}
        if wanted and given["handle"] in taken:
            message = f"Handle '{given['handle']}' already in use. Please provide a new handle."
            raise NotPossible(message, code="HANDLE_NOT_UNIQUE", field=["handle"])
        given["handle"] = _free(given["handle"], taken)
    if "tags" in given:
        given["tags"] = sorted(dict.fromkeys(given["tags"]))
    return given


def _free(handle: str, taken: set[str]) -> str:
    place, shown = 0, handle
    while shown in taken:
        place += 1
        shown = f"{handle}-{place}"
    return shown


def handle_of(text: str) -> str:
    """Return a text as it stands in addresses: small letters, digits and hyphens of any script."""
    plain = unicodedata.normalize("NFKC", text).casefold()
    return re.sub(r"[^\w]+", "-", plain).strip("-_")[:_LONGEST_TITLE]


def _option_value(books: Ledger, name: str) -> ProductOptionValue:
    return books.register(ProductOptionValue(number=books.numbers.next("ProductOptionValue"), name=name))
