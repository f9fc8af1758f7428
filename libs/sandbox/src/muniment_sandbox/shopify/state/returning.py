"""The course of a return: asked for, approved or declined, cancelled, closed, taken up again."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from muniment_sandbox.shopify.state.fulfillments import Fulfillment, FulfillmentLineItem
from muniment_sandbox.shopify.state.ledger import Ledger, NotPossible
from muniment_sandbox.shopify.state.line_items import LineItem
from muniment_sandbox.shopify.state.orders import Order
from muniment_sandbox.shopify.state.returns import (
    KEPT_STATUSES,
    RestockingFee,
    Return,
    ReturnDecline,
    ReturnLineItem,
    ReturnReasonDefinition,
    ReturnShippingFee,
    ReverseFulfillmentOrder,
    ReverseFulfillmentOrderLineItem,
    fee_of,
)

_LONGEST_NOTE = 500


@dataclass(frozen=True, kw_only=True)
class ReturnLineWish:
    """Units of one parcel's line that are to come back."""

    fulfillment_line_item: FulfillmentLineItem
    quantity: int
    reason: ReturnReasonDefinition | None = None
    reason_note: str = ""
    customer_note: str | None = None
    restocking_percentage: float | None = None


@dataclass(frozen=True, kw_only=True)
class ReturnWish:
    """What is to come back; ``shipping_fee_minor`` is what the buyer pays for the way back."""

    lines: Sequence[ReturnLineWish]
    shipping_fee_minor: int = 0


def request(books: Ledger, order: Order, wish: ReturnWish) -> Return:
    """Record what a buyer wants to send back; ``returns/request``."""
    with books.action():
        made = _new_return(books, order, wish, "REQUESTED")
        books.announce(made, "returns/request")
        books.note(order, "return_requested", f"Return {made.name} was requested.")
        books.changed(order)
    return made


def create(books: Ledger, order: Order, wish: ReturnWish) -> Return:
    """Open a return without a request; ``returns/approve``. An archived order is taken out of the archive."""
    with books.action():
        made = _new_return(books, order, wish, "OPEN")
        order.closed_at = None
        _open(books, order, made)
        books.announce(made, "returns/approve")
        books.note(order, "return_created", f"Return {made.name} was created.")
        books.changed(order)
    return made


def approve(books: Ledger, wanted: Return) -> None:
    """Approve a request; ``returns/approve``."""
    order = _in(books, wanted, "REQUESTED")
    with books.action():
        wanted.status = "OPEN"
        _open(books, order, wanted)
        books.announce(wanted, "returns/approve")
        books.note(order, "return_approved", f"Return {wanted.name} was approved.")
        books.changed(order)


def decline(books: Ledger, wanted: Return, reason: str, note: str | None) -> None:
    """Decline a request; ``returns/decline``."""
    order = _in(books, wanted, "REQUESTED")
    if note and len(note) > _LONGEST_NOTE:
        raise NotPossible("Decline note is too long", code="TOO_LONG", field=["input", "declineNote"])
    with books.action():
        wanted.status = "DECLINED"
        wanted.decline = ReturnDecline(reason, note)
        books.announce(wanted, "returns/decline")
        books.note(order, "return_declined", f"Return {wanted.name} was declined.")
        books.changed(order)


def cancel(books: Ledger, wanted: Return) -> None:
    """Cancel an open return nobody has worked on yet; ``returns/cancel``."""
    order = _in(books, wanted, "OPEN", "REQUESTED")
    if wanted.touched:
        raise NotPossible("Return has items that were already processed.", code="INVALID_STATE")
    with books.action():
        wanted.status = "CANCELED"
        for each in wanted.reverse_orders:
            each.canceled = True
        _tell(books, order, wanted, "cancel", "cancelled")


def close(books: Ledger, wanted: Return) -> None:
    """Say that an open return is complete; ``returns/close``."""
    order = _in(books, wanted, "OPEN")
    with books.action():
        wanted.status = "CLOSED"
        wanted.closed_at = books.clock.now()
        _tell(books, order, wanted, "close", "closed")


def reopen(books: Ledger, wanted: Return) -> None:
    """Take a closed return up again; ``returns/reopen``."""
    order = _in(books, wanted, "CLOSED")
    with books.action():
        wanted.status = "OPEN"
        wanted.closed_at = None
        _tell(books, order, wanted, "reopen", "taken up again")


def returnable(order: Order, units: FulfillmentLineItem) -> int:
    """Return how many units of a parcel's line may still be asked back."""
    of_parcel = units.quantity - _kept(order, lambda line: line.fulfillment_line_item is units)
    return max(0, min(of_parcel, _returnable_of_line(order, units.line_item)))


def returnable_parcels(order: Order) -> list[Fulfillment]:
    """Return the parcels of which something may be asked back."""
    return [parcel for parcel in order.parcels if any(returnable(order, units) for units in parcel.lines)]


