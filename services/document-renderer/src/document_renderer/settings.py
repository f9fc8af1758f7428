"""The renderer's own settings, from ``DOCUMENT_RENDERER_…`` variables."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated

from pydantic import Field, StringConstraints, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from document_renderer.documents.content import Seller
from document_renderer.locales import is_locale
from document_renderer.rules import Kind, read_rules
from muniment_kit.errors import SettingsError

_PREFIX = re.compile(r"[A-Z][A-Z0-9]{0,9}")
_DEFAULT_PREFIXES = {
    Kind.ORDER_CONFIRMATION: "OC",
    Kind.INVOICE: "INV",
    Kind.CREDIT_NOTE: "CN",
    Kind.PAYMENT_RECORD: "PAY",
    Kind.SHIPPING_CONFIRMATION: "SHIP",
    Kind.SOURCE_EVENT: "EVT",
}

Line = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]


class RendererSettings(BaseSettings):
    """Who sells, how documents are numbered, which change issues which; every field is a variable.

    Lists and mappings are given as JSON.
    """

    model_config = SettingsConfigDict(env_prefix="DOCUMENT_RENDERER_", frozen=True, extra="ignore")

    seller_name: Line
    """The seller's name on every document."""
    seller_address_lines: tuple[Line, ...] = Field(min_length=1, max_length=6)
    """The seller's address, as it is to be printed."""
    seller_email: Line | None = None
    """Where buyers may write to."""
    seller_website: Line | None = None
    """The seller's address on the web."""
    seller_tax_id: Line | None = None
    """VAT or tax number of the seller."""
    seller_registration: Line | None = None
    """Register and number of the company."""
    seller_bank: Line | None = None
    """Bank details for payments."""
    default_language: str = "en"
    """The locale of a buyer whose order names none, such as ``de`` or ``de-AT``."""
    number_prefixes: dict[Kind, str] = Field(default_factory=dict)
    """Prefixes other than the default, by kind: ``{"invoice": "RE"}``."""
    rules_path: Path | None = None
    """A file like ``rules.yaml`` that says which change issues which documents."""
    inline_limit_bytes: int = Field(default=512 * 1024, ge=0, le=900 * 1024)
    """Larger documents travel by way of the blob store."""

    @field_validator("number_prefixes")
    @classmethod
    def _prefixes_are_distinct(cls, value: dict[Kind, str]) -> dict[Kind, str]:
        if not all(_PREFIX.fullmatch(prefix) for prefix in value.values()):
            raise ValueError("a prefix is a capital letter and up to nine capital letters or digits")
        merged = _DEFAULT_PREFIXES | value
        if len(set(merged.values())) < len(merged):
            raise ValueError("two kinds have the same prefix, so their numbers could collide")
        return value

    @field_validator("default_language")
    @classmethod
    def _language_is_known(cls, value: str) -> str:
        if not is_locale(value):
            raise ValueError("it is no locale that is known, such as en, de or fr-CA")
        return value

    @field_validator("rules_path")
    @classmethod
    def _rules_can_be_used(cls, value: Path | None) -> Path | None:
        try:
            read_rules(value)
        except SettingsError as error:
            raise ValueError("; ".join(error.faults)) from None
        return value

    @property
    def prefixes(self) -> dict[Kind, str]:
        return _DEFAULT_PREFIXES | self.number_prefixes

    @property
    def seller(self) -> Seller:
        return Seller(
            name=self.seller_name,
            address_lines=self.seller_address_lines,
            email=self.seller_email,
            website=self.seller_website,
            tax_id=self.seller_tax_id,
            registration=self.seller_registration,
            bank=self.seller_bank,
        )
