"""A product's media: in which order it shows them, and which picture belongs to which variant.

Refusals carry the codes of MediaUserErrorCode, those about room also FilesErrorCode's.
"""

from __future__ import annotations

from collections.abc import Sequence

from muniment_sandbox.shopify.state.cancelling import Job
from muniment_sandbox.shopify.state.catalogue import Product, ProductVariant
from muniment_sandbox.shopify.state.files import READY, MediaImage, ShopFile
from muniment_sandbox.shopify.state.ledger import Ledger, NotPossible
from muniment_sandbox.shopify.state.touching import touch

_MOST_MEDIA = 250
_MOST_PAIRS = 100

Pair = tuple[ProductVariant, Sequence[str]]
"""A variant and the ids of media for it."""


def attach(books: Ledger, product: Product, file: ShopFile) -> None:
    """Show the file last, if it is not shown yet. Within an action."""
    if file not in product.gallery:
        product.gallery.append(file)
        touch(books, product)


def detach(books: Ledger, product: Product, file: ShopFile) -> None:
    """Show the file no more, nor at any variant. Within an action."""
    if file in product.gallery:
        product.gallery.remove(file)
        for variant in product.own_variants:
            if file in variant.shown:
                variant.shown.remove(file)
        touch(books, product)


def check_room(product: Product, file: ShopFile | None, *field: str) -> None:
    """Refuse a product that shows as many media as it can."""
    if file not in product.gallery and len(product.gallery) >= _MOST_MEDIA:
        message = f"Exceeded the maximum number of {_MOST_MEDIA} media per product"
        raise NotPossible(message, code="PRODUCT_MEDIA_LIMIT_EXCEEDED", field=field)


def reorder(books: Ledger, product: Product, moves: Sequence[tuple[str, int]]) -> Job:
    """Move media to new places, counted from 0, one after another; the job does it a moment later."""
    for place, (gid, _) in enumerate(moves):
        _media_of(product, gid, "moves", str(place), "id")
    job = books.register(Job(number=books.numbers.next("Job")))
    books.later(books.file_wait_s, _reorder, books, product, tuple(moves), job)
    return job


def append_to_variants(books: Ledger, product: Product, pairs: Sequence[Pair]) -> None:
    """Give variants a picture of the product each."""
    found = _checked(product, pairs)
    for place, (variant, file) in enumerate(found):
        if variant.shown:
            message = "Variant already has attached media."
            raise NotPossible(
                message, code="PRODUCT_VARIANT_ALREADY_HAS_MEDIA", field=_field(place, "variantId")
            )
        if not isinstance(file, MediaImage):
            message = "Only images can be attached to variants."
            raise NotPossible(message, code="INVALID_MEDIA_TYPE", field=_field(place, "mediaIds"))
        if file.file_status != READY:
            message = "Non-ready media cannot be attached to variants."
            raise NotPossible(message, code="NON_READY_MEDIA", field=_field(place, "mediaIds"))
    with books.action():
        for variant, file in found:
            variant.shown = [file]
            touch(books, variant)


def detach_from_variants(books: Ledger, product: Product, pairs: Sequence[Pair]) -> None:
    """Take the picture of variants away; the product keeps it."""
    found = _checked(product, pairs)
    for place, (variant, file) in enumerate(found):
        if file not in variant.shown:
            message = "The specified media is not attached to the specified variant."
            raise NotPossible(
                message, code="MEDIA_IS_NOT_ATTACHED_TO_VARIANT", field=_field(place, "mediaIds")
            )
    with books.action():
        for variant, file in found:
            variant.shown.remove(file)
            touch(books, variant)


def _reorder(books: Ledger, product: Product, moves: Sequence[tuple[str, int]], job: Job) -> None:
    order = list(product.gallery)
    for gid, place in moves:
        moved = next((file for file in order if file.id == gid), None)
        if moved is not None:
            order.remove(moved)
            order.insert(min(place, len(order)), moved)
    with books.action():
        if order != list(product.gallery):
            product.gallery = order
            touch(books, product)
        job.done = True


def _checked(product: Product, pairs: Sequence[Pair]) -> list[tuple[ProductVariant, ShopFile]]:
    if len(pairs) > _MOST_PAIRS:
        message = f"Exceeded the maximum number of {_MOST_PAIRS} variant-media pairs per mutation call."
        raise NotPossible(message, code="MAXIMUM_VARIANT_MEDIA_PAIRS_EXCEEDED", field=["variantMedia"])
    found: list[tuple[ProductVariant, ShopFile]] = []
    for place, (variant, gids) in enumerate(pairs):
        where = _field(place, "variantId")
        if variant.product is not product:
            message = "Variant does not exist on the given product."
            raise NotPossible(message, code="PRODUCT_VARIANT_DOES_NOT_EXIST_ON_PRODUCT", field=where)
        if variant in [known for known, _ in found]:
            message = "Variant specified in more than one pair."
            raise NotPossible(message, code="PRODUCT_VARIANT_SPECIFIED_MULTIPLE_TIMES", field=where)
        if len(gids) != 1:
            message = "Only one mediaId is allowed per variant-media input pair."
            raise NotPossible(message, code="TOO_MANY_MEDIA_PER_INPUT_PAIR", field=_field(place, "mediaIds"))
        found.append((variant, _media_of(product, gids[0], *_field(place, "mediaIds"))))
    return found


def _media_of(product: Product, gid: str, *field: str) -> ShopFile:
    found = next((file for file in product.gallery if file.id == gid), None)
    if found is None:
        message = "Media does not exist on the given product."
        raise NotPossible(message, code="MEDIA_DOES_NOT_EXIST_ON_PRODUCT", field=field)
    return found


def _field(place: int, name: str) -> list[str]:
    return ["variantMedia", str(place), name]
