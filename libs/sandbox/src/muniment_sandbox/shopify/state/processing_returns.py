"""Working on an open return: parcels come back, units are disposed of, processed and refunded."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from muniment_sandbox.shopify.state.entities import Entity, Numbers
from muniment_sandbox.shopify.state.ledger import Ledger, NotPossible
from muniment_sandbox.shopify.state.line_items import LineItem
from muniment_sandbox.shopify.state.merchant import Location
from muniment_sandbox.shopify.state.money import MoneyBag
from muniment_sandbox.shopify.state.refunding import RefundWish, reckoned, refund
from muniment_sandbox.shopify.state.refunds import Refund
from muniment_sandbox.shopify.state.returns import (
    Return,
    ReturnLineItem,
    ReverseDelivery,
    ReverseDeliveryLabelV2,
    ReverseDeliveryLineItem,
    ReverseDeliveryShippingDeliverable,
    ReverseDeliveryTrackingV2,
    ReverseFulfillmentOrder,
    ReverseFulfillmentOrderDisposition,
    ReverseFulfillmentOrderLineItem,
)
from muniment_sandbox.shopify.state.transactions import OrderTransaction


@dataclass(frozen=True, kw_only=True)
class DispositionWish:
    """What is done with units that came back."""

    line: ReverseFulfillmentOrderLineItem
    quantity: int
    type: str
    location: Location | None = None


@dataclass(frozen=True, kw_only=True)
class ProcessWish:
    """Which units are processed and how. ``transfers`` None: no money moves yet, nothing is refunded."""

    lines: Sequence[tuple[ReturnLineItem, int, Sequence[DispositionWish]]]
    transfers: Sequence[tuple[OrderTransaction, int]] | None = None
    shipping_minor: int | None = None
    note: str | None = None


@dataclass(eq=False, kw_only=True)
class Disposal(Entity):
    """Dispositions made together: what ``reverse_fulfillment_orders/dispose`` tells of."""

    gid_type: ClassVar[str] = "Disposal"
    reverse_order: ReverseFulfillmentOrder
    made: list[tuple[ReverseFulfillmentOrderLineItem, ReverseFulfillmentOrderDisposition]]

    @property
    def order_number(self) -> int:
        return self.reverse_order.order_number


@dataclass(eq=False, kw_only=True)
class ReturnDelta(Entity):
    """What ``returns/update`` tells of: units that left the return by being processed."""

    gid_type: ClassVar[str] = "ReturnDelta"
    return_: Return
    removals: list[tuple[ReturnLineItem, int]]

    @property
    def order_number(self) -> int:
        return self.return_.order_number


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What a refund for units of a return would come to."""

    discounted_subtotal: MoneyBag
    total_tax: MoneyBag
    maximum_refundable: MoneyBag


def send_back(
    books: Ledger,
    reverse_order: ReverseFulfillmentOrder,
    lines: Sequence[tuple[ReverseFulfillmentOrderLineItem, int]],
    *,
    tracking: ReverseDeliveryTrackingV2 | None = None,
    label_url: str | None = None,
) -> ReverseDelivery:
    """Record a parcel on its way back; ``reverse_deliveries/attach_deliverable``. No line named: all of them.

    The order's ``updated_at`` does not move.
    """
    if reverse_order.status != "OPEN":
        raise NotPossible("Reverse fulfillment order is not open.", code="INVALID_STATE")
    chosen = lines or [(line, line.undisposed) for line in reverse_order.lines if line.undisposed]
    _check_units(reverse_order, chosen)
    now = books.clock.now()
    with books.action():
        made = ReverseDelivery(
            number=books.numbers.next("ReverseDelivery"),
            reverse_fulfillment_order=reverse_order,
            deliverable=ReverseDeliveryShippingDeliverable(
                tracking, ReverseDeliveryLabelV2(label_url, now, now) if label_url else None
            ),
            lines=[
                ReverseDeliveryLineItem(
                    number=books.numbers.next("ReverseDeliveryLineItem"), line=line, quantity=quantity
                )
                for line, quantity in chosen
            ],
        )
        reverse_order.deliveries.append(books.register(made))
        books.announce(made, "reverse_deliveries/attach_deliverable")
    return made


def dispose(books: Ledger, wishes: Sequence[DispositionWish]) -> list[ReverseFulfillmentOrderLineItem]:
    """Say what is done with units; ``reverse_fulfillment_orders/dispose`` for each reverse fulfillment order.

    The order's ``updated_at`` does not move.
    """
    _check_dispositions(wishes)
    disposals: dict[int, Disposal] = {}
    with books.action():
        for wish in wishes:
            made = ReverseFulfillmentOrderDisposition(
                number=books.numbers.next("ReverseFulfillmentOrderDisposition"),
                type=wish.type,
                quantity=wish.quantity,
                location=wish.location,
            )
            wish.line.dispositions.append(made)
            target = wish.line.reverse_order
            if target.number not in disposals:
                number = books.numbers.next("Disposal")
                disposals[target.number] = Disposal(number=number, reverse_order=target, made=[])
            disposals[target.number].made.append((wish.line, made))
        for disposal in disposals.values():
            books.announce(disposal, "reverse_fulfillment_orders/dispose")
    return [wish.line for wish in wishes]


