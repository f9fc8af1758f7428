"""Who buys over the years: people who come back, new ones, and companies."""

from __future__ import annotations

import random

from muniment_sandbox.shopify.state.companies import CompanyLocationTaxSettings, PurchasingCompany
from muniment_sandbox.shopify.state.company_changes import add_company, add_contact, add_location, assign_role
from muniment_sandbox.shopify.state.customer_changes import ConsentWish
from muniment_sandbox.shopify.state.people import MailingAddress
from muniment_sandbox.shopify.state.shop import Shop
from muniment_sandbox.shopify.state.stock import Buyer

_NEW, _CONSENTS, _NEW_COMPANY = 0.45, 0.25, 0.08
_STREETS = ("Lindenweg", "High Street", "Rue du Port", "Kirchgasse", "Station Road", "Via Roma", "Hauptplatz")


class Clientele:
    """Grows with the shop: the demo's buyers come first, and lend the later ones their country."""

    def __init__(self, shop: Shop, chance: random.Random) -> None:
        self._shop = shop
        self._chance = chance
        self._people = list(shop.stock.buyers)
        self._businesses = list(shop.stock.businesses)

    def person(self) -> Buyer:
        """Return who places the next order: somebody new, or somebody who comes back."""
        if self._chance.random() >= _NEW:
            return self._chance.choice(self._people)
        made = self._new_person()
        self._people.append(made)
        return made

    def business(self) -> Buyer:
        """Return which company orders next."""
        if self._chance.random() >= _NEW_COMPANY:
            return self._chance.choice(self._businesses)
        made = self._new_business(self._chance.choice(self._shop.stock.businesses))
        self._businesses.append(made)
        return made

    def _new_person(self, like: Buyer | None = None) -> Buyer:
        chance, shop = self._chance, self._shop
        like = like or chance.choice(shop.stock.buyers)
        named = chance.choice(shop.stock.buyers_in(like.market.country_code) or [like]).customer
        number = shop.numbers.issued["Customer"] + 1
        address = self._address(like.address, like.customer.first_name, named.last_name)
        customer = shop.add_customer(
            first_name=like.customer.first_name,
            last_name=named.last_name,
            email=f"buyer-{number:06d}@example.com",
            phone=f"+4930{number:07d}" if chance.random() < 0.5 else None,
            locale=like.customer.locale,
            default_address=address,
            addresses=[address],
        )
        if chance.random() < _CONSENTS:
            shop.set_consent(customer, "email", ConsentWish(state="SUBSCRIBED"))
        return Buyer(customer, like.market, like.locale, address)

    def _new_business(self, like: Buyer) -> Buyer:
        shop, old = self._shop, like.company
        person = self._new_person(like)
        number = shop.numbers.issued["Company"] + 1
        company = add_company(shop, f"{person.customer.last_name} & Partner {number}", f"K-{30_000 + number}")
        exempt = old is not None and old.location.tax_settings.tax_exempt
        tax = CompanyLocationTaxSettings(exempt, (), f"{like.market.country_code}{100_000_000 + number}")
        location = add_location(
            shop,
            company,
            person.address.city or "Main",
            person.address,
            tax,
            currency=like.market.exchange.presentment_currency,
            external_id=f"K-{30_000 + number}-1",
        )
        contact = add_contact(shop, company, person.customer, "Purchasing")
        assign_role(shop, contact, company.contact_roles[0], location)
        purchasing = PurchasingCompany(company, location, contact)
        return Buyer(person.customer, person.market, person.locale, person.address, purchasing)

    def _address(self, like: MailingAddress, first: str | None, last: str | None) -> MailingAddress:
        shop, chance = self._shop, self._chance
        return shop.register(
            MailingAddress(
                number=shop.numbers.next("MailingAddress"),
                first_name=first,
                last_name=last,
                company=None,
                address1=f"{chance.choice(_STREETS)} {chance.randint(1, 180)}",
                address2=None,
                city=like.city,
                zip=like.zip,
                province=like.province,
                province_code=like.province_code,
                country=like.country,
                country_code_v2=like.country_code_v2,
                phone=None,
            )
        )
