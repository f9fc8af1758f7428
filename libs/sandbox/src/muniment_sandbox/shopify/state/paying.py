"""Money coming in: sales, authorizations, captures, voids, refused cards."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import timedelta

from muniment_sandbox.shopify.state.ledger import Ledger, NotPossible
from muniment_sandbox.shopify.state.money import Money, MoneyBag
from muniment_sandbox.shopify.state.orders import Order
from muniment_sandbox.shopify.state.totals import open_authorizations
from muniment_sandbox.shopify.state.transactions import (
    CardPaymentDetails,
    OrderTransaction,
    PaymentMethod,
    TenderTransaction,
    TenderTransactionCreditCardDetails,
    TransactionFee,
)

CARD = PaymentMethod(
    "shopify_payments",
    "Shopify Payments",
    CardPaymentDetails("Visa", "•••• •••• •••• 4242", 8, 2029),
    tender_method="credit_card",
)
GIFT_CARD = PaymentMethod("gift_card", "Gift Card", tender_method="other")
BANK_TRANSFER = PaymentMethod("Bank Deposit", "Bank Deposit", manual=True, tender_method="other")

_FEE_PERCENT = "1.5"
_AUTHORIZATION_DAYS = 7


def pay(
    books: Ledger, order: Order, method: PaymentMethod = CARD, amount_minor: int | None = None
) -> OrderTransaction:
    """Take the outstanding amount, or a part of it; ``order_transactions/create``, ``orders/paid`` when
    complete.
    """
    outstanding = _outstanding(order)
    with books.action():
        amount = outstanding if amount_minor is None else outstanding.capped(amount_minor)
        payment = _record(books, order, "SALE", amount, method)
        _money_came(books, order, payment)
    return payment


def authorize(books: Ledger, order: Order, method: PaymentMethod = CARD) -> OrderTransaction:
    """Reserve the outstanding amount on the buyer's card."""
    outstanding = _outstanding(order)
    with books.action():
        payment = _record(books, order, "AUTHORIZATION", outstanding, method)
        payment.authorization_expires_at = payment.created_at + timedelta(days=_AUTHORIZATION_DAYS)
        payment.total_unsettled_set = outstanding
        books.note(order, "authorization_success", f"{_shown(outstanding)} was authorized.")
        books.changed(order)
    return payment


def capture(
    books: Ledger,
    order: Order,
    authorization: OrderTransaction | None = None,
    amount_minor: int | None = None,
) -> OrderTransaction:
    """Take what an open authorization allows, at most what is outstanding, or the amount asked for."""
    authorization = _open_authorization(order, authorization)
    amount = _outstanding(order)
    if amount.minor > authorization.amount_set.minor:
        amount = authorization.amount_set
    if amount_minor is not None:
        if not 0 < amount_minor <= authorization.amount_set.minor:
            raise NotPossible(
                f"Only {_shown(authorization.amount_set)} can be captured.", field=["input", "amount"]
            )
        amount = authorization.amount_set.capped(amount_minor)
    with books.action():
        authorization.total_unsettled_set = order.exchange.nothing
        payment = _record(books, order, "CAPTURE", amount, authorization.method, parent=authorization)
        _money_came(books, order, payment)
    return payment


def void(books: Ledger, order: Order, authorization: OrderTransaction | None = None) -> OrderTransaction:
    """Give an open authorization back, the first one unless one is named."""
    authorization = _open_authorization(order, authorization)
    with books.action():
        authorization.total_unsettled_set = order.exchange.nothing
        payment = _record(
            books, order, "VOID", authorization.amount_set, authorization.method, parent=authorization
        )
        books.note(
            order, "void_success", f"The authorization of {_shown(authorization.amount_set)} was voided."
        )
        books.changed(order)
    return payment


def decline(
    books: Ledger, order: Order, method: PaymentMethod = CARD, error_code: str = "CARD_DECLINED"
) -> OrderTransaction:
    """Record a payment the bank refused; no money moves."""
    outstanding = _outstanding(order)
    with books.action():
        payment = _record(books, order, "SALE", outstanding, method, status="FAILURE")
        payment.error_code = error_code
        payment.message = "The card was declined."
        books.note(order, "sale_failure", f"A payment of {_shown(outstanding)} was declined.", critical=True)
        books.changed(order)
    return payment


def give_back(
    books: Ledger,
    order: Order,
    total: MoneyBag,
    transfers: Sequence[tuple[OrderTransaction, int]] | None = None,
) -> list[OrderTransaction]:
    """Return money to where it came from: as ``transfers`` says, or latest payment first.

    Raises NotPossible when a payment does not hold that much any more.
    """
    made: list[OrderTransaction] = []
    for payment, part in parts_to_return(order, total, transfers):
        made.append(_record(books, order, "REFUND", part, payment.method, parent=payment))
        _tender(books, order, made[-1], -1)
    return made


