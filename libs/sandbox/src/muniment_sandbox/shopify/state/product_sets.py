"""Setting a product as a whole: lists are full lists, and what they leave out is deleted.

Source: https://shopify.dev/docs/api/admin-graphql/2026-10/mutations/productSet. Refusals carry the codes of
ProductSetUserErrorCode.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar

from muniment_sandbox.shopify.state.catalogue import Product, ProductVariant, SelectedOption
from muniment_sandbox.shopify.state.entities import Entity
from muniment_sandbox.shopify.state.file_changes import FileWish, check_wish, create_file
from muniment_sandbox.shopify.state.files import ShopFile
from muniment_sandbox.shopify.state.galleries import detach
from muniment_sandbox.shopify.state.ledger import Ledger, NotPossible
from muniment_sandbox.shopify.state.product_changes import (
    MetafieldWish,
    add_variant,
    change_product,
    checked_metafields,
    create_product,
    give_options,
)
from muniment_sandbox.shopify.state.tagging import delete_metafield
from muniment_sandbox.shopify.state.touching import touch

_MOST_VARIANTS = 2_048
_MOST_OPTIONS = 3


@dataclass(frozen=True, slots=True)
class FileSetWish:
    """A file of a list: one that exists, with another text if wished, or a new one."""

    file: ShopFile | None = None
    alt: str | None = None
    new: FileWish | None = None


@dataclass(frozen=True, kw_only=True)
class VariantSetWish:
    """A variant of a list. ``facts`` are attributes of ``ProductVariant``; ``variant`` is the one named."""

    options: tuple[SelectedOption, ...]
    facts: tuple[tuple[str, Any], ...] = ()
    variant: ProductVariant | None = None
    file: FileSetWish | None = None


@dataclass(frozen=True, kw_only=True)
class ProductSetWish:
    """A product as an app wants it to be. None leaves a list alone, a list replaces it."""

    product: Product | None
    details: tuple[tuple[str, Any], ...] = ()
    files: tuple[FileSetWish, ...] | None = None
    metafields: tuple[MetafieldWish, ...] | None = None
    options: tuple[tuple[str, tuple[str, ...]], ...] | None = None
    variants: tuple[VariantSetWish, ...] | None = None


@dataclass(eq=False, kw_only=True)
class ProductSetOperation(Entity):
    """Setting a product in the background. ``user_errors`` are as the API spells them."""

    gid_type: ClassVar[str] = "ProductSetOperation"
    product: Product | None
    status: str = "CREATED"
    user_errors: list[dict[str, object]] = field(default_factory=list)


def set_product(books: Ledger, wish: ProductSetWish) -> Product:
    """Make or change the product at once; nothing changes where something is refused."""
    _check(books, wish)
    with books.action():
        product = wish.product or create_product(books, dict(wish.details))
        if wish.product is not None:
            change_product(books, product, dict(wish.details))
        _set_variants(books, product, wish)
        made: dict[str, ShopFile] = {}
        if wish.files is not None:
            _set_files(books, product, wish.files, made)
        _set_variant_files(books, product, wish, made)
        if wish.metafields is not None:
            _set_metafields(books, product, wish.metafields)
    return product


def begin_setting(books: Ledger, wish: ProductSetWish) -> ProductSetOperation:
    """Set the product a moment later."""
    number = books.numbers.next("ProductSetOperation")
    operation = books.register(ProductSetOperation(number=number, product=wish.product))
    books.later(books.file_wait_s, _set_later, books, operation, wish)
    return operation


def _set_later(books: Ledger, operation: ProductSetOperation, wish: ProductSetWish) -> None:
    try:
        operation.product = set_product(books, wish)
    except NotPossible as refused:
        error: dict[str, object] = {"field": refused.field, "message": str(refused), "code": refused.code}
        operation.user_errors = [error]
    operation.status = "COMPLETE"


def _check(books: Ledger, wish: ProductSetWish) -> None:
    if wish.product is not None and wish.product.deleted:
        raise NotPossible("Product does not exist", code="PRODUCT_DOES_NOT_EXIST", field=["identifier"])
    for place, each in enumerate(wish.files or ()):
        if each.new is not None:
            check_wish(books, each.new, str(place))
    checked_metafields(books, wish.product, wish.metafields or ())
    if wish.variants is not None and wish.options is None:
        message = "Must specify product options when updating variants."
        raise NotPossible(message, code="PRODUCT_OPTIONS_INPUT_MISSING", field=["input", "productOptions"])
    if wish.options is not None and wish.variants is None:
        message = "Must specify variants when updating options."
        raise NotPossible(message, code="VARIANTS_INPUT_MISSING", field=["input", "variants"])
    if wish.options is not None and wish.variants is not None:
        _check_options(wish.options)
        _check_variants(dict(wish.options), wish.variants)


def _check_options(options: Sequence[tuple[str, tuple[str, ...]]]) -> None:
    where = ["input", "productOptions"]
    if len(options) > _MOST_OPTIONS:
        raise NotPossible(
            f"A product has at most {_MOST_OPTIONS} options.", code="OPTIONS_OVER_LIMIT", field=where
        )
    if len({name for name, _ in options}) < len(options):
        raise NotPossible("Duplicated option name.", code="DUPLICATED_OPTION_NAME", field=where)
    for name, values in options:
        if not values:
            message = f"Option {name} must have at least one option value specified."
            raise NotPossible(message, code="OPTION_VALUES_MISSING", field=where)
        if len(set(values)) < len(values):
            raise NotPossible("Duplicated option value.", code="DUPLICATED_OPTION_VALUE", field=where)


def _check_variants(options: Mapping[str, Sequence[str]], variants: Sequence[VariantSetWish]) -> None:
    if not 0 < len(variants) <= _MOST_VARIANTS:
        message = f"A product has one to {_MOST_VARIANTS} variants."
        raise NotPossible(message, code="VARIANTS_OVER_LIMIT", field=["input", "variants"])
    seen = set()
    for place, wish in enumerate(variants):
        where = ["input", "variants", str(place), "optionValues"]
        for chosen in wish.options:
            if chosen.name not in options:
                raise NotPossible("Option does not exist.", code="OPTION_DOES_NOT_EXIST", field=where)
            if chosen.value not in options[chosen.name]:
                raise NotPossible(
                    "Option value does not exist.", code="OPTION_VALUE_DOES_NOT_EXIST", field=where
                )
        if {each.name for each in wish.options} != set(options) or wish.options in seen:
            message = "Each variant needs a value of each option, and no other may have the same."
            raise NotPossible(message, code="INVALID_VARIANT", field=where)
        seen.add(wish.options)


def _set_variants(books: Ledger, product: Product, wish: ProductSetWish) -> None:
    if wish.options is None or wish.variants is None:
        return
    give_options(books, product, dict(wish.options))
    before = list(product.own_variants)
    kept: list[ProductVariant] = []
    for each in wish.variants:
        known = _meant(before, each)
        if known is None:
            known = add_variant(books, product, title=None, sku=None, price_minor=0)
        known.selected_options = each.options
        known.title = " / ".join(chosen.value for chosen in each.options)
        for name, value in each.facts:
            setattr(known, name, value)
        known.updated_at = books.clock.now()
        kept.append(known)
    for gone in before:
        if gone not in kept:
            books.forget(gone)
    product.own_variants = kept
    touch(books, product)


def _meant(before: Sequence[ProductVariant], wish: VariantSetWish) -> ProductVariant | None:
    if wish.variant is not None:
        return wish.variant
    return next((each for each in before if tuple(each.selected_options) == wish.options), None)


def _set_files(
    books: Ledger, product: Product, wishes: Sequence[FileSetWish], made: dict[str, ShopFile]
) -> None:
    shown = [_file(books, wish, made) for wish in wishes]
    for file in list(product.gallery):
        if file not in shown:
            detach(books, product, file)
    if list(product.gallery) != shown:
        product.gallery = list(dict.fromkeys(shown))
        touch(books, product)


def _set_variant_files(
    books: Ledger, product: Product, wish: ProductSetWish, made: dict[str, ShopFile]
) -> None:
    for variant, each in zip(product.own_variants, wish.variants or (), strict=False):
        if each.file is not None:
            file = _file(books, each.file, made)
            if file not in product.gallery:
                product.gallery.append(file)
            variant.shown = [file]


def _file(books: Ledger, wish: FileSetWish, made: dict[str, ShopFile]) -> ShopFile:
    """Return the file that is meant; ``made`` remembers by their source those that are new in this call."""
    if wish.file is None:
        if wish.new is None:
            raise NotPossible(
                "A file needs an id or a source.", code="INVALID_INPUT", field=["input", "files"]
            )
        if wish.new.source not in made:
            made[wish.new.source] = create_file(books, wish.new)
        return made[wish.new.source]
    if wish.alt is not None:
        wish.file.alt = wish.alt
        wish.file.updated_at = books.clock.now()
    return wish.file


def _set_metafields(books: Ledger, product: Product, wishes: Sequence[MetafieldWish]) -> None:
    named = {(wish.namespace, wish.key) for wish in wishes}
    for known in list(product.own_metafields):
        if (known.namespace, known.key) not in named:
            delete_metafield(books, product, known.namespace, known.key)
    change_product(books, product, {}, wishes)
