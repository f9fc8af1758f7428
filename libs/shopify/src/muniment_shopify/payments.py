"""Payments of an order: authorised money is captured or let go.

Shopify knows no key for either. The transactions are read first; what is captured is said as a total, so that
asking twice takes nothing twice. A lost answer is looked up among the transactions.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from muniment_kit.errors import Rejected
from muniment_shopify.asking import Node, ask, change, done_or_seen, made, once
from muniment_shopify.client import AdminClient
from muniment_shopify.errors import ChangeNotDone, ObjectGone, StateForbids
from muniment_shopify.money import Money

_MOST = 100
_DONE = "SUCCESS"
_PENDING = frozenset({"PENDING", "AWAITING_RESPONSE"})
_PENDING_AGAIN_S = 30.0


@dataclass(frozen=True, slots=True)
class Payment:
    """One transaction, in the buyer's currency. ``parent`` is the one it belongs to."""

    gid: str
    kind: str
    status: str
    amount: Money
    parent: str | None
    error_code: str | None

    @property
    def is_done(self) -> bool:
        """Tell whether it has succeeded."""
        return self.status == _DONE


@dataclass(frozen=True, slots=True)
class Captured:
    """What is captured of an authorisation in all; ``made`` is the transaction of this call, if any."""

    total: Money
    made: Payment | None


async def payments_of(client: AdminClient, order: str) -> list[Payment]:
    """Return the order's transactions. Raises ``ObjectGone``, ``Rejected`` for more than can be read."""
    node = (await ask(client, "order_payments", id=order))["order"]
    if node is None:
        raise ObjectGone(f"{client.shop} does not have the order whose payments are asked for.")
    if len(node["transactions"]) >= _MOST:
        raise Rejected(f"The order has {_MOST} or more transactions: a person must look at it.")
    return [_read(each) for each in node["transactions"]]


async def capture(client: AdminClient, order: str, authorization: str, total: Money) -> Captured:
    """Capture of the authorisation what is missing to ``total``, in the buyer's currency.

    So the same call captures once. Raises ``ChangeRefused``, ``ChangeNotDone`` while a capture is pending at
    the gateway, ``OutcomeUnknown`` when the answer was lost and nothing is seen yet: each next try looks
    first.
    """
    captured = await _captured(client, order, authorization, total.currency)
    missing = total - captured
    if missing.amount <= 0:
        return Captured(captured, None)
    wanted = {
        "id": order,
        "parentTransactionId": authorization,
        "amount": missing.text,
        "currency": missing.currency,
    }

    async def take() -> Captured:
        payload = await change(client, "order_capture", {"input": wanted}, repeatable=False)
        payment = _read(made(client, "order_capture", payload, "transaction"))
        if payment.status in _PENDING:
            raise _pending(client)
        if not payment.is_done:
            raise StateForbids(f"{client.shop} could not capture the payment.", codes=_codes(payment))
        return Captured(captured + payment.amount, payment)

    async def look() -> Captured | None:
        now = await _captured(client, order, authorization, total.currency)
        return Captured(now, None) if now.amount >= total.amount else None

    return await done_or_seen(take, look)


async def void(client: AdminClient, order: str, authorization: str) -> Payment:
    """Let the authorised money go and return the transaction that says so; one that is gone stays gone.

    Raises ``StateForbids`` when some of it is captured, ``OutcomeUnknown`` as :func:`capture` does.
    """

    async def look() -> Payment | None:
        payments = await payments_of(client, order)
        of_this = (each for each in payments if each.kind == "VOID" and each.parent == authorization)
        return next((each for each in of_this if each.is_done), None)

    async def let_go() -> Payment:
        variables = {"parentTransactionId": authorization}
        payload = await change(client, "transaction_void", variables, repeatable=False)
        return _read(made(client, "transaction_void", payload, "transaction"))

    return await once(look, let_go)


async def _captured(client: AdminClient, order: str, authorization: str, currency: str) -> Money:
    captures = [
        each
        for each in await payments_of(client, order)
        if each.kind == "CAPTURE" and each.parent == authorization
    ]
    if any(each.status in _PENDING for each in captures):
        raise _pending(client)
    total = Money(Decimal(0), currency)
    for each in captures:
        if each.is_done:
            total += each.amount
    return total


def _pending(client: AdminClient) -> ChangeNotDone:
    return ChangeNotDone(
        f"{client.shop} still waits for the payment gateway; it is looked at again.", after=_PENDING_AGAIN_S
    )


def _codes(payment: Payment) -> tuple[str, ...]:
    return (payment.error_code,) if payment.error_code else ()


def _read(node: Node) -> Payment:
    return Payment(
        gid=node["id"],
        kind=node["kind"],
        status=node["status"],
        amount=Money.presented(node["amountSet"]),
        parent=(node["parentTransaction"] or {}).get("id"),
        error_code=node["errorCode"],
    )