def parts_to_return(
    order: Order, total: MoneyBag, transfers: Sequence[tuple[OrderTransaction, int]] | None = None
) -> list[tuple[OrderTransaction, MoneyBag]]:
    """Return which part of ``total`` goes back to which payment; the parts add up in both currencies."""
    wanted = transfers
    if wanted is None:
        wanted, left = [], total.minor
        for payment in reversed([each for each in order.payments if each.brings_money]):
            amount = min(left, returnable(order, payment))
            if amount > 0:
                wanted.append((payment, amount))
                left -= amount
    parts: list[tuple[OrderTransaction, MoneyBag]] = []
    before = 0
    for payment, minor in wanted:
        if not 0 < minor <= returnable(order, payment):
            raise NotPossible(
                f"Payment {payment.payment_id} does not hold that much.", field=["transactions"]
            )
        after = before + minor
        parts.append((payment, total.scaled(after, total.minor) - total.scaled(before, total.minor)))
        before = after
    return parts


def returnable(order: Order, payment: OrderTransaction) -> int:
    """Return what a payment brought and did not give back yet, in minor units of the buyer's currency."""
    if not payment.brings_money:
        return 0
    returned = (
        each.amount_set.minor
        for each in order.payments
        if each.kind == "REFUND" and each.parent_transaction is payment
    )
    return payment.amount_set.minor - sum(returned)


def _outstanding(order: Order) -> MoneyBag:
    if order.cancelled_at:
        raise NotPossible(f"Order {order.name} is cancelled.")
    outstanding = order.totals.total_outstanding_set
    if outstanding.minor <= 0:
        raise NotPossible(f"Nothing is outstanding on order {order.name}.")
    return outstanding


def _open_authorization(order: Order, wanted: OrderTransaction | None) -> OrderTransaction:
    still_open = open_authorizations(order.payments, order.exchange)
    for payment in order.payments:
        if payment.number in still_open and wanted in (None, payment):
            return payment
    raise NotPossible(f"Order {order.name} has no open authorization.")


def _money_came(books: Ledger, order: Order, payment: OrderTransaction) -> None:
    _tender(books, order, payment, 1)
    books.note(order, f"{payment.kind.lower()}_success", f"{_shown(payment.amount_set)} was paid.")
    books.changed(order)
    complete = order.fully_paid
    if order.payment_terms:
        schedule = order.payment_terms.schedules[0]
        due = max(order.totals.total_outstanding_set.presentment_money.minor, 0)
        schedule.balance_due = Money(due, schedule.balance_due.currency_code)
        schedule.completed_at = books.clock.now() if complete else None
        order.payment_terms.due = order.payment_terms.overdue = False
        books.announce(order.payment_terms, "payment_terms/update")
    if complete:
        books.announce(order, "orders/paid")


def _record(
    books: Ledger,
    order: Order,
    kind: str,
    amount: MoneyBag,
    method: PaymentMethod,
    *,
    status: str = "SUCCESS",
    parent: OrderTransaction | None = None,
) -> OrderTransaction:
    number, now = books.numbers.next("OrderTransaction"), books.clock.now()
    payment = OrderTransaction(
        number=number,
        order_number=order.number,
        order_name=order.name,
        sequence=len(order.payments) + 1,
        kind=kind,
        status=status,
        amount_set=amount,
        method=method,
        created_at=now,
        processed_at=now,
        parent_transaction=parent,
        authorization_code=_authorization_code(number) if method.gateway == "shopify_payments" else None,
        total_unsettled_set=order.exchange.nothing,
        fees=_fees(books, amount)
        if kind in ("SALE", "CAPTURE") and method.gateway == "shopify_payments"
        else [],
        account_number=method.details.number if isinstance(method.details, CardPaymentDetails) else None,
    )
    order.payments.append(books.register(payment))
    if method.gateway not in order.gateways:
        order.gateways.append(method.gateway)
    books.announce(payment, "order_transactions/create")
    return payment


def _fees(books: Ledger, amount: MoneyBag) -> list[TransactionFee]:
    kept = amount.shop_money.scaled(15, 1_000)
    number = books.numbers.next("TransactionFee")
    return [
        TransactionFee(number=number, amount=kept, tax_amount=Money(0, kept.currency_code), rate=_FEE_PERCENT)
    ]


def _tender(books: Ledger, order: Order, payment: OrderTransaction, sign: int) -> None:
    details = payment.payment_details
    card = details if isinstance(details, CardPaymentDetails) else None
    money = payment.amount_set.presentment_money
    tender = TenderTransaction(
        number=books.numbers.next("TenderTransaction"),
        order_number=order.number,
        amount=Money(sign * money.minor, money.currency_code),
        payment_method=payment.method.tender_method,
        processed_at=payment.created_at,
        remote_reference=payment.authorization_code,
        transaction_details=TenderTransactionCreditCardDetails(card.company, card.number) if card else None,
    )
    books.tender_transactions.append(books.register(tender))
    books.announce(tender, "tender_transactions/create")


def _authorization_code(number: int) -> str:
    return "pi_" + hashlib.sha256(str(number).encode()).hexdigest()[:24]


def _shown(amount: MoneyBag) -> str:
    money = amount.presentment_money
    return f"{money.amount} {money.currency_code}"
