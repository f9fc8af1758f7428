"""What can happen to an order, each as a short story. The morning tells all of them before it repeats one."""

from __future__ import annotations

import random
from collections.abc import Callable

from muniment_sandbox.shopify.morning.baskets import Basket, amount_off, percent_off
from muniment_sandbox.shopify.morning.plans import PickBuyer, Plan
from muniment_sandbox.shopify.state.cart import Cart
from muniment_sandbox.shopify.state.fulfillments import FulfillmentTrackingInfo
from muniment_sandbox.shopify.state.orders import Order
from muniment_sandbox.shopify.state.paying import BANK_TRANSFER, GIFT_CARD
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


# who -------------------------------------------------------------------------------------------------------


def _from(*countries: str) -> PickBuyer:
    return lambda stock, chance: chance.choice(stock.buyers_in(*countries))


def _anyone(stock: Stock, chance: random.Random) -> Buyer:
    return chance.choice(stock.buyers)


def _business(place: int) -> PickBuyer:
    return lambda stock, _chance: stock.businesses[place]


# what ------------------------------------------------------------------------------------------------------


def _some_lines(basket: Basket) -> Cart:
    return basket.cart(basket.lines(basket.chance.randint(1, 4)))


def _pay(shop: Shop, order: Order) -> None:
    if order.totals.total_outstanding_set.minor > 0:
        shop.pay(order)


def _pay_with(method: PaymentMethod) -> Callable[[Shop, Order], object]:
    return lambda shop, order: shop.pay(order, method)


def _send_all(shop: Shop, order: Order) -> None:
    shop.fulfil(order, trackings=[tracking(order, 1)])


def tracking(order: Order, parcel: int) -> FulfillmentTrackingInfo:
    """Return a DHL tracking number made of the order's number."""
    number = f"00340434{order.number % 10**9:09d}{parcel:03d}"
    return FulfillmentTrackingInfo(
        "DHL", number, f"https://www.dhl.de/de/privatkunden/dhl-sendungsverfolgung.html?piececode={number}"
    )


# stories ---------------------------------------------------------------------------------------------------


def paid_and_sent(plan: Plan) -> None:
    """Paid at once, sent in one parcel, delivered."""
    plan.places(_anyone, _some_lines, then=_pay)
    plan.later("sends it", _send_all)
    plan.later("is in transit", _carrier("IN_TRANSIT", "Shipment has left the parcel centre."))


def german_consumer(plan: Plan) -> None:
    """Two tax rates, both included."""
    plan.places(
        _from("DE", "AT"),
        lambda basket: basket.cart(
            [
                basket.line("DSK-OAK-140", 1),
                basket.line("BOK-ARC-HC", 2),
                basket.line("TEA-EGR-250", 3),
                basket.line("PEN-GOE-M", 1, engraving="Für Ömer & Zoë"),
            ]
        ),
        then=_pay,
    )
    plan.later("sends it", _send_all)


def french_with_code(plan: Plan) -> None:
    """A code takes ten per cent off the whole order."""
    plan.places(
        _from("FR"),
        lambda basket: basket.cart(basket.lines(3), discount=percent_off("10", "BIENVENUE10", code=True)),
        then=_pay,
    )


def dutch_with_fixed_code(plan: Plan) -> None:
    """A code takes a fixed amount off, spread over lines of two tax rates; paid by iDEAL."""
    plan.places(
        _from("NL"),
        lambda basket: basket.cart(
            [basket.line("NTB-A5-DOT", 3), basket.line("CHO-D85-3", 2), basket.line("BOK-ARC-HC", 1)],
            discount=amount_off(1000, "TIENTJE", code=True),
        ),
        then=_pay_with(IDEAL),
    )
    plan.later("sends it", _send_all)


def british_line_discount(plan: Plan) -> None:
    """One line reduced by the shop, shipping free by a code, zero-rated books."""
    plan.places(
        _from("GB"),
        lambda basket: basket.cart(
            [
                basket.line("CHR-ERG-ANT", 1, discount=percent_off("15", "Autumn sale")),
                basket.line("BOK-ARC-HC", 1),
            ],
            shipping=basket.shipping(690, percent_off("100", "FREESHIP", code=True)),
        ),
        then=_pay_with(PAYPAL),
    )
    plan.later("sends it", _send_all)


