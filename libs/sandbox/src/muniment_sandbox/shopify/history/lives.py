"""The lives of orders: each yields how many seconds pass until it goes on.

The mix is that of an ordinary shop: most orders are paid, sent and archived; a few in a hundred are refunded,
cancelled, returned, edited or bought on account; a few in a thousand end in a dispute.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from itertools import accumulate
from typing import TypeAlias

from muniment_sandbox.shopify.decision_deeds import DECISION_DEEDS
from muniment_sandbox.shopify.history.clientele import Clientele
from muniment_sandbox.shopify.morning.baskets import Basket, percent_off
from muniment_sandbox.shopify.morning.story_parts import IDEAL, PAYPAL, tracking
from muniment_sandbox.shopify.state.cart import CartLine
from muniment_sandbox.shopify.state.drafting import DraftLineWish
from muniment_sandbox.shopify.state.ledger import NotPossible
from muniment_sandbox.shopify.state.orders import Order
from muniment_sandbox.shopify.state.paying import BANK_TRANSFER, CARD
from muniment_sandbox.shopify.state.refunding import RefundWish
from muniment_sandbox.shopify.state.shop import Shop
from muniment_sandbox.shopify.state.stock import Article, Buyer

Life: TypeAlias = Iterator[float]
"""Seconds until the next thing happens; the end of it is the end of the story."""

_HOUR_S, _DAY_S = 3_600.0, 86_400.0


def a_life(shop: Shop, clientele: Clientele, chance: random.Random) -> Life:
    """Return the life of one order to be placed now, drawn by chance."""
    return chance.choices(_LIVES, cum_weights=_WEIGHTS)[0](_Desk(shop, clientele, chance))


class _Desk:
    """What the lives do with the shop."""

    def __init__(self, shop: Shop, clientele: Clientele, chance: random.Random) -> None:
        self.shop = shop
        self.clientele = clientele
        self.chance = chance

    def days(self, least: float, most: float) -> float:
        return self.chance.uniform(least, most) * _DAY_S

    def placed(self, *, at_once: Callable[[Order], object] | None = None) -> Order:
        """Let somebody place an order, and pay in the same moment unless something else is to be done."""
        basket = self._basket(self.clientele.person())
        discount = percent_off("10", "WELCOME10", code=True) if self.chance.random() < 0.15 else None
        with self.shop.action():
            order = self.shop.place_order(basket.cart(self._lines(basket), discount=discount))
            if order.totals.total_outstanding_set.minor > 0:
                (at_once or self._pay)(order)
        return order

    def placed_on_account(self) -> Order:
        basket = self._basket(self.clientele.business())
        number = f"PO-{self.chance.randint(10_000, 99_999)}"
        cart = basket.cart(self._lines(basket), po_number=number, net_days=self.chance.choice((14, 30)))
        return self.shop.place_order(cart)

    def drafted(self) -> None:
        buyer = self.clientele.business()
        wishes = [
            DraftLineWish(item=self._article().variant, quantity=self.chance.randint(1, 20))
            for _ in range(self.chance.randint(1, 3))
        ]
        draft = self.shop.draft_order(wishes, customer=buyer.customer, email=buyer.customer.email)
        if self.chance.random() < 0.5:
            self.shop.complete_draft(draft, pending=True)

    def sends(self, order: Order, *, part: bool = False) -> None:
        lines = [(order.lines[0], order.lines[0].unfulfilled_quantity)] if part else None
        self.shop.fulfil(order, lines, [tracking(order, len(order.parcels) + 1)])

    def archives(self, order: Order) -> None:
        if order.closed_at is None:
            self.shop.close_order(order)

    def does(self, deed: str, order: Order, **wish: str) -> None:
        DECISION_DEEDS[deed](self.shop, order, wish)

    def _pay(self, order: Order) -> object:
        return self.shop.pay(order, self.chance.choices((CARD, PAYPAL, IDEAL), (8, 3, 1))[0])

    def _basket(self, buyer: Buyer) -> Basket:
        return Basket(self.shop.stock, self.chance, buyer)

    def _lines(self, basket: Basket) -> list[CartLine]:
        count = self.chance.choices((1, 2, 3, 4, 6), (50, 27, 13, 7, 3))[0]
        articles = {self._article().variant.sku: None for _ in range(count)}
        return [basket.line(sku) for sku in articles]

    def _article(self) -> Article:
        sendable = [each for each in self.shop.stock.articles if not each.variant.is_gift_card]
        return self.chance.choice(sendable)


def _sent(desk: _Desk) -> Life:
    order = desk.placed()
    yield desk.days(0.1, 3)
    desk.sends(order)
    yield desk.days(2, 8)
    desk.archives(order)


def _sent_in_two_parcels(desk: _Desk) -> Life:
    order = desk.placed()
    yield desk.days(0.1, 2)
    desk.sends(order, part=True)
    if any(line.unfulfilled_quantity for line in order.lines):
        yield desk.days(0.5, 4)
        desk.sends(order)
    yield desk.days(2, 8)
    desk.archives(order)


def _delivered(desk: _Desk) -> Life:
    order = desk.placed()
    yield desk.days(0.1, 3)
    desk.sends(order)
    yield desk.days(0.5, 2)
    desk.shop.carrier_says(order, order.parcels[0], "IN_TRANSIT", "Shipment has left the parcel centre.")
    yield desk.days(0.5, 2)
    desk.shop.carrier_says(order, order.parcels[0], "DELIVERED", "Delivered.")


def _partly_refunded(desk: _Desk) -> Life:
    order = desk.placed()
    yield desk.days(0.1, 3)
    desk.sends(order)
    yield desk.days(3, 25)
    desk.shop.refund(order, RefundWish(lines=[(order.lines[0], 1)], note="Arrived damaged"))
    desk.archives(order)


def _refunded(desk: _Desk) -> Life:
    order = desk.placed()
    yield desk.days(0.1, 3)
    desk.sends(order)
    yield desk.days(5, 30)
    if order.totals.net_payment_set.minor > 0:
        desk.shop.refund_everything(order, "Returned unused")
    desk.archives(order)


def _cancelled(desk: _Desk) -> Life:
    order = desk.placed()
    yield desk.chance.uniform(0.2, 12) * _HOUR_S
    desk.shop.cancel(order, "CUSTOMER", "Changed their mind")


def _suspected(desk: _Desk) -> Life:
    order = desk.placed(at_once=desk.shop.authorize)
    yield 60
    desk.does("high-risk", order)
    yield desk.chance.uniform(1, 20) * _HOUR_S
    desk.shop.cancel(order, "FRAUD")


def _returned(desk: _Desk) -> Life:
    order = desk.placed()
    yield desk.days(0.1, 3)
    desk.sends(order)
    yield desk.days(5, 20)
    desk.does("return-request", order, note="Not as described")
    yield desk.days(0.2, 2)
    desk.does("return-approve", order)
    yield desk.days(4, 12)
    desk.does("return-process", order)
    desk.does("return-close", order)


def _return_declined(desk: _Desk) -> Life:
    order = desk.placed()
    yield desk.days(0.1, 3)
    desk.sends(order)
    yield desk.days(40, 60)
    desk.does("return-request", order, reason="changed-mind")
    yield desk.days(0.2, 2)
    desk.does("return-decline", order, note="Outside policy")


def _disputed(desk: _Desk) -> Life:
    order = desk.placed(at_once=desk.shop.pay)
    yield desk.days(0.1, 3)
    desk.sends(order)
    yield desk.days(10, 60)
    if order.payments:
        dispute = desk.shop.open_dispute(order, desk.chance.choice(("FRAUDULENT", "PRODUCT_NOT_RECEIVED")))
        yield desk.days(20, 60)
        desk.shop.decide_dispute(dispute, desk.chance.choice(("WON", "LOST")))


def _edited(desk: _Desk) -> Life:
    order = desk.placed()
    yield desk.chance.uniform(0.2, 20) * _HOUR_S
    lines = [line for line in order.lines if line.unfulfilled_quantity]
    desk.shop.edit_remove_line(order, lines[-1], 1)
    yield desk.days(0.5, 2)
    if any(line.unfulfilled_quantity for line in order.lines):
        desk.sends(order)
    if order.totals.total_outstanding_set.minor < 0:
        back = -order.totals.total_outstanding_set.minor
        desk.shop.refund(order, RefundWish(adjustment_minor=back, note="Paid too much after the edit"))


def _on_account(desk: _Desk) -> Life:
    order = desk.placed_on_account()
    yield desk.days(0.5, 4)
    desk.sends(order)
    yield desk.days(8, 45)
    if order.totals.total_outstanding_set.minor > 0:
        desk.shop.pay(order, BANK_TRANSFER)
    desk.archives(order)


def _declined_then_paid(desk: _Desk) -> Life:
    order = desk.placed(at_once=desk.shop.decline_payment)
    yield 90
    if order.totals.total_outstanding_set.minor > 0:
        desk.shop.pay(order)
    yield desk.days(0.1, 3)
    desk.sends(order)


def _drafted(desk: _Desk) -> Life:
    order = desk.placed()
    desk.drafted()
    yield desk.days(0.1, 3)
    desk.sends(order)


def _surviving(life: Callable[[_Desk], Life]) -> Callable[[_Desk], Life]:
    """Let a life end where the shop does not allow what comes next, as with a free order and its refund."""

    def until_refused(desk: _Desk) -> Life:
        try:
            yield from life(desk)
        except NotPossible:
            return

    return until_refused


_MIX: dict[Callable[[_Desk], Life], int] = {
    _sent: 600,
    _delivered: 140,
    _sent_in_two_parcels: 50,
    _partly_refunded: 35,
    _cancelled: 30,
    _returned: 30,
    _on_account: 40,
    _refunded: 20,
    _edited: 15,
    _declined_then_paid: 12,
    _drafted: 10,
    _suspected: 8,
    _return_declined: 5,
    _disputed: 5,
}
_LIVES = [_surviving(life) for life in _MIX]
_WEIGHTS = list(accumulate(_MIX.values()))
