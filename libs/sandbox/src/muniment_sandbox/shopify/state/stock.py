"""The demo shop's own data: what it sells, to whom, in which markets; read from the data files."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from importlib.resources import files
from typing import Any

import orjson

from muniment_sandbox.shopify.state.catalogue import (
    DEFAULT_OPTION,
    DEFAULT_VALUE,
    Product,
    ProductVariant,
    SelectedOption,
)
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
from muniment_sandbox.shopify.state.product_changes import add_variant, give_options
from muniment_sandbox.shopify.state.publications import Publication, ResourcePublicationV2
from muniment_sandbox.shopify.state.publishing import open_publications
from muniment_sandbox.shopify.state.shelves import define_product_metafields, furnish
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
    open_publications(books)
    define_product_metafields(books)
    return Stock(
        articles=tuple(_article(books, row, place) for place, row in enumerate(_rows("catalogue"))),
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


def _article(books: Ledger, row: dict[str, Any], place: int) -> Article:
    """Put a product on the shelves; only its first variant is in the carts of the stories."""
    gift_card, now = row.get("gift_card", False), books.clock.now()
    product = books.register(
        Product(
            number=books.numbers.next("Product"),
            title=row["title"],
            handle=(row["sku"] or "gift-card").lower(),
            vendor="Muniment Papeterie",
            description_html=f"<p>{row['about']}</p>" if row.get("about") else "",
            product_type=row.get("type", ""),
            tags=row.get("tags", []),
            created_at=now,
            updated_at=now,
        )
    )
    option = row.get("option", "Style") if row.get("variant") else DEFAULT_OPTION
    first = (row.get("variant"), row["sku"], row["price"])
    sold = [first, *row.get("more", ())]
    give_options(books, product, {option: [title or DEFAULT_VALUE for title, _, _ in sold]})
    for title, sku, price in sold:
        add_variant(
            books,
            product,
            title=title,
            sku=sku,
            price_minor=price,
            selected_options=(SelectedOption(option, title or DEFAULT_VALUE),),
            grams=row["grams"],
            is_gift_card=gift_card,
            requires_shipping=not gift_card,
            taxable=not gift_card,
            harmonized_system_code=row.get("hs"),
            country_code_of_origin=row.get("origin"),
        )
    furnish(books, product, place, row.get("material"))
    product.own_publications = [ResourcePublicationV2(each, now) for each in books.all_of(Publication)]
    return Article(product.own_variants[0], row.get("reduced", False))


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
