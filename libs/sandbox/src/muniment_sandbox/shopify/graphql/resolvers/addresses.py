"""Addresses as mutations give them."""

from __future__ import annotations

from typing import Any

from muniment_sandbox.shopify.state.ledger import Ledger
from muniment_sandbox.shopify.state.people import MailingAddress


def address_from(books: Ledger, given: dict[str, Any] | None) -> MailingAddress | None:
    """Return a new address made of a ``MailingAddressInput``; None stays None."""
    if given is None:
        return None
    return books.register(
        MailingAddress(
            number=books.numbers.next("MailingAddress"),
            first_name=given.get("firstName"),
            last_name=given.get("lastName"),
            company=given.get("company"),
            address1=given.get("address1"),
            address2=given.get("address2"),
            city=given.get("city"),
            zip=given.get("zip"),
            province=None,
            province_code=given.get("provinceCode"),
            country=given.get("countryCode"),
            country_code_v2=given.get("countryCode"),
            phone=given.get("phone"),
        )
    )
