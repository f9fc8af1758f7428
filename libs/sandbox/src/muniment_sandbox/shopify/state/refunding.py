"""Refunds and cancellations: units come back, shipping is given back, money returns where it came from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from muniment_sandbox.shopify.state.entities import Numbers
from muniment_sandbox.shopify.state.ledger import Ledger, NotPossible
from muniment_sandbox.shopify.state.line_items import LineItem, ShippingLine
from muniment_sandbox.shopify.state.merchant import Location
from muniment_sandbox.shopify.state.money import MoneyBag
from muniment_sandbox.shopify.state.ordering import mark_cancelled
from muniment_sandbox.shopify.state.orders import Order, OrderCancellation
from muniment_sandbox.shopify.state.paying import give_back, parts_to_return, void
from muniment_sandbox.shopify.state.refunds import OrderAdjustment, Refund, RefundLineItem, RefundShippingLine
from muniment_sandbox.shopify.state.returns import Return
from muniment_sandbox.shopify.state.routing import follow
from muniment_sandbox.shopify.state.timeline import RefundAgreement
from muniment_sandbox.shopify.state.transactions import OrderTransaction


@dataclass(frozen=True, kw_only=True)
class RefundWish:
    """What is to be refunded. ``shipping_minor`` None: none of it; ``adjustment_minor`` > 0 gives more, < 0
    less.

    ``transfers`` says from which payments how much goes back; what they move beyond goods and shipping, or
    short of them, becomes the adjustment. None: all of it, from the latest payment backwards.
    ``restocks`` says for each line how it is restocked and where, instead of ``restock_type``.
    """

    lines: Sequence[tuple[LineItem, int]] = ()
    shipping_minor: int | None = None
    adjustment_minor: int = 0
    note: str | None = None
    restock_type: str | None = None
    reason: str = "REFUND_DISCREPANCY"
    transfers: Sequence[tuple[OrderTransaction, int]] | None = None
    restocks: Sequence[tuple[str | None, Location | None]] = field(default_factory=tuple)
    return_: Return | None = None


def refund(books: Ledger, order: Order, wish: RefundWish) -> Refund:
    """Refund; ``refunds/create``. Raises NotPossible if more is asked than came in or is still there."""
    for line, quantity in wish.lines:
        if not 0 < quantity <= line.refundable_quantity:
            raise NotPossible(f"Only {line.refundable_quantity} units of {line.name} can be refunded.")
    with books.action():
        made = reckoned(books, order, wish, books.numbers)
        if made.total_refunded_set.minor > order.totals.net_payment_set.minor:
            raise NotPossible(f"More than was paid cannot be refunded on order {order.name}.")
        if made.total_refunded_set.minor < 0:
            raise NotPossible(f"A refund on order {order.name} would give back less than nothing.")
        parts_to_return(order, made.total_refunded_set, wish.transfers)
        _count(made)
        follow(books, order)
        made.payments = give_back(books, order, made.total_refunded_set, wish.transfers)
        order.refund_records.append(books.register(made))
        agreement = RefundAgreement(
            number=books.numbers.next("SalesAgreement"), happened_at=made.created_at, refund=made
        )
        order.contracts.append(books.register(agreement))
        money = made.total_refunded_set.presentment_money
        books.note(order, "refund_success", f"{money.amount} {money.currency_code} was refunded.")
        books.announce(made, "refunds/create")
        books.changed(order)
    return made


def refund_everything(books: Ledger, order: Order, note: str | None = None) -> Refund:
    """Give back all that was paid and not yet given back; ``refunds/create``."""
    if order.totals.net_payment_set.minor <= 0:
        raise NotPossible(f"There is nothing to refund on order {order.name}: no money was received.")
    return refund(books, order, everything(order, note=note))


def cancel(
    books: Ledger,
    order: Order,
    *,
    reason: str = "CUSTOMER",
    staff_note: str | None = None,
    refunds: bool = True,
    restocks: bool = True,
) -> Refund | None:
    """Cancel the order: what was only authorized is voided, what was paid is refunded unless ``refunds`` says
    no.
    """
    with books.action():
        made: Refund | None = None
        if order.totals.total_capturable_set.minor:
            void(books, order)
        if refunds and order.totals.net_payment_set.minor > 0:
            made = refund(books, order, everything(order, note=staff_note, restocks=restocks))
        mark_cancelled(books, order, reason)
        order.cancellation = OrderCancellation(staff_note)
    return made


def everything(order: Order, *, note: str | None = None, restocks: bool = True) -> RefundWish:
    """Return the wish that gives back all that was paid; a rest that goods and shipping do not explain is
    an adjustment.
    """
    lines = [(line, line.refundable_quantity) for line in order.current_units]
    shipping = order.totals.current_shipping_price_set.minor
    covered = order.totals.current_subtotal_price_set.minor + shipping
    if not order.taxes_included:
        covered += order.totals.current_total_tax_set.minor
    return RefundWish(
        lines=lines,
        shipping_minor=shipping if order.shipping else None,
        adjustment_minor=order.totals.net_payment_set.minor - covered,
        note=note,
        restock_type=None if restocks else "NO_RESTOCK",
    )


def reckoned(books: Ledger, order: Order, wish: RefundWish, numbers: Numbers) -> Refund:
    """Return the refund the wish would make; nothing is changed yet."""
    now = books.clock.now()
    made = Refund(
        number=numbers.next("Refund"),
        order_number=order.number,
        note=wish.note,
        created_at=now,
        processed_at=now,
        updated_at=now,
        taxes_included=order.taxes_included,
        nothing=order.exchange.nothing,
        return_=wish.return_,
    )
    restocks = wish.restocks or [(wish.restock_type, _first_place(books))] * len(wish.lines)
    made.lines = [
        _returned(numbers, line, quantity, *restock)
        for (line, quantity), restock in zip(wish.lines, restocks, strict=True)
    ]
    if wish.shipping_minor is not None:
        made.shipping = _shipping_back(numbers, order, wish.shipping_minor)
    difference = wish.adjustment_minor
    if wish.transfers is not None:
        difference = sum(minor for _, minor in wish.transfers) - made.total_refunded_set.minor
    if difference or (wish.transfers is not None and made.total_refunded_set.shop_money.minor):
        adjustment = OrderAdjustment(
            number=numbers.next("OrderAdjustment"),
            reason=wish.reason,
            amount_set=_adjusted(order, made, difference),
            tax_amount_set=order.exchange.nothing,
        )
        if adjustment.amount_set != order.exchange.nothing:
            made.adjustments = [adjustment]
    return made


def _first_place(books: Ledger) -> Location | None:
    return books.locations[0] if books.locations else None


def _adjusted(order: Order, made: Refund, minor: int) -> MoneyBag:
    """Return the adjustment's bag; when it empties the till, or takes the whole refund back, the shop's
    currency follows to the cent.
    """
    if made.total_refunded_set.minor + minor == 0:
        return order.exchange.nothing - made.total_refunded_set
    left = order.totals.net_payment_set - made.total_refunded_set
    return left if left.minor == minor else order.exchange.bag(minor)


def _returned(
    numbers: Numbers, line: LineItem, quantity: int, restock_type: str | None, location: Location | None
) -> RefundLineItem:
    """Return the refund line: the line's amounts up to the new count less those up to the old one."""
    before, after, billed = line.refunded, line.refunded + quantity, line.billed_quantity
    net, tax = line.billed_net, line.billed_tax
    unsent = quantity <= line.unfulfilled_quantity
    return RefundLineItem(
        number=numbers.next("RefundLineItem"),
        line_item=line,
        quantity=quantity,
        restock_type=restock_type or ("CANCEL" if unsent else "RETURN"),
        subtotal_set=_share(net, before, after, billed),
        total_tax_set=_share(tax, before, after, billed),
        location=location,
    )