def swiss_two_parcels(plan: Plan) -> None:
    """Sent in two parcels."""
    plan.places(
        _from("CH"),
        lambda basket: basket.cart(
            [basket.line("CAB-FIRE-4D-RAL7035-ASM-CST-2025", 1), basket.line("LMP-BRS-01", 2)]
        ),
        then=_pay,
    )
    plan.later("sends the first parcel", lambda shop, order: _send_line(shop, order, 1))
    plan.later("sends the second parcel", _send_rest)


def american_three_taxes(plan: Plan) -> None:
    """Taxes on top, three of them on most lines, and a tip."""
    plan.places(
        _from("US"),
        lambda basket: basket.cart(
            [basket.line("PEN-GOE-M", 1), basket.line("INK-RBL-50", 4), basket.line("STK-EMO-01", 7)],
            tip_minor=525,
        ),
        then=_pay,
    )
    plan.later("sends it", _send_all)


def canadian_duties(plan: Plan) -> None:
    """Import duties and an additional fee."""
    plan.places(
        _from("CA"),
        lambda basket: basket.cart(
            [basket.line("CHR-ERG-ANT", 2, duty=True), basket.line("LMP-BRS-01", 1, duty=True)],
            fees_minor=299,
        ),
        then=_pay,
    )
    plan.later("sends it", _send_all)


def japanese_yen(plan: Plan) -> None:
    """A currency without decimals, two rates, a note in Japanese."""
    plan.places(
        _from("JP"),
        lambda basket: basket.cart(
            [basket.line("MAT-SET-01", 1), basket.line("TEA-LJG-100", 3), basket.line("NTB-A5-DOT", 2)],
            note="のし紙をお願いします。",
            discount=percent_off("7.5", "秋の感謝祭", code=False),
        ),
        then=_pay,
    )
    plan.later("sends it", _send_all)


def kuwaiti_dinar(plan: Plan) -> None:
    """A currency with three decimals, no tax."""
    plan.places(
        _from("KW"),
        lambda basket: basket.cart([basket.line("PEN-QAL-AR", 3), basket.line("OIL-ROS-5", 1)]),
        then=_pay,
    )
    plan.later("sends it", _send_all)


def far_scripts(plan: Plan) -> None:
    """Names and goods in scripts from right to left, with stacked vowels, without spaces."""
    skus = ("SILK-TH-BLU", "NTB-HND-IN", "LMP-IL-HND", "CASE-JGA-01", "TEA-LJG-100", "SOAP-OLV-3")
    plan.places(
        _from("IL", "IN", "TH", "CN", "KR", "GR", "BG"),
        lambda basket: basket.cart([basket.line(sku, 1) for sku in basket.chance.sample(skus, 3)]),
        then=_pay,
    )
    plan.later("sends it", _send_all)


def forty_five_lines(plan: Plan) -> None:
    """More lines than a page holds."""
    plan.places(
        _from("DE"),
        lambda basket: basket.cart(basket.lines(45), discount=percent_off("3", "Mengenrabatt")),
        then=_pay,
    )
    plan.later("sends it", _send_all)


def free_sample(plan: Plan) -> None:
    """A line of zero beside paid ones."""
    plan.places(
        _anyone,
        lambda basket: basket.cart([basket.line("SMP-SWATCH", 1), basket.line("NTB-A5-DOT", 2)]),
        then=_pay,
    )


def nothing_to_pay(plan: Plan) -> None:
    """A total of zero: paid without a transaction."""
    plan.places(
        _from("DE", "FR", "GB"),
        lambda basket: basket.cart([basket.line("SMP-SWATCH", 2)], shipping=basket.shipping(0)),
    )
    plan.later("sends it", _send_all)


def gift_card_bought(plan: Plan) -> None:
    """Gift cards beside goods with an order discount, which passes the cards by."""
    plan.places(
        _from("DE", "NL"),
        lambda basket: basket.cart(
            [basket.line(None, 2), basket.line("BOK-ARC-HC", 1)],
            discount=percent_off("20", "TREUE20", code=True),
        ),
        then=_pay,
    )
    plan.later("sends it", _send_all)