def _check_dispositions(wishes: Sequence[DispositionWish]) -> None:
    left: dict[int, int] = {}
    for wish in wishes:
        rest = left.setdefault(wish.line.number, wish.line.undisposed) - wish.quantity
        if wish.quantity < 1 or rest < 0:
            raise NotPossible(
                f"Only {wish.line.undisposed} units are left to be disposed of.",
                code="INVALID",
                field=["dispositionInputs"],
            )
        if wish.line.reverse_order.return_.status != "OPEN":
            raise NotPossible("The return is not open.", code="INVALID_STATE", field=["dispositionInputs"])
        left[wish.line.number] = rest


def process(books: Ledger, wanted: Return, wish: ProcessWish) -> Refund | None:
    """Confirm units of an open return and, if ``transfers`` is given, refund them; ``returns/process``.

    Nothing changes when anything of it is impossible.
    """
    order = books.order_of(wanted.order_number)
    if wanted.status != "OPEN":
        raise NotPossible(f"Return status is {wanted.status}.", code="INVALID_STATE", field=["input"])
    for line, quantity, _ in wish.lines:
        if line not in wanted.lines or not 0 < quantity <= line.unprocessed_quantity:
            message = f"Only {line.unprocessed_quantity} units can be processed."
            raise NotPossible(message, code="INVALID", field=["input", "returnLineItems"])
    if len({line.number for line, _, _ in wish.lines}) != len(wish.lines):
        raise NotPossible("A return line item is named twice.", field=["input", "returnLineItems"])
    dispositions = [each for _, _, wishes in wish.lines for each in wishes]
    _check_dispositions(dispositions)
    made: Refund | None = None
    with books.action():
        if wish.transfers is not None:
            made = refund(books, order, _refund_wish(wanted, wish))
            wanted.refund_records.append(made)
        if dispositions:
            dispose(books, dispositions)
        for line, quantity, _ in wish.lines:
            line.processed_quantity += quantity
            line.refunded_quantity += quantity if made else 0
        books.announce(wanted, "returns/process")
        delta = ReturnDelta(
            number=books.numbers.next("ReturnDelta"),
            return_=wanted,
            removals=[(line, quantity) for line, quantity, _ in wish.lines],
        )
        books.announce(delta, "returns/update")
        books.note(order, "return_processed", f"Units of return {wanted.name} were processed.")
        books.changed(order)
    return made


def outcome(books: Ledger, wanted: Return, lines: Sequence[tuple[ReturnLineItem, int]]) -> Outcome:
    """Reckon what refunding these units would come to, less the fees; nothing is changed."""
    order = books.order_of(wanted.order_number)
    for line, quantity in lines:
        if line not in wanted.lines or not 0 < quantity <= line.refundable_quantity:
            raise NotPossible("That many units cannot be refunded.", field=["returnLineItems"])
    wish = RefundWish(lines=_by_line(lines))
    made = reckoned(books, order, wish, Numbers())
    fees = order.exchange.total(
        line.restocking_fee.amount_set.scaled(quantity, line.quantity)
        for line, quantity in lines
        if line.restocking_fee
    ) + order.exchange.total(fee.amount_set for fee in wanted.shipping_fees)
    most = made.total_refunded_set - fees
    paid = order.totals.net_payment_set
    return Outcome(
        discounted_subtotal=made.goods,
        total_tax=made.goods_tax,
        maximum_refundable=most.times(0) if most.minor < 0 else most.capped(paid.minor),
    )


def _refund_wish(wanted: Return, wish: ProcessWish) -> RefundWish:
    lines = _by_line([(line, quantity) for line, quantity, _ in wish.lines])
    restocked = {
        line.line_item.number: each.location
        for line, _, wishes in wish.lines
        for each in wishes
        if each.type == "RESTOCKED"
    }
    return RefundWish(
        lines=lines,
        restocks=[
            ("RETURN", restocked[item.number]) if item.number in restocked else ("NO_RESTOCK", None)
            for item, _ in lines
        ],
        shipping_minor=wish.shipping_minor,
        transfers=wish.transfers,
        note=wish.note,
        return_=wanted,
    )


def _by_line(lines: Sequence[tuple[ReturnLineItem, int]]) -> list[tuple[LineItem, int]]:
    """Join the units of one line that came in several parcels."""
    joined: dict[int, tuple[LineItem, int]] = {}
    for line, quantity in lines:
        item, before = joined.get(line.line_item.number, (line.line_item, 0))
        joined[item.number] = (item, before + quantity)
    return list(joined.values())


def _check_units(
    target: ReverseFulfillmentOrder, units: Sequence[tuple[ReverseFulfillmentOrderLineItem, int]]
) -> None:
    for line, quantity in units:
        if line not in target.lines or not 0 < quantity <= line.total_quantity:
            raise NotPossible("Quantity is not valid.", code="INVALID", field=["reverseDeliveryLineItems"])
