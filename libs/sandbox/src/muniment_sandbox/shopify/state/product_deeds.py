"""What can happen to products: made, changed, set as a whole, published, deleted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from muniment_sandbox.shopify.state import galleries, product_changes, product_sets, publishing
from muniment_sandbox.shopify.state.cancelling import Job
from muniment_sandbox.shopify.state.catalogue import Product
from muniment_sandbox.shopify.state.file_changes import FileWish
from muniment_sandbox.shopify.state.galleries import Pair
from muniment_sandbox.shopify.state.ledger import Ledger
from muniment_sandbox.shopify.state.product_changes import MetafieldWish
from muniment_sandbox.shopify.state.product_sets import ProductSetOperation, ProductSetWish
from muniment_sandbox.shopify.state.publications import Publication


class ProductDeeds(Ledger):
    """The shop's deeds with products. Methods raise NotPossible where Shopify would refuse."""

    def create_product(self, **details: Any) -> Product:
        """Make a product with one variant: ``products/create``. ``details`` are attributes of ``Product``."""
        return product_changes.create_product(self, details)

    def change_product(
        self,
        product: Product,
        details: Mapping[str, Any],
        metafields: Sequence[MetafieldWish] = (),
        media: Sequence[FileWish] = (),
    ) -> None:
        """Change a product, and add media behind those it shows: ``products/update``."""
        product_changes.change_product(self, product, details, metafields, media)

    def set_product(self, wish: ProductSetWish) -> Product:
        """Make or change a product as a whole; what its lists leave out is deleted."""
        return product_sets.set_product(self, wish)

    def begin_setting_product(self, wish: ProductSetWish) -> ProductSetOperation:
        """Set a product a moment later."""
        return product_sets.begin_setting(self, wish)

    def delete_product(self, product: Product) -> None:
        """Delete a product: ``products/delete``."""
        product_changes.delete_product(self, product)

    def reorder_media(self, product: Product, moves: Sequence[tuple[str, int]]) -> Job:
        """Move media of a product to new places, counted from 0, a moment later: ``products/update``."""
        return galleries.reorder(self, product, moves)

    def append_variant_media(self, product: Product, pairs: Sequence[Pair]) -> None:
        """Give variants a picture of the product each: ``products/update``."""
        galleries.append_to_variants(self, product, pairs)

    def detach_variant_media(self, product: Product, pairs: Sequence[Pair]) -> None:
        """Take the pictures of variants away: ``products/update``."""
        galleries.detach_from_variants(self, product, pairs)

    def publish(self, product: Product, wishes: Sequence[tuple[Publication, datetime | None]]) -> None:
        """Offer a product, at once or from a moment on: ``products/update``."""
        publishing.publish(self, product, wishes)

    def unpublish(self, product: Product, publications: Sequence[Publication]) -> None:
        """Offer a product no longer: ``products/update``."""
        publishing.unpublish(self, product, publications)
