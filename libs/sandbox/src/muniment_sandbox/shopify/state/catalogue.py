"""What is sold: products with their options, variants and pictures, and where they are published."""

from __future__ import annotations

import html
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import ClassVar

from muniment_sandbox.shopify.state.entities import Entity
from muniment_sandbox.shopify.state.files import ShopFile
from muniment_sandbox.shopify.state.metafields import WithMetafields
from muniment_sandbox.shopify.state.publications import ResourcePublicationV2

ACTIVE_STATUSES = ("ACTIVE", "UNLISTED")
DEFAULT_OPTION, DEFAULT_VALUE = "Title", "Default Title"
_NEVER = datetime(2024, 3, 1, 9, 0, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class SelectedOption:
    """What a variant is in one respect."""

    name: str
    value: str


@dataclass(eq=False, kw_only=True)
class ProductOptionValue(Entity):
    gid_type: ClassVar[str] = "ProductOptionValue"
    name: str


@dataclass(eq=False, kw_only=True)
class ProductOption(Entity):
    """A respect in which the variants of a product differ."""

    gid_type: ClassVar[str] = "ProductOption"
    name: str
    position: int
    option_values: list[ProductOptionValue] = field(default_factory=list)

    @property
    def values(self) -> list[str]:
        return [each.name for each in self.option_values]


@dataclass(eq=False, kw_only=True)
class Product(WithMetafields):
    """A product of the shop. ``gallery`` are its media in their order; ``own_publications`` say where it is
    offered.
    """

    gid_type: ClassVar[str] = "Product"
    owner_type: ClassVar[str] = "PRODUCT"
    title: str
    handle: str
    vendor: str
    description_html: str = ""
    product_type: str = ""
    tags: list[str] = field(default_factory=list)
    status: str = "ACTIVE"
    created_at: datetime = _NEVER
    updated_at: datetime = _NEVER
    own_options: list[ProductOption] = field(default_factory=list)
    own_variants: list[ProductVariant] = field(default_factory=list)
    gallery: list[ShopFile] = field(default_factory=list)
    own_publications: list[ResourcePublicationV2] = field(default_factory=list)
    deleted: bool = False

    @property
    def description(self) -> str:
        """The description without its markup."""
        apart = re.sub(r"</?(?:br|div|h\d|li|ol|p|td|tr|ul)\b[^>]*>", " ", self.description_html)
        return html.unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]*>", "", apart))).strip()

    @property
    def has_only_default_variant(self) -> bool:
        return [each.title for each in self.own_variants] == [None]

    @property
    def is_gift_card(self) -> bool:
        return any(variant.is_gift_card for variant in self.own_variants)

    @property
    def featured_media(self) -> ShopFile | None:
        return self.gallery[0] if self.gallery else None


@dataclass(eq=False, kw_only=True)
class ProductVariant(WithMetafields):
    """What a buyer puts into the cart; ``price_minor`` is in the shop's currency, before tax choices.

    ``title`` is None where the product has only this one; ``shown`` is its picture, one of the product's.
    """

    gid_type: ClassVar[str] = "ProductVariant"
    owner_type: ClassVar[str] = "PRODUCTVARIANT"
    product: Product
    title: str | None
    sku: str | None
    price_minor: int
    compare_at_minor: int | None = None
    barcode: str | None = None
    grams: int = 0
    is_gift_card: bool = False
    requires_shipping: bool = True
    taxable: bool = True
    harmonized_system_code: str | None = None
    country_code_of_origin: str | None = None
    selected_options: Sequence[SelectedOption] = (SelectedOption(DEFAULT_OPTION, DEFAULT_VALUE),)
    shown: list[ShopFile] = field(default_factory=list)
    created_at: datetime = _NEVER
    updated_at: datetime = _NEVER

    @property
    def display_name(self) -> str:
        return f"{self.product.title} - {self.title}" if self.title else self.product.title

    @property
    def position(self) -> int:
        return self.product.own_variants.index(self) + 1
