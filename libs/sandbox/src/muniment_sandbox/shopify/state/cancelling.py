"""Cancelling as the API does it: the answer is a job, the order is cancelled a moment later."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import ClassVar

from muniment_sandbox.shopify.state.entities import Entity
from muniment_sandbox.shopify.state.ledger import Ledger, NotPossible
from muniment_sandbox.shopify.state.orders import Order
from muniment_sandbox.shopify.state.refunding import cancel

_LONGEST_NOTE = 255


@dataclass(eq=False, kw_only=True)
class Job(Entity):
    """Something that is done in the background."""

    gid_type: ClassVar[str] = "Job"
    done: bool = False


@dataclass(eq=False, kw_only=True)
class OrderCancelJobResult(Entity):
    """What became of a cancellation. ``errors`` are user errors as the API spells them."""

    gid_type: ClassVar[str] = "OrderCancelJobResult"
    job: Job
    order: Order | None
    status: str = "STARTED"
    errors: list[dict[str, object]] = field(default_factory=list)

    @property
    def done(self) -> bool:
        return self.job.done


@dataclass(frozen=True, kw_only=True)
class CancelWish:
    """How an app wants an order to be cancelled."""

    reason: str
    restocks: bool
    refunds: bool = False
    staff_note: str | None = None


def begin_cancelling(books: Ledger, order: Order, wish: CancelWish) -> OrderCancelJobResult:
    """Start the cancellation; it happens ``cancel_delay_s`` later. Raises NotPossible if it cannot be."""
    check_cancellable(order)
    if wish.staff_note and len(wish.staff_note) > _LONGEST_NOTE:
        raise NotPossible("Staff note is too long (maximum is 255 characters)", field=["staffNote"])
    job = books.register(Job(number=books.numbers.next("Job")))
    result = OrderCancelJobResult(number=books.numbers.next("OrderCancelJobResult"), job=job, order=order)
    books.register(result)
    books.later(books.cancel_delay_s, _finish, books, result, wish)
    return result


def check_cancellable(order: Order) -> None:
    """Raise NotPossible if the order cannot be cancelled as it stands."""
    if order.cancelled_at:
        raise NotPossible("Cannot cancel an order that has already been canceled", field=["orderId"])
    if any(each.status in ("REQUESTED", "OPEN") for each in order.returns):
        raise NotPossible("Cannot cancel an order with open returns", field=["orderId"])


def _finish(books: Ledger, result: OrderCancelJobResult, wish: CancelWish) -> None:
    order = result.order
    result.job.done = True
    try:
        if order is None or order.number not in books.orders:
            raise NotPossible("Order does not exist", code="NOT_FOUND", field=["orderId"])
        check_cancellable(order)
        cancel(
            books,
            order,
            reason=wish.reason,
            staff_note=wish.staff_note,
            refunds=wish.refunds,
            restocks=wish.restocks,
        )
    except NotPossible as refused:
        result.status = "FAILED"
        result.errors = [{"field": refused.field, "message": str(refused), "code": refused.code}]
    else:
        result.status = "SUCCEEDED"
