"""The demo shop's own data: what it sells, to whom, in which markets; read from the data files."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from importlib.resources import files
from typing import Any

import orjson

from muniment_sandbox.shopify.state.catalogue import Product, ProductVariant
from muniment_sandbox.shopify.state.companies import CompanyLocationTaxSettings, PurchasingCompany
from muniment_sandbox.shopify.state.company_changes import (
    add_company,
    add_contact,
    add_location,
    assign_role,
)
from muniment_sandbox.shopify.state.ledger import Ledger
from muniment_sandbox.shopify.state.money import Exchange
from muniment_sandbox.shopify.state.people import Customer, MailingAddress
from muniment_sandbox.shopify.state.taxes import TaxRate


@dataclass(frozen=True, slots=True)
class Market:
    """A country the shop sells to: its currency and its taxes."""

    country_code: str
    exchange: Exchange
    taxes_included: bool
    standard: tuple[TaxRate, ...]
    reduced: tuple[TaxRate, ...]


@dataclass(frozen=True, slots=True)
class Buyer:
    """A customer with the market they live in and, for a business, the company side."""

    customer: Customer
    market: Market
    locale: str | None
    address: MailingAddress
    company: PurchasingCompany | None = None


@dataclass(frozen=True, slots=True)
class Article:
    """A variant and whether the reduced tax rate is for it."""

    variant: ProductVariant
    reduced: bool


@dataclass(frozen=True, slots=True)
class Stock:
    """Everything the generator of orders draws from."""

    articles: tuple[Article, ...]
    buyers: tuple[Buyer, ...]
    businesses: tuple[Buyer, ...]

    def article(self, sku: str | None) -> Article:
        """Return an article by its SKU; the gift card has none."""
        return next(article for article in self.articles if article.variant.sku == sku)

    def buyers_in(self, *countries: str) -> list[Buyer]:
        return [buyer for buyer in self.buyers if buyer.market.country_code in countries]


def stock_shop(books: Ledger) -> Stock:
    """Fill a new shop with products, customers and companies; always the same ones, with the same ids."""
    markets = {
        code: _market(code, row, books.merchant.currency_code) for code, row in _rows("markets").items()
    }
    countries = {code: row["country"] for code, row in _rows("markets").items()}
    return Stock(
        articles=tuple(_article(books, row) for row in _rows("catalogue")),
        buyers=tuple(_buyer(books, row, markets, countries) for row in _rows("buyers")),
        businesses=tuple(_business(books, row, markets, countries) for row in _rows("companies")),
    )


def _rows(name: str) -> Any:
    return orjson.loads((files("muniment_sandbox.shopify") / "data" / f"{name}.json").read_bytes())


def _market(code: str, row: dict[str, Any], shop_currency: str) -> Market:
    def rates(kind: str) -> tuple[TaxRate, ...]:
        return tuple(TaxRate(title, Decimal(fraction)) for title, fraction in row["rates"][kind])

    exchange = Exchange(shop_currency, row["currency"], Decimal(row["rate"]))
    return Market(code, exchange, row["taxes_included"], rates("standard"), rates("reduced"))


def _article(books: Ledger, row: dict[str, Any]) -> Article:
    gift_card = row.get("gift_card", False)
    product = books.register(
        Product(
            number=books.numbers.next("Product"),
            title=row["title"],
            handle=(row["sku"] or "gift-card").lower(),
            vendor="Muniment Papeterie",
        )
    )
    variant = ProductVariant(
        number=books.numbers.next("ProductVariant"),
        product=product,
        title=row.get("variant"),
        sku=row["sku"],
        price_minor=row["price"],
        grams=row["grams"],
        is_gift_card=gift_card,
        requires_shipping=not gift_card,
        taxable=not gift_card,
        harmonized_system_code=row.get("hs"),
        country_code_of_origin=row.get("origin"),
    )
    return Article(books.register(variant), row.get("reduced", False))


def _buyer(
    books: Ledger, row: dict[str, Any], markets: dict[str, Market], countries: dict[str, str]
) -> Buyer:
    now, number = books.clock.now(), books.numbers.next("Customer")
    address = books.register(
        MailingAddress(
            number=books.numbers.next("MailingAddress"),
            first_name=row["first"],
            last_name=row["last"],
            company=row.get("company"),
            address1=row["address1"],
            address2=row.get("address2"),
            city=row["city"],
            zip=row["zip"],
            province=row.get("province"),
            province_code=row.get("province_code"),
            country=countries[row["country"]],
            country_code_v2=row["country"],
            phone=row.get("phone"),
        )
    )
    customer = Customer(
        number=number,
        first_name=row["first"],
        last_name=row["last"],
        email=f"buyer-{books.numbers.issued['Customer']:03d}@example.com",
        phone=row.get("phone"),
        locale=row["locale"] or "en",
        created_at=now,
        updated_at=now,
        default_address=address,
        addresses=[address],
    )
    return Buyer(books.register(customer), markets[row["country"]], row["locale"], address)


def _business(
    books: Ledger, row: dict[str, Any], markets: dict[str, Market], countries: dict[str, str]
) -> Buyer:
    person = _buyer(books, row, markets, countries)
    company = add_company(books, row["company"], row["external_id"])
    location = add_location(
        books,
        company,
        row["location"],
        person.address,
        CompanyLocationTaxSettings(row["tax_exempt"], (), row["vat_id"]),
        currency=person.market.exchange.presentment_currency,
        external_id=f"{row['external_id']}-1",
    )
    contact = add_contact(books, company, person.customer, row["title"])
    assign_role(books, contact, company.contact_roles[0], location)
    purchasing = PurchasingCompany(company, location, contact)
    return Buyer(person.customer, person.market, person.locale, person.address, purchasing)
