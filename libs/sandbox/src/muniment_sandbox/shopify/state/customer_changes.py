"""Taking in customers, changing what they agreed to, merging, deleting, and the requests of privacy law."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, ClassVar

from muniment_sandbox.shopify.state.entities import Entity
from muniment_sandbox.shopify.state.ledger import Ledger, NotPossible
from muniment_sandbox.shopify.state.merchant import Location
from muniment_sandbox.shopify.state.people import Customer, MarketingConsent
from muniment_sandbox.shopify.state.touching import touch

_REDACTED_AFTER_S = 10 * 86_400.0
_CHANNELS = {
    "email": ("email_consent", "customers_email_marketing_consent/update"),
    "sms": ("sms_consent", "customers_marketing_consent/update"),
    "whats_app": ("whats_app_consent", "customers_whats_app_marketing_consent/update"),
}


@dataclass(eq=False, kw_only=True)
class CustomerMerge(Entity):
    """What ``customers/merge`` tells of."""

    gid_type: ClassVar[str] = "CustomerMerge"
    kept: Customer
    gone: Customer


@dataclass(eq=False, kw_only=True)
class PrivacyRequest(Entity):
    """A request of privacy law about one customer, or about the whole shop."""

    gid_type: ClassVar[str] = "PrivacyRequest"
    customer: Customer | None
    orders: list[int] = field(default_factory=list)


@dataclass(frozen=True, kw_only=True)
class ConsentWish:
    """What a customer agrees to; ``updated_at`` None is now."""

    state: str
    opt_in_level: str | None = None
    updated_at: datetime | None = None
    source_location: Location | None = None


def add_customer(books: Ledger, details: Mapping[str, Any]) -> Customer:
    """Take in a customer; ``customers/create``. ``details`` are attributes of ``Customer``."""
    now = books.clock.now()
    with books.action():
        made = Customer(number=books.numbers.next("Customer"), created_at=now, updated_at=now, **details)
        books.announce(books.register(made), "customers/create")
    return made


def change_customer(books: Ledger, customer: Customer, changes: Mapping[str, Any]) -> None:
    """Write these attributes; ``customers/update``."""
    with books.action():
        for name, value in changes.items():
            setattr(customer, name, value)
        touch(books, customer)


def set_account(books: Ledger, customer: Customer, *, enabled: bool) -> None:
    """Switch the customer's account on or off; ``customers/enable`` or ``…/disable``."""
    with books.action():
        customer.state = "ENABLED" if enabled else "DISABLED"
        touch(books, customer)
        books.announce(customer, "customers/enable" if enabled else "customers/disable")


def set_consent(books: Ledger, customer: Customer, channel: str, wish: ConsentWish) -> None:
    """Write what a customer agrees to on ``email``, ``sms`` or ``whats_app``; the channel's own topic."""
    attribute, topic = _CHANNELS[channel]
    reachable = customer.email if channel == "email" else customer.phone
    if not reachable:
        what = "an email address" if channel == "email" else "a phone number"
        raise NotPossible(f"The customer must have {what}.", code="INVALID", field=["input", "customerId"])
    now = books.clock.now()
    if wish.updated_at is not None and wish.updated_at > now:
        message = "Consent updated at must not be in the future."
        raise NotPossible(message, code="INVALID", field=["input", "consentUpdatedAt"])
    with books.action():
        known: MarketingConsent = getattr(customer, attribute)
        known.state = wish.state
        known.opt_in_level = wish.opt_in_level or known.opt_in_level or "SINGLE_OPT_IN"
        known.updated_at = wish.updated_at or now
        known.collected_from = "OTHER"
        known.source_location = wish.source_location
        customer.updated_at = now
        books.announce(customer, topic)


def merge(books: Ledger, kept: Customer, gone: Customer) -> None:
    """Make two customers one; ``customers/merge``. Orders go to the one that is kept."""
    if kept is gone or gone.company_contact_profiles:
        raise NotPossible("These customers cannot be merged.")
    with books.action():
        for order in books.orders.values():
            if order.customer is gone:
                order.customer = kept
                books.changed(order)
        kept.orders_placed += gone.orders_placed
        kept.tags = sorted({*kept.tags, *gone.tags})
        books.forget(gone)
        touch(books, kept)
        number = books.numbers.next("CustomerMerge")
        books.announce(CustomerMerge(number=number, kept=kept, gone=gone), "customers/merge")


def delete(books: Ledger, customer: Customer) -> None:
    """Delete a customer who never bought; ``customers/delete``."""
    if not customer.can_delete:
        raise NotPossible("A customer with orders cannot be deleted.", field=["id"])
    with books.action():
        books.forget(customer)
        books.announce(customer, "customers/delete")


def ask_for_data(books: Ledger, customer: Customer) -> None:
    """Let a customer ask for their data; ``customers/data_request``."""
    _privacy(books, customer, "customers/data_request")


def ask_for_erasure(books: Ledger, customer: Customer) -> None:
    """Ask for a customer's data to be erased; ``customers/redact`` follows ten days later."""
    books.later(_REDACTED_AFTER_S, redact, books, customer)


def redact(books: Ledger, customer: Customer) -> None:
    """Tell the app to erase a customer's data; ``customers/redact``."""
    _privacy(books, customer, "customers/redact")


def redact_shop(books: Ledger) -> None:
    """Tell the app to erase the whole shop's data; ``shop/redact``."""
    _privacy(books, None, "shop/redact")


def orders_of(books: Ledger, customer: Customer) -> Sequence[int]:
    return [order.number for order in books.orders.values() if order.customer is customer]


def _privacy(books: Ledger, customer: Customer | None, topic: str) -> None:
    with books.action():
        made = PrivacyRequest(
            number=books.numbers.next("PrivacyRequest"),
            customer=customer,
            orders=list(orders_of(books, customer)) if customer else [],
        )
        books.announce(made, topic)
