"""Strategies for carts of every sort, and for what may happen to the orders made of them."""

from __future__ import annotations

from decimal import Decimal

from hypothesis import strategies as st

from muniment_sandbox.shopify.state.cart import Cart, CartLine, CartShipping
from muniment_sandbox.shopify.state.catalogue import ProductVariant
from muniment_sandbox.shopify.state.discounts import Discount
from muniment_sandbox.shopify.state.money import Exchange
from muniment_sandbox.shopify.state.stock import Stock
from muniment_sandbox.shopify.state.taxes import TaxRate

_EXCHANGES = st.sampled_from(
    [
        Exchange("EUR", "EUR"),
        Exchange("EUR", "USD", Decimal("0.8617")),
        Exchange("EUR", "JPY", Decimal("0.005563")),
        Exchange("EUR", "KWD", Decimal("2.8054")),
        Exchange("EUR", "CHF", Decimal("1.0687")),
    ]
)
_RATES = st.lists(
    st.tuples(st.sampled_from("ABCD"), st.decimals("0", "0.3", places=4)),
    max_size=3,
    unique_by=lambda rate: rate[0],
).map(lambda rates: tuple(TaxRate(f"Tax {title}", fraction) for title, fraction in rates))
_QUANTITIES = st.integers(1, 9)
_PRICES = st.integers(0, 300_000)


@st.composite
def discounts(draw: st.DrawFn) -> Discount:
    title = draw(st.sampled_from(["WELCOME", "Autumn", "Søster", "秋"]))
    code = draw(st.booleans())
    if draw(st.booleans()):
        return Discount(title, percentage=draw(st.decimals("0", "100", places=2)), code=code)
    return Discount(title, fixed_minor=draw(st.integers(0, 400_000)), code=code)


@st.composite
def lines(draw: st.DrawFn, variants: tuple[ProductVariant, ...]) -> CartLine:
    variant = draw(st.sampled_from(variants))
    return CartLine(
        variant=variant,
        quantity=draw(_QUANTITIES),
        unit_minor=draw(_PRICES),
        rates=draw(_RATES),
        discount=draw(st.none() | discounts()),
        duty_minor=draw(st.sampled_from([0, 0, 0, 1234])),
    )


@st.composite
def carts(draw: st.DrawFn, stock: Stock) -> Cart:
    variants = tuple(article.variant for article in stock.articles)
    shipping = CartShipping(
        title="Post",
        price_minor=draw(st.integers(0, 5_000)),
        rates=draw(_RATES),
        discount=draw(st.none() | discounts()),
    )
    return Cart(
        exchange=draw(_EXCHANGES),
        lines=draw(st.lists(lines(variants), min_size=1, max_size=6)),
        taxes_included=draw(st.booleans()),
        discount=draw(st.none() | discounts()),
        shipping=draw(st.none() | st.just(shipping)),
        tip_minor=draw(st.sampled_from([0, 0, 333])),
        fees_minor=draw(st.sampled_from([0, 0, 77])),
    )
