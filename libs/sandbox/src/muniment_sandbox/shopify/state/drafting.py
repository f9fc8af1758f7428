"""Writing draft orders, sending their invoice, completing them into orders."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from muniment_sandbox.shopify.state.cart import CartLine, CustomItem
from muniment_sandbox.shopify.state.catalogue import ProductVariant
from muniment_sandbox.shopify.state.discounts import Discount
from muniment_sandbox.shopify.state.drafts import DraftOrder, DraftOrderLineItem
from muniment_sandbox.shopify.state.entities import Numbers
from muniment_sandbox.shopify.state.ledger import Ledger, NotPossible
from muniment_sandbox.shopify.state.line_items import Attribute, LineItem
from muniment_sandbox.shopify.state.ordering import place
from muniment_sandbox.shopify.state.orders import Order
from muniment_sandbox.shopify.state.paying import pay
from muniment_sandbox.shopify.state.people import Customer
from muniment_sandbox.shopify.state.pricing import price_added_line
from muniment_sandbox.shopify.state.stock import Market, Stock
from muniment_sandbox.shopify.state.taxes import TaxRate
from muniment_sandbox.shopify.state.transactions import PaymentMethod

BY_HAND = PaymentMethod("manual", "Manual", manual=True, tender_method="other")


@dataclass(frozen=True, kw_only=True)
class DraftLineWish:
    """Some units; ``unit_minor`` None is the price of the variant, ``rates`` None the taxes of the market."""

    item: ProductVariant | CustomItem
    quantity: int
    unit_minor: int | None = None
    discount: Discount | None = None
    attributes: Sequence[Attribute] = ()
    rates: Sequence[TaxRate] | None = None


def draft(
    books: Ledger,
    stock: Stock,
    lines: Sequence[DraftLineWish],
    details: Mapping[str, Any],
    currency: str | None = None,
) -> DraftOrder:
    """Write a draft order; ``draft_orders/create``. ``details`` are attributes of ``DraftOrder``."""
    if not lines:
        raise NotPossible("Add at least 1 product", field=["input", "lineItems"])
    with books.action():
        customer = details.get("customer")
        market = _market(stock, customer, currency)
        number, now = books.numbers.next("DraftOrder"), books.clock.now()
        token = hashlib.sha256(str(number).encode()).hexdigest()[:32]
        host = books.merchant.primary_domain.host
        made = DraftOrder(
            number=number,
            name=f"#D{books.numbers.issued['DraftOrder']}",
            created_at=now,
            updated_at=now,
            exchange=market.exchange,
            rates=market.standard,
            invoice_url=f"https://{host}/{books.merchant.number}/invoices/{token}",
            **{"taxes_included": market.taxes_included, **details},
        )
        made.lines = [_line(books, made, wish) for wish in lines]
        made.reprice()
        books.register(made)
        books.announce(made, "draft_orders/create")
    return made


def change(
    books: Ledger, wanted: DraftOrder, details: Mapping[str, Any], lines: Sequence[DraftLineWish] | None
) -> None:
    """Write these attributes, and new lines if there are any; ``draft_orders/update``."""
    _still_open(wanted)
    with books.action():
        for name, value in details.items():
            setattr(wanted, name, value)
        if lines is not None:
            wanted.lines = [_line(books, wanted, wish) for wish in lines]
        wanted.reprice()
        _touched(books, wanted)


def send_invoice(books: Ledger, wanted: DraftOrder) -> None:
    """Send the buyer the link to pay; ``draft_orders/update``."""
    _still_open(wanted)
    with books.action():
        wanted.status = "INVOICE_SENT"
        wanted.invoice_sent_at = books.clock.now()
        _touched(books, wanted)


def complete(books: Ledger, wanted: DraftOrder, *, pending: bool = False) -> Order:
    """Make the order of it, marked as paid unless ``pending`` or on account; ``draft_orders/update``."""
    _still_open(wanted)
    with books.action():
        order = place(books, wanted.cart)
        if not pending and wanted.payment_terms is None and order.totals.total_outstanding_set.minor > 0:
            pay(books, order, BY_HAND)
        wanted.order = order
        wanted.status = "COMPLETED"
        wanted.completed_at = books.clock.now()
        _touched(books, wanted)
    return order


def delete(books: Ledger, wanted: DraftOrder) -> None:
    """Delete it; ``draft_orders/delete`` is all that is left of it."""
    _still_open(wanted)
    with books.action():
        books.forget(wanted)
        books.announce(wanted, "draft_orders/delete")


def _still_open(wanted: DraftOrder) -> None:
    if wanted.status == "COMPLETED":
        raise NotPossible("This draft order has already been completed.", field=["id"])


def _touched(books: Ledger, wanted: DraftOrder) -> None:
    wanted.updated_at = books.clock.now()
    books.announce(wanted, "draft_orders/update")


def _market(stock: Stock, customer: Customer | None, currency: str | None) -> Market:
    """Return the customer's market if it has the currency, else one that has it."""
    known = (*stock.buyers, *stock.businesses)
    markets = [buyer.market for buyer in known if buyer.customer is customer]
    markets += [buyer.market for buyer in known]
    wanted = currency or markets[0].exchange.presentment_currency
    for market in markets:
        if market.exchange.presentment_currency == wanted:
            return market
    message = f"Presentment currency {wanted} is not enabled."
    raise NotPossible(message, field=["input", "presentmentCurrencyCode"])


def _line(books: Ledger, wanted: DraftOrder, wish: DraftLineWish) -> DraftOrderLineItem:
    if wish.quantity < 1:
        raise NotPossible("Quantity must be greater than 0", field=["input", "lineItems"])
    unit = wish.unit_minor
    if unit is None:
        if isinstance(wish.item, CustomItem):
            raise NotPossible("Custom items need a price", field=["input", "lineItems"])
        unit = wanted.exchange.from_shop(wish.item.price_minor)
    number = books.numbers.next("DraftOrderLineItem")
    made = DraftOrderLineItem(
        number=number,
        uuid=str(uuid.uuid5(uuid.NAMESPACE_OID, str(number))),
        item=wish.item,
        quantity=wish.quantity,
        unit_minor=unit,
        custom_attributes=list(wish.attributes),
        rates=wish.rates,
        discount=wish.discount,
        priced=_unpriced(wanted, wish, unit),
    )
    return books.register(made)


def _unpriced(wanted: DraftOrder, wish: DraftLineWish, unit: int) -> LineItem:
    line = CartLine(variant=wish.item, quantity=wish.quantity, unit_minor=unit)
    return price_added_line(
        line, Numbers(), wanted.exchange, taxes_included=wanted.taxes_included, applications=[]
    )
