"""Placing, editing, cancelling and noting orders."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from muniment_sandbox.shopify.state.cart import Cart, CartLine
from muniment_sandbox.shopify.state.entities import Entity
from muniment_sandbox.shopify.state.ledger import Ledger, NotPossible
from muniment_sandbox.shopify.state.line_items import LineItem
from muniment_sandbox.shopify.state.orders import Order, OrderApp
from muniment_sandbox.shopify.state.payment_terms import agree, cancel_terms
from muniment_sandbox.shopify.state.pricing import PricedCart, price_added_line, price_cart
from muniment_sandbox.shopify.state.routing import follow, route_later
from muniment_sandbox.shopify.state.timeline import OrderAgreement, OrderEditAgreement

_ONLINE_STORE = OrderApp("gid://shopify/App/580111", "Online Store")
_DRAFT_ORDERS = OrderApp("gid://shopify/App/1354745", "Draft Orders")


@dataclass(eq=False, kw_only=True)
class OrderEdit(Entity):
    """One committed edit: what ``orders/edited`` tells of."""

    gid_type = "OrderEdit"
    order: Order
    added: list[tuple[LineItem, int]]
    removed: list[tuple[LineItem, int]]


def place(books: Ledger, cart: Cart) -> Order:
    """Turn a cart into an order; ``orders/create``."""
    if not cart.lines:
        raise NotPossible("An order needs at least one line.")
    with books.action():
        order = _new_order(books, cart, price_cart(cart, books.numbers))
        if cart.net_days is not None:
            order.payment_terms = agree(books, order, cart.net_days)
        for entity in (*order.lines, *order.shipping):
            books.register(entity)
        books.orders[order.number] = books.register(order)
        if order.customer:
            order.customer.orders_placed += 1
            order.customer.updated_at = order.created_at
        agreement = OrderAgreement(number=books.numbers.next("SalesAgreement"), happened_at=order.created_at)
        order.contracts.append(books.register(agreement))
        books.note(order, "placed", f"{_buyer(order)} placed this order on {order.app.name}.")
        books.changed(order, "orders/create")
        if order.totals.total_price_set.minor == 0:
            books.announce(order, "orders/paid")
        route_later(books, order)
    return order


def edit(
    books: Ledger, order: Order, *, add: Sequence[CartLine] = (), remove: Sequence[tuple[LineItem, int]] = ()
) -> list[LineItem]:
    """Add lines and take units away in one edit; returns the new lines; ``orders/edited``."""
    _open(order)
    for line, quantity in remove:
        if not 0 < quantity <= line.unfulfilled_quantity:
            raise NotPossible(f"Only {line.unfulfilled_quantity} units of {line.name} can be removed.")
    with books.action():
        added = [
            price_added_line(
                line,
                books.numbers,
                order.exchange,
                taxes_included=order.taxes_included,
                applications=order.applications,
            )
            for line in add
        ]
        order.lines.extend(books.register(line) for line in added)
        for line, quantity in remove:
            line.removed_by_edit += quantity
        follow(books, order)
        agreement = OrderEditAgreement(
            number=books.numbers.next("SalesAgreement"), happened_at=books.clock.now()
        )
        order.contracts.append(books.register(agreement))
        books.note(order, "edited", _told(added, remove))
        books.changed(order)
        books.announce(
            OrderEdit(
                number=books.numbers.next("OrderEdit"),
                order=order,
                added=[(line, line.quantity) for line in added],
                removed=list(remove),
            ),
            "orders/edited",
        )
    return added


def mark_cancelled(books: Ledger, order: Order, reason: str) -> None:
    """Set the order's cancellation; ``orders/cancelled``."""
    _open(order)
    with books.action():
        order.cancelled_at = books.clock.now()
        order.cancel_reason = reason
        cancel_terms(books, order)
        follow(books, order)
        books.note(order, "cancelled", f"The order was cancelled. Reason: {reason.lower()}.")
        books.changed(order, "orders/cancelled")


def update(
    books: Ledger, order: Order, *, note: str | None = None, tags: Sequence[str] | None = None
) -> None:
    """Set the note or the tags; only ``orders/updated``."""
    with books.action():
        if note is not None:
            order.note = note
        if tags is not None:
            order.tags = sorted(set(tags))
        books.changed(order)


def close(books: Ledger, order: Order) -> None:
    """Archive the order; only ``orders/updated``."""
    with books.action():
        order.closed_at = order.closed_at or books.clock.now()
        books.note(order, "closed", "The order was archived.")
        books.changed(order)


def reopen(books: Ledger, order: Order) -> None:
    """Take the order out of the archive; only ``orders/updated``."""
    with books.action():
        order.closed_at = None
        books.note(order, "re_opened", "The order was taken out of the archive.")
        books.changed(order)


def delete(books: Ledger, order: Order) -> None:
    """Delete the order; ``orders/delete`` is all that is left of it."""
    with books.action():
        del books.orders[order.number]
        parts = (*order.lines, *order.refund_records, *order.parcels, *order.payments)
        for entity in (order, *parts, *order.fulfillment_orders, *order.returns):
            books.forget(entity)
        books.announce(order, "orders/delete")


def _told(added: Sequence[LineItem], removed: Sequence[tuple[LineItem, int]]) -> str:
    parts = [f"added {line.quantity} × {line.name}" for line in added]
    parts += [f"took out {quantity} × {line.name}" for line, quantity in removed]
    return f"The order was edited: {', '.join(parts) or 'nothing changed'}."


def _open(order: Order) -> None:
    if order.cancelled_at:
        raise NotPossible(f"Order {order.name} is cancelled.")


def _buyer(order: Order) -> str:
    return order.customer.display_name if order.customer else "A guest"


def _new_order(books: Ledger, cart: Cart, priced: PricedCart) -> Order:
    number, sequence, now = books.numbers.next("Order"), books.next_order_sequence(), books.clock.now()
    exchange, merchant = cart.exchange, books.merchant
    duties = exchange.total(duty.price for line in priced.lines for duty in line.duties)
    token = hashlib.sha256(str(number).encode()).hexdigest()
    return Order(
        number=number,
        sequence=sequence,
        name=f"{merchant.order_number_format_prefix}{sequence}{merchant.order_number_format_suffix}",
        confirmation_number=token[:9].upper(),
        created_at=now,
        processed_at=now,
        updated_at=now,
        exchange=exchange,
        taxes_included=cart.taxes_included,
        tax_exempt=cart.tax_exempt,
        customer=cart.customer,
        merchant_business_entity=merchant.business_entity,
        app=_DRAFT_ORDERS if cart.source_name == "shopify_draft_order" else _ONLINE_STORE,
        lines=priced.lines,
        shipping=priced.shipping,
        applications=priced.applications,
        tip=exchange.bag(cart.tip_minor),
        status_page_url=f"https://{merchant.primary_domain.host}/{merchant.number}/orders/{token[:32]}/authenticate?key={token[32:]}",
        purchasing_company=cart.purchasing_company,
        billing_address=cart.billing_address,
        shipping_address=cart.shipping_address,
        email=cart.customer.email if cart.customer else None,
        phone=cart.customer.phone if cart.customer else None,
        note=cart.note,
        po_number=cart.po_number,
        customer_locale=cart.locale,
        source_name=cart.source_name,
        tags=sorted(set(cart.tags)),
        custom_attributes=list(cart.attributes),
        original_total_duties_set=duties if duties.minor else None,
        original_total_additional_fees_set=exchange.bag(cart.fees_minor) if cart.fees_minor else None,
    )
