"""Fills carts: articles from the stock at the buyer's prices and taxes."""

from __future__ import annotations

import random
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from muniment_sandbox.shopify.state.cart import Cart, CartLine, CartShipping
from muniment_sandbox.shopify.state.discounts import Discount
from muniment_sandbox.shopify.state.line_items import Attribute
from muniment_sandbox.shopify.state.stock import Article, Buyer, Market, Stock

_SHIPPING = (("Standard", 495), ("DHL Paket", 690), ("Express, next day", 1490), ("Free shipping over 99", 0))
_FREIGHT_DUTY_PERCENT = 6


class Basket:
    """One buyer's basket; what is not said is drawn by chance."""

    def __init__(self, stock: Stock, chance: random.Random, buyer: Buyer) -> None:
        self.stock = stock
        self.chance = chance
        self.buyer = buyer

    @property
    def market(self) -> Market:
        return self.buyer.market

    def line(
        self,
        sku: str | None = "",
        quantity: int | None = None,
        *,
        discount: Discount | None = None,
        duty: bool = False,
        engraving: str | None = None,
    ) -> CartLine:
        """Return a line of the article with that SKU; of any article to be sent if none is named."""
        article = self._any_article() if sku == "" else self.stock.article(sku)
        count = quantity or self.chance.choices((1, 2, 3, 7), (6, 3, 2, 1))[0]
        unit = self._price(article)
        return CartLine(
            variant=article.variant,
            quantity=count,
            unit_minor=unit,
            rates=() if self._exempt else self.market.reduced if article.reduced else self.market.standard,
            discount=discount,
            duty_minor=unit * count * _FREIGHT_DUTY_PERCENT // 100 if duty else 0,
            attributes=[Attribute("Engraving", engraving)] if engraving else [],
        )

    def lines(self, count: int) -> list[CartLine]:
        """Return lines of that many different articles, starting over when the stock is exhausted."""
        sendable = [each for each in self.stock.articles if not each.variant.is_gift_card]
        self.chance.shuffle(sendable)
        return [self.line(sendable[place % len(sendable)].variant.sku) for place in range(count)]

    def shipping(self, price_minor: int | None = None, discount: Discount | None = None) -> CartShipping:
        title, price = self.chance.choice(_SHIPPING)
        shop_price = price if price_minor is None else price_minor
        return CartShipping(
            title=title,
            price_minor=self._rounded(self.market.exchange.from_shop(shop_price)),
            rates=() if self._exempt else self.market.standard,
            discount=discount,
        )

    def cart(self, lines: Sequence[CartLine], **more: Any) -> Cart:
        """Return the cart of this buyer; ``more`` are further fields of Cart."""
        ships = any(line.variant.requires_shipping for line in lines)
        company = self.buyer.company
        fields: dict[str, Any] = {
            "exchange": self.market.exchange,
            "customer": self.buyer.customer,
            "taxes_included": self.market.taxes_included and company is None,
            "tax_exempt": self._exempt,
            "shipping": self.shipping() if ships else None,
            "purchasing_company": company,
            "billing_address": self.buyer.address,
            "shipping_address": self.buyer.address if ships else None,
            "locale": self.buyer.locale,
        }
        return Cart(lines=lines, **(fields | more))

    @property
    def _exempt(self) -> bool:
        company = self.buyer.company
        return company is not None and company.location.tax_settings.tax_exempt

    def _any_article(self) -> Article:
        return self.chance.choice([each for each in self.stock.articles if not each.variant.is_gift_card])

    def _price(self, article: Article) -> int:
        return self._rounded(self.market.exchange.from_shop(article.variant.price_minor))

    def _rounded(self, minor: int) -> int:
        """Round to a price one would print: yen to tens, fils to 50, the rest to five cents."""
        step = {"EUR": 1, "JPY": 10, "KWD": 50}.get(self.market.exchange.presentment_currency, 5)
        return -(-minor // step) * step


def percent_off(percent: str, title: str, *, code: bool = False, manual: bool = False) -> Discount:
    """Return a discount of so many per cent."""
    return Discount(title, percentage=Decimal(percent), code=code, manual=manual)


def amount_off(minor: int, title: str, *, code: bool = False) -> Discount:
    """Return a discount of a fixed amount in the buyer's minor units."""
    return Discount(title, fixed_minor=minor, code=code)