def gift_card_used(plan: Plan) -> None:
    """Paid with a gift card and a card; part of it refunded to both."""

    def pay(shop: Shop, order: Order) -> None:
        shop.pay(order, GIFT_CARD, 1_500)
        _pay(shop, order)

    plan.places(_from("DE", "FR", "NL"), lambda basket: basket.cart([basket.line("LMP-BRS-01", 1)]), then=pay)
    plan.later("sends it", _send_all)
    plan.later("refunds all", lambda shop, order: shop.refund_everything(order, "Widerruf"))


def business_net_30(plan: Plan) -> None:
    """A company buys on account, edits before it pays, pays by transfer."""
    plan.places(
        _business(0),
        lambda basket: basket.cart(
            [basket.line("DSK-OAK-140", 4), basket.line("CHR-ERG-ANT", 4), basket.line("BOX-AF-10", 2)],
            po_number=f"PO-{basket.chance.randint(10_000, 99_999)}",
            net_days=30,
            source_name="shopify_draft_order",
            discount=percent_off("5", "Rahmenvertrag", manual=True),
        ),
    )
    plan.later("takes a line out", lambda shop, order: shop.edit_remove_line(order, order.lines[2]))
    plan.later("sends it", _send_all)
    plan.later("pays by transfer", _pay_with(BANK_TRANSFER))


def business_reverse_charge(plan: Plan) -> None:
    """A company with a tax number abroad: no tax at all."""
    plan.places(
        lambda stock, chance: stock.businesses[chance.choice((1, 2))],
        lambda basket: basket.cart(
            [basket.line("CAB-FIRE-4D-RAL7035-ASM-CST-2025", 2)], po_number="2026/77-Ä", net_days=14
        ),
    )
    plan.later("pays by transfer", _pay_with(BANK_TRANSFER))
    plan.later("sends it", _send_all)


def business_american(plan: Plan) -> None:
    """A company where taxes come on top; the first card is refused."""
    plan.places(
        _business(3),
        lambda basket: basket.cart([basket.line("CHR-ERG-ANT", 10)], po_number="HT-4471"),
        then=lambda shop, order: shop.decline_payment(order),
    )
    plan.later("pays by another card", _pay, after_s=90)


def edited_and_paid_again(plan: Plan) -> None:
    """A line is added after paying; the difference is paid later."""
    plan.places(_from("DE", "AT", "FR"), lambda basket: basket.cart([basket.line("PEN-GOE-M", 1)]), then=_pay)
    plan.later("adds a line", _add_ink)
    plan.later("pays the difference", _pay)
    plan.later("sends it", _send_all)


def edited_twice(plan: Plan) -> None:
    """Only reserved on the card; a line goes, another comes; captured when sent."""
    plan.places(
        _from("US", "GB"),
        lambda basket: basket.cart([basket.line("LMP-BRS-01", 1), basket.line("NTB-A5-DOT", 5)]),
        then=lambda shop, order: shop.authorize(order),
    )
    plan.later("takes a line out", lambda shop, order: shop.edit_remove_line(order, order.lines[0]))
    plan.later("adds a line", _add_ink)
    plan.later("captures the payment", lambda shop, order: shop.capture(order))
    plan.later("sends it", _send_all)


def partial_refund_of_units(plan: Plan) -> None:
    """Some units come back, then some more."""
    plan.places(
        _anyone,
        lambda basket: basket.cart(
            [basket.line("NTB-A5-DOT", 7), basket.line("CHO-D85-3", 3)],
            discount=percent_off("12.5", "Herbst"),
        ),
        then=_pay,
    )
    plan.later("sends it", _send_all)
    plan.later("refunds two units", lambda shop, order: _refund_units(shop, order, 0, 2, "Two arrived bent"))
    plan.later("refunds one more", lambda shop, order: _refund_units(shop, order, 1, 1, None))


def shipping_and_goodwill(plan: Plan) -> None:
    """Shipping is refunded, and something on top."""
    plan.places(
        _from("DE", "CH", "US", "JP"),
        lambda basket: basket.cart([basket.line("LMP-BRS-01", 2)], shipping=basket.shipping(1490)),
        then=_pay,
    )
    plan.later("sends it", _send_all)
    plan.later("refunds shipping and goodwill", _refund_shipping)