def _share(whole: MoneyBag, before: int, after: int, billed: int) -> MoneyBag:
    """Return the part from one count to the next; what is nothing to the buyer is nothing to the shop."""
    part = whole.scaled(after, billed) - whole.scaled(before, billed)
    return part if part.minor else part.times(0)


def _shipping_back(numbers: Numbers, order: Order, minor: int) -> list[RefundShippingLine]:
    left = order.totals.current_shipping_price_set.minor
    if minor > left:
        raise NotPossible(f"Only a part of that shipping can still be refunded on order {order.name}.")
    lines: list[RefundShippingLine] = []
    for line in order.shipping:
        if line.is_removed:
            continue
        amount = line.current_discounted_price_set.capped(minor)
        lines.append(
            RefundShippingLine(
                number=numbers.next("RefundShippingLine"),
                shipping_line=line,
                subtotal_amount_set=amount,
                tax_amount_set=_shipping_tax(line, amount),
            )
        )
        minor -= amount.minor
    return lines


def _shipping_tax(line: ShippingLine, amount: MoneyBag) -> MoneyBag:
    """Return the tax on a part of the shipping, so that the parts of several refunds add up to the whole
    tax.
    """
    before = line.refunded.minor if line.refunded else 0
    whole = line.discounted_price_set.minor
    return line.tax.scaled(before + amount.minor, whole) - line.tax.scaled(before, whole)


def _count(made: Refund) -> None:
    """Count the units and the shipping as returned."""
    for back in made.lines:
        item = back.line_item
        sent = item.fulfilled - (item.refunded - item.refunded_unfulfilled)
        if made.return_ is not None or back.restock_type == "RETURN":
            unsent = max(0, back.quantity - sent)
        else:
            unsent = min(back.quantity, item.unfulfilled_quantity)
        back.line_item.refunded += back.quantity
        back.line_item.refunded_unfulfilled += unsent
    for shipped in made.shipping:
        line = shipped.shipping_line
        line.refunded = (
            line.refunded + shipped.subtotal_amount_set if line.refunded else shipped.subtotal_amount_set
        )
