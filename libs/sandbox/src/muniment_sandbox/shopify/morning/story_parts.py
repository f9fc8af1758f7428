"""What stories are made of: who buys, what, and what is done with the order."""

from __future__ import annotations

import random
from collections.abc import Callable

from muniment_sandbox.shopify.chance import dice
from muniment_sandbox.shopify.morning.baskets import Basket
from muniment_sandbox.shopify.morning.plans import PickBuyer, Plan
from muniment_sandbox.shopify.state.cart import Cart
from muniment_sandbox.shopify.state.fulfillments import FulfillmentTrackingInfo
from muniment_sandbox.shopify.state.orders import Order
from muniment_sandbox.shopify.state.refunding import RefundWish
from muniment_sandbox.shopify.state.shop import Shop
from muniment_sandbox.shopify.state.stock import Buyer, Stock
from muniment_sandbox.shopify.state.transactions import (
    LocalPaymentMethodsPaymentDetails,
    PaymentMethod,
    PaypalWalletPaymentDetails,
)

Scenario = Callable[[Plan], None]

IDEAL = PaymentMethod("iDEAL", "iDEAL", LocalPaymentMethodsPaymentDetails("ideal"), tender_method="other")
PAYPAL = PaymentMethod(
    "paypal", "PayPal Express Checkout", PaypalWalletPaymentDetails(), tender_method="paypal"
)


def from_country(*countries: str) -> PickBuyer:
    return lambda stock, chance: chance.choice(stock.buyers_in(*countries))


def anyone(stock: Stock, chance: random.Random) -> Buyer:
    return chance.choice(stock.buyers)


def business(place: int) -> PickBuyer:
    return lambda stock, _chance: stock.businesses[place]


def some_lines(basket: Basket) -> Cart:
    return basket.cart(basket.lines(basket.chance.randint(1, 4)))


def pay(shop: Shop, order: Order) -> None:
    if order.totals.total_outstanding_set.minor > 0:
        shop.pay(order)


def pay_with(method: PaymentMethod) -> Callable[[Shop, Order], object]:
    return lambda shop, order: shop.pay(order, method)


def authorize(shop: Shop, order: Order) -> None:
    shop.authorize(order)


def send_all(shop: Shop, order: Order) -> None:
    shop.fulfil(order, trackings=[tracking(order, 1)])


def send_line(shop: Shop, order: Order, line: int) -> None:
    item = order.lines[line]
    shop.fulfil(order, [(item, item.unfulfilled_quantity)], [tracking(order, 1)])


def send_rest(shop: Shop, order: Order) -> None:
    shop.fulfil(order, trackings=[tracking(order, 2), tracking(order, 3)])


def carrier(status: str, message: str) -> Callable[[Shop, Order], object]:
    return lambda shop, order: shop.carrier_says(order, order.parcels[0], status, message)


def tracking(order: Order, parcel: int) -> FulfillmentTrackingInfo:
    """Return a DHL tracking number made of the order's number."""
    number = f"00340434{order.number % 10**9:09d}{parcel:03d}"
    return FulfillmentTrackingInfo(
        "DHL", number, f"https://www.dhl.de/de/privatkunden/dhl-sendungsverfolgung.html?piececode={number}"
    )


def add_ink(shop: Shop, order: Order) -> None:
    buyer = next(each for each in shop.stock.buyers if each.customer is order.customer)
    shop.edit_add_line(order, Basket(shop.stock, dice(f"ink/{order.number}"), buyer).line("INK-RBL-50", 2))


def refund_units(shop: Shop, order: Order, line: int, quantity: int, note: str | None) -> None:
    shop.refund(order, RefundWish(lines=[(order.lines[line], quantity)], note=note))


def refund_shipping(shop: Shop, order: Order) -> None:
    shipping = order.totals.current_shipping_price_set.minor
    shop.refund(order, RefundWish(shipping_minor=shipping, adjustment_minor=500, note="Sorry for the delay"))


def refund_all(shop: Shop, order: Order) -> None:
    if order.totals.net_payment_set.minor > 0:
        shop.refund_everything(order, "Returned unused")
