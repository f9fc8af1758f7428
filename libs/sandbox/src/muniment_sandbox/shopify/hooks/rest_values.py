"""How hook bodies spell the small things: money, moments, addresses, taxes, discounts. They follow
Shopify's REST resources.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from zoneinfo import ZoneInfo

from muniment_sandbox.shopify.state.discounts import (
    DiscountAllocation,
    DiscountApplication,
    DiscountCodeApplication,
    ManualDiscountApplication,
    PricingPercentageValue,
)
from muniment_sandbox.shopify.state.money import Money, MoneyBag
from muniment_sandbox.shopify.state.people import MailingAddress
from muniment_sandbox.shopify.state.taxes import TaxLine

Body = dict[str, object]


def money_set(bag: MoneyBag | None) -> Body | None:
    """Return a money bag as ``…_set``; None stays null."""
    if bag is None:
        return None
    return {"shop_money": _money(bag.shop_money), "presentment_money": _money(bag.presentment_money)}


def shop_amount(bag: MoneyBag) -> str:
    """Return the plain amount, which REST states in the shop's currency."""
    return bag.shop_money.amount


def local(moment: datetime | None, zone: ZoneInfo) -> str | None:
    """Return a moment in the shop's time zone with its offset."""
    return moment.astimezone(zone).isoformat(timespec="seconds") if moment else None


def address_body(address: MailingAddress | None) -> Body | None:
    if address is None:
        return None
    return {
        "first_name": address.first_name,
        "address1": address.address1,
        "phone": address.phone,
        "city": address.city,
        "zip": address.zip,
        "province": address.province,
        "country": address.country,
        "last_name": address.last_name,
        "address2": address.address2,
        "company": address.company,
        "latitude": address.latitude,
        "longitude": address.longitude,
        "name": address.name,
        "country_code": address.country_code_v2,
        "province_code": address.province_code,
    }


def tax_line_bodies(lines: Iterable[TaxLine]) -> list[Body]:
    return [
        {
            "channel_liable": line.channel_liable,
            "price": shop_amount(line.price_set),
            "price_set": money_set(line.price_set),
            "rate": line.rate,
            "title": line.title,
        }
        for line in lines
    ]


def allocation_bodies(allocations: Iterable[DiscountAllocation]) -> list[Body]:
    return [
        {
            "amount": shop_amount(each.allocated_amount_set),
            "discount_application_index": each.discount_application.index,
            "amount_set": money_set(each.allocated_amount_set),
        }
        for each in allocations
    ]


def application_body(application: DiscountApplication) -> Body:
    value = application.value
    percentage = isinstance(value, PricingPercentageValue)
    body: Body = {
        "target_type": application.target_type.lower(),
        "type": _application_type(application),
        "value": str(value.percentage) if isinstance(value, PricingPercentageValue) else value.amount,
        "value_type": "percentage" if percentage else "fixed_amount",
        "allocation_method": application.allocation_method.lower(),
        "target_selection": application.target_selection.lower(),
    }
    if isinstance(application, DiscountCodeApplication):
        return body | {"code": application.code}
    if isinstance(application, ManualDiscountApplication):
        body["description"] = application.description
    return body | {"title": application.title}


def _application_type(application: DiscountApplication) -> str:
    if isinstance(application, DiscountCodeApplication):
        return "discount_code"
    return "manual" if isinstance(application, ManualDiscountApplication) else "automatic"


def _money(money: Money) -> Body:
    return {"amount": money.amount, "currency_code": money.currency_code}