def _returnable_of_line(order: Order, item: LineItem) -> int:
    """Sent units less those in returns and those refunded without one."""
    through_returns = sum(
        line.refunded_quantity for each in order.returns for line in each.lines if line.line_item is item
    )
    directly = item.refunded - item.refunded_unfulfilled - through_returns
    return item.fulfilled - _kept(order, lambda line: line.line_item is item) - directly


def _kept(order: Order, fits: Callable[[ReturnLineItem], bool]) -> int:
    return sum(
        line.quantity
        for each in order.returns
        if each.status in KEPT_STATUSES
        for line in each.lines
        if fits(line)
    )


def _new_return(books: Ledger, order: Order, wish: ReturnWish, status: str) -> Return:
    if not wish.lines:
        raise NotPossible("A return needs at least one line item.", code="BLANK", field=["returnLineItems"])
    known = [units for parcel in order.parcels for units in parcel.lines]
    asked: dict[FulfillmentLineItem, int] = {}
    for place, line in enumerate(wish.lines):
        asked[line.fulfillment_line_item] = asked.get(line.fulfillment_line_item, 0) + line.quantity
        field = ["returnLineItems", str(place)]
        if line.fulfillment_line_item not in known:
            raise NotPossible("Fulfillment line item not found.", code="NOT_FOUND", field=field)
        most = returnable(order, line.fulfillment_line_item)
        if line.quantity < 1 or asked[line.fulfillment_line_item] > most:
            message = f"Quantity cannot exceed the returnable quantity of {most}."
            raise NotPossible(message, code="INVALID", field=[*field, "quantity"])
    _check_lines(order, asked)
    made = Return(
        number=books.numbers.next("Return"),
        order_number=order.number,
        name=f"{order.name}-R{len(order.returns) + 1}",
        status=status,
        created_at=books.clock.now(),
        lines=[_new_line(books, line) for line in wish.lines],
    )
    if wish.shipping_fee_minor:
        amount = order.exchange.bag(wish.shipping_fee_minor)
        fee = ReturnShippingFee(number=books.numbers.next("ReturnShippingFee"), amount_set=amount)
        made.shipping_fees.append(fee)
    order.returns.append(books.register(made))
    return made


def _check_lines(order: Order, asked: dict[FulfillmentLineItem, int]) -> None:
    """Refuse when the parcels' units of one line together are more than the line still has."""
    for item in {units.line_item.number: units.line_item for units in asked}.values():
        together = sum(quantity for units, quantity in asked.items() if units.line_item is item)
        if together > _returnable_of_line(order, item):
            raise NotPossible(f"Only fewer units of {item.name} can be returned.", field=["returnLineItems"])


def _new_line(books: Ledger, wish: ReturnLineWish) -> ReturnLineItem:
    made = ReturnLineItem(
        number=books.numbers.next("ReturnLineItem"),
        fulfillment_line_item=wish.fulfillment_line_item,
        quantity=wish.quantity,
        return_reason_definition=wish.reason,
        return_reason_note=wish.reason_note,
        customer_note=wish.customer_note,
    )
    if wish.restocking_percentage:
        made.restocking_fee = RestockingFee(
            number=books.numbers.next("RestockingFee"),
            percentage=wish.restocking_percentage,
            amount_set=fee_of(wish.restocking_percentage, made.with_code_discounted_total_price_set),
        )
    return books.register(made)


def _open(books: Ledger, order: Order, wanted: Return) -> None:
    """Set up the work of taking the units back: one reverse fulfillment order for each parcel."""
    wanted.request_approved_at = books.clock.now()
    for parcel in order.parcels:
        lines = [line for line in wanted.lines if line.fulfillment_line_item in parcel.lines]
        if not lines:
            continue
        made = ReverseFulfillmentOrder(number=books.numbers.next("ReverseFulfillmentOrder"), return_=wanted)
        for line in lines:
            back = ReverseFulfillmentOrderLineItem(
                number=books.numbers.next("ReverseFulfillmentOrderLineItem"),
                reverse_order=made,
                return_line=line,
                total_quantity=line.quantity,
            )
            made.lines.append(books.register(back))
        wanted.reverse_orders.append(books.register(made))


def _in(books: Ledger, wanted: Return, *statuses: str) -> Order:
    if wanted.status not in statuses:
        raise NotPossible(f"Return status is {wanted.status}.", code="INVALID_STATE", field=["id"])
    return books.order_of(wanted.order_number)


def _tell(books: Ledger, order: Order, wanted: Return, topic: str, word: str) -> None:
    books.announce(wanted, f"returns/{topic}")
    books.note(order, f"return_{topic}", f"Return {wanted.name} was {word}.")
    books.changed(order)
