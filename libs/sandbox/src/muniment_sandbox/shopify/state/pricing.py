"""From a cart to priced lines: discounts allocated, taxes reckoned, everything adding up by construction."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from muniment_sandbox.shopify.state.cart import Cart, CartLine, CartShipping
from muniment_sandbox.shopify.state.catalogue import ProductVariant
from muniment_sandbox.shopify.state.discounts import (
    Discount,
    DiscountAllocation,
    DiscountApplication,
    application_of,
    spread,
)
from muniment_sandbox.shopify.state.entities import Numbers
from muniment_sandbox.shopify.state.kept import Kept
from muniment_sandbox.shopify.state.line_items import Duty, LineItem, ShippingLine
from muniment_sandbox.shopify.state.money import Exchange, MoneyBag
from muniment_sandbox.shopify.state.taxes import tax_lines_on


@dataclass(eq=False)
class PricedCart(Kept):
    """The lines of an order to be."""

    lines: list[LineItem] = field(default_factory=list)
    shipping: list[ShippingLine] = field(default_factory=list)
    applications: list[DiscountApplication] = field(default_factory=list)


def price_cart(cart: Cart, numbers: Numbers) -> PricedCart:
    """Price a whole cart."""
    priced = PricedCart()
    desk = _Desk(numbers, cart.exchange, cart.taxes_included, priced.applications)
    reductions: list[list[DiscountAllocation]] = [desk.line_discounts(line) for line in cart.lines]
    if cart.discount:
        desk.order_discount(cart.discount, cart.lines, reductions)
    priced.lines = [desk.line(line, taken) for line, taken in zip(cart.lines, reductions, strict=True)]
    if cart.shipping:
        priced.shipping = [desk.shipping(cart.shipping)]
    return priced


def price_added_line(
    line: CartLine,
    numbers: Numbers,
    exchange: Exchange,
    *,
    taxes_included: bool,
    applications: list[DiscountApplication],
) -> LineItem:
    """Price a line that an edit adds; a discount of its own is appended to ``applications``."""
    desk = _Desk(numbers, exchange, taxes_included, applications)
    return desk.line(line, desk.line_discounts(line))


@dataclass
class _Desk:
    numbers: Numbers
    exchange: Exchange
    taxes_included: bool
    applications: list[DiscountApplication]
    known: dict[Discount, DiscountApplication] = field(default_factory=dict)

    def line_discounts(self, line: CartLine) -> list[DiscountAllocation]:
        if line.discount is None:
            return []
        method = "EACH" if line.discount.percentage is not None else "ONE"
        application = self._application(line.discount, "LINE_ITEM", method, "EXPLICIT")
        whole = self._whole(line)
        return [DiscountAllocation(whole.capped(line.discount.on(whole.minor)), application)]

    def order_discount(
        self, discount: Discount, lines: Sequence[CartLine], reductions: list[list[DiscountAllocation]]
    ) -> None:
        """Spread one discount over all lines but gift cards, by what is left of their prices."""
        left = [
            self.exchange.nothing if line.variant.is_gift_card else self._net(self._whole(line), taken)
            for line, taken in zip(lines, reductions, strict=True)
        ]
        weights = [bag.minor for bag in left]
        application = self._application(discount, "LINE_ITEM", "ACROSS", "ALL")
        parts = spread(discount.on(sum(weights)), weights)
        for taken, bag, part in zip(reductions, left, parts, strict=True):
            if part:
                taken.append(DiscountAllocation(bag.capped(part), application))

    def line(self, line: CartLine, taken: list[DiscountAllocation]) -> LineItem:
        variant = line.variant
        listed = variant if isinstance(variant, ProductVariant) else None
        net = self._net(self._whole(line), taken)
        rates = line.rates if variant.taxable else ()
        return LineItem(
            number=self.numbers.next("LineItem"),
            title=listed.product.title if listed else variant.title or "",
            variant_title=listed.title if listed else None,
            variant=listed,
            quantity=line.quantity,
            original_unit_price_set=self.exchange.bag(line.unit_minor),
            discount_allocations=taken,
            all_tax_lines=tax_lines_on(net, rates, included=self.taxes_included, exchange=self.exchange),
            duties=self._duties(line),
            custom_attributes=list(line.attributes),
            sku=variant.sku,
            vendor=listed.product.vendor if listed else None,
            requires_shipping=variant.requires_shipping,
            taxable=variant.taxable and not variant.is_gift_card,
            is_gift_card=variant.is_gift_card,
            grams=variant.grams,
        )

    def shipping(self, asked: CartShipping) -> ShippingLine:
        price = self.exchange.bag(asked.price_minor)
        taken: list[DiscountAllocation] = []
        if asked.discount:
            application = self._application(asked.discount, "SHIPPING_LINE", "EACH", "ALL")
            taken.append(DiscountAllocation(price.capped(asked.discount.on(asked.price_minor)), application))
        net = self._net(price, taken)
        return ShippingLine(
            number=self.numbers.next("ShippingLine"),
            title=asked.title,
            code=asked.code or asked.title,
            original_price_set=price,
            discount_allocations=taken,
            tax_lines=tax_lines_on(net, asked.rates, included=self.taxes_included, exchange=self.exchange),
        )

    def _duties(self, line: CartLine) -> list[Duty]:
        if not line.duty_minor:
            return []
        duty = Duty(
            number=self.numbers.next("Duty"),
            price=self.exchange.bag(line.duty_minor),
            harmonized_system_code=line.variant.harmonized_system_code,
            country_code_of_origin=line.variant.country_code_of_origin,
        )
        return [duty]

    def _application(
        self, discount: Discount, target: str, method: str, selection: str
    ) -> DiscountApplication:
        if discount not in self.known:
            self.known[discount] = application_of(
                discount,
                len(self.applications),
                self.exchange.presentment_currency,
                target=target,
                method=method,
                selection=selection,
            )
            self.applications.append(self.known[discount])
        return self.known[discount]

    def _whole(self, line: CartLine) -> MoneyBag:
        return self.exchange.bag(line.unit_minor).times(line.quantity)

    def _net(self, whole: MoneyBag, taken: Sequence[DiscountAllocation]) -> MoneyBag:
        return whole - self.exchange.total(each.allocated_amount_set for each in taken)
