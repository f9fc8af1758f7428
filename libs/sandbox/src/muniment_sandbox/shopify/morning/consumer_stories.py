"""Stories of consumers: currencies, taxes, discounts, parcels, gift cards."""

from __future__ import annotations

from muniment_sandbox.shopify.morning.baskets import amount_off, percent_off
from muniment_sandbox.shopify.morning.plans import Plan
from muniment_sandbox.shopify.morning.story_parts import (
    IDEAL,
    PAYPAL,
    Scenario,
    anyone,
    carrier,
    from_country,
    pay,
    pay_with,
    send_all,
    send_line,
    send_rest,
    some_lines,
)


def paid_and_sent(plan: Plan) -> None:
    """Paid at once, sent in one parcel, delivered."""
    plan.places(anyone, some_lines, then=pay)
    plan.later("sends it", send_all)
    plan.later("is in transit", carrier("IN_TRANSIT", "Shipment has left the parcel centre."))


def german_consumer(plan: Plan) -> None:
    """Two tax rates, both included."""
    plan.places(
        from_country("DE", "AT"),
        lambda basket: basket.cart(
            [
                basket.line("DSK-OAK-140", 1),
                basket.line("BOK-ARC-HC", 2),
                basket.line("TEA-EGR-250", 3),
                basket.line("PEN-GOE-M", 1, engraving="Für Ömer & Zoë"),
            ]
        ),
        then=pay,
    )
    plan.later("sends it", send_all)


def french_with_code(plan: Plan) -> None:
    """A code takes ten per cent off the whole order."""
    plan.places(
        from_country("FR"),
        lambda basket: basket.cart(basket.lines(3), discount=percent_off("10", "BIENVENUE10", code=True)),
        then=pay,
    )


def dutch_with_fixed_code(plan: Plan) -> None:
    """A code takes a fixed amount off, spread over lines of two tax rates; paid by iDEAL."""
    plan.places(
        from_country("NL"),
        lambda basket: basket.cart(
            [basket.line("NTB-A5-DOT", 3), basket.line("CHO-D85-3", 2), basket.line("BOK-ARC-HC", 1)],
            discount=amount_off(1000, "TIENTJE", code=True),
        ),
        then=pay_with(IDEAL),
    )
    plan.later("sends it", send_all)


def british_line_discount(plan: Plan) -> None:
    """One line reduced by the shop, shipping free by a code, zero-rated books."""
    plan.places(
        from_country("GB"),
        lambda basket: basket.cart(
            [
                basket.line("CHR-ERG-ANT", 1, discount=percent_off("15", "Autumn sale")),
                basket.line("BOK-ARC-HC", 1),
            ],
            shipping=basket.shipping(690, percent_off("100", "FREESHIP", code=True)),
        ),
        then=pay_with(PAYPAL),
    )
    plan.later("sends it", send_all)


def swiss_two_parcels(plan: Plan) -> None:
    """Sent in two parcels."""
    plan.places(
        from_country("CH"),
        lambda basket: basket.cart(
            [basket.line("CAB-FIRE-4D-RAL7035-ASM-CST-2025", 1), basket.line("LMP-BRS-01", 2)]
        ),
        then=pay,
    )
    plan.later("sends the first parcel", lambda shop, order: send_line(shop, order, 1))
    plan.later("sends the second parcel", send_rest)


def american_three_taxes(plan: Plan) -> None:
    """Taxes on top, three of them on most lines, and a tip."""
    plan.places(
        from_country("US"),
        lambda basket: basket.cart(
            [basket.line("PEN-GOE-M", 1), basket.line("INK-RBL-50", 4), basket.line("STK-EMO-01", 7)],
            tip_minor=525,
        ),
        then=pay,
    )
    plan.later("sends it", send_all)


def canadian_duties(plan: Plan) -> None:
    """Import duties and an additional fee."""
    plan.places(
        from_country("CA"),
        lambda basket: basket.cart(
            [basket.line("CHR-ERG-ANT", 2, duty=True), basket.line("LMP-BRS-01", 1, duty=True)],
            fees_minor=299,
        ),
        then=pay,
    )
    plan.later("sends it", send_all)


def japanese_yen(plan: Plan) -> None:
    """A currency without decimals, two rates, a note in Japanese."""
    plan.places(
        from_country("JP"),
        lambda basket: basket.cart(
            [basket.line("MAT-SET-01", 1), basket.line("TEA-LJG-100", 3), basket.line("NTB-A5-DOT", 2)],
            note="のし紙をお願いします。",
            discount=percent_off("7.5", "秋の感謝祭", code=False),
        ),
        then=pay,
    )
    plan.later("sends it", send_all)


def kuwaiti_dinar(plan: Plan) -> None:
    """A currency with three decimals, no tax."""
    plan.places(
        from_country("KW"),
        lambda basket: basket.cart([basket.line("PEN-QAL-AR", 3), basket.line("OIL-ROS-5", 1)]),
        then=pay,
    )
    plan.later("sends it", send_all)


def far_scripts(plan: Plan) -> None:
    """Names and goods in scripts from right to left, with stacked vowels, without spaces."""
    skus = ("SILK-TH-BLU", "NTB-HND-IN", "LMP-IL-HND", "CASE-JGA-01", "TEA-LJG-100", "SOAP-OLV-3")
    plan.places(
        from_country("IL", "IN", "TH", "CN", "KR", "GR", "BG"),
        lambda basket: basket.cart([basket.line(sku, 1) for sku in basket.chance.sample(skus, 3)]),
        then=pay,
    )
    plan.later("sends it", send_all)


def forty_five_lines(plan: Plan) -> None:
    """More lines than a page holds."""
    plan.places(
        from_country("DE"),
        lambda basket: basket.cart(basket.lines(45), discount=percent_off("3", "Mengenrabatt")),
        then=pay,
    )
    plan.later("sends it", send_all)


def free_sample(plan: Plan) -> None:
    """A line of zero beside paid ones."""
    plan.places(
        anyone,
        lambda basket: basket.cart([basket.line("SMP-SWATCH", 1), basket.line("NTB-A5-DOT", 2)]),
        then=pay,
    )


def nothing_to_pay(plan: Plan) -> None:
    """A total of zero: paid without a transaction."""
    plan.places(
        from_country("DE", "FR", "GB"),
        lambda basket: basket.cart([basket.line("SMP-SWATCH", 2)], shipping=basket.shipping(0)),
    )
    plan.later("sends it", send_all)


def gift_card_bought(plan: Plan) -> None:
    """Gift cards beside goods with an order discount, which passes the cards by."""
    plan.places(
        from_country("DE", "NL"),
        lambda basket: basket.cart(
            [basket.line(None, 2), basket.line("BOK-ARC-HC", 1)],
            discount=percent_off("20", "TREUE20", code=True),
        ),
        then=pay,
    )
    plan.later("sends it", send_all)


STORIES: tuple[Scenario, ...] = (
    paid_and_sent,
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
)
