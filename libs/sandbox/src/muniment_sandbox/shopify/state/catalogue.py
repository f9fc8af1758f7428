"""What is sold: products with one variant each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from muniment_sandbox.shopify.state.entities import Entity
from muniment_sandbox.shopify.state.metafields import WithMetafields


@dataclass(eq=False, kw_only=True)
class Product(WithMetafields):
    """A product of the shop."""

    gid_type: ClassVar[str] = "Product"
    owner_type: ClassVar[str] = "PRODUCT"
    title: str
    handle: str
    vendor: str


@dataclass(eq=False, kw_only=True)
class ProductVariant(Entity):
    """What a buyer puts into the cart; ``price_minor`` is in the shop's currency, before tax choices."""

    gid_type: ClassVar[str] = "ProductVariant"
    product: Product
    title: str | None
    sku: str | None
    price_minor: int
    grams: int = 0
    is_gift_card: bool = False
    requires_shipping: bool = True
    taxable: bool = True
    harmonized_system_code: str | None = None
    country_code_of_origin: str | None = None

    @property
    def display_name(self) -> str:
        return f"{self.product.title} - {self.title}" if self.title else self.product.title