def restocking_fee(plan: Plan) -> None:
    """A unit comes back, something is kept for it."""
    plan.places(_from("DE", "NL"), lambda basket: basket.cart([basket.line("CHR-ERG-ANT", 2)]), then=_pay)
    plan.later("sends it", _send_all)
    plan.later(
        "refunds one unit less a fee",
        lambda shop, order: shop.refund(
            order,
            RefundWish(
                lines=[(order.lines[0], 1)], adjustment_minor=-2_500, reason="RESTOCK", note="Restocking"
            ),
        ),
    )


def full_refund(plan: Plan) -> None:
    """All comes back."""
    plan.places(_anyone, _some_lines, then=_pay)
    plan.later("sends it", _send_all)
    plan.later("refunds all", _refund_all)


def cancelled_after_payment(plan: Plan) -> None:
    """Cancelled and refunded before it was sent."""
    plan.places(
        _from("FR", "DE", "US"), lambda basket: basket.cart(basket.lines(2), tip_minor=300), then=_pay
    )
    plan.later("cancels it", lambda shop, order: shop.cancel(order, "CUSTOMER", "Changed their mind"))


def cancelled_unpaid(plan: Plan) -> None:
    """Reserved only, suspected, cancelled."""
    plan.places(_anyone, lambda basket: basket.cart([basket.line("CHR-ERG-ANT", 1)]), then=_authorize)
    plan.later("is noted", lambda shop, order: shop.update_note(order, "Address does not match the card."))
    plan.later("cancels it", lambda shop, order: shop.cancel(order, "FRAUD"))


def noted_and_tagged(plan: Plan) -> None:
    """Only note and tags change after the order is complete."""
    plan.places(_anyone, _some_lines, then=_pay)
    plan.later("is noted", lambda shop, order: shop.update_note(order, "Bitte klingeln bei „Hausmeister“ 🔔"))
    plan.later("is tagged", lambda shop, order: shop.set_tags(order, ["vip", "gift"]))


STORIES: tuple[Scenario, ...] = (
    german_consumer,
    french_with_code,
    dutch_with_fixed_code,
    british_line_discount,
    swiss_two_parcels,
    american_three_taxes,
    canadian_duties,
    japanese_yen,
    kuwaiti_dinar,
    far_scripts,
    forty_five_lines,
    free_sample,
    nothing_to_pay,
    gift_card_bought,
    gift_card_used,
    business_net_30,
    business_reverse_charge,
    business_american,
    edited_and_paid_again,
    edited_twice,
    partial_refund_of_units,
    shipping_and_goodwill,
    restocking_fee,
    cancelled_after_payment,
    cancelled_unpaid,
    full_refund,
    noted_and_tagged,
    paid_and_sent,
)


# deeds -----------------------------------------------------------------------------------------------------


def _authorize(shop: Shop, order: Order) -> None:
    shop.authorize(order)


def _send_line(shop: Shop, order: Order, line: int) -> None:
    item = order.lines[line]
    shop.fulfil(order, [(item, item.unfulfilled_quantity)], [tracking(order, 1)])


def _send_rest(shop: Shop, order: Order) -> None:
    shop.fulfil(order, trackings=[tracking(order, 2), tracking(order, 3)])


def _carrier(status: str, message: str) -> Callable[[Shop, Order], object]:
    return lambda shop, order: shop.carrier_says(order, order.parcels[0], status, message)


def _add_ink(shop: Shop, order: Order) -> None:
    buyer = next(each for each in shop.stock.buyers if each.customer is order.customer)
    shop.edit_add_line(order, Basket(shop.stock, random.Random(order.number), buyer).line("INK-RBL-50", 2))


def _refund_units(shop: Shop, order: Order, line: int, quantity: int, note: str | None) -> None:
    shop.refund(order, RefundWish(lines=[(order.lines[line], quantity)], note=note))


def _refund_shipping(shop: Shop, order: Order) -> None:
    shipping = order.totals.current_shipping_price_set.minor
    shop.refund(order, RefundWish(shipping_minor=shipping, adjustment_minor=500, note="Sorry for the delay"))


def _refund_all(shop: Shop, order: Order) -> None:
    if order.totals.net_payment_set.minor > 0:
        shop.refund_everything(order, "Returned unused")
