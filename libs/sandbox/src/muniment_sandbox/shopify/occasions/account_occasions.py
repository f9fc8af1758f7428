"""What befalls accounts and drafts: customers come, change, agree and disagree; drafts become orders."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from random import Random

from muniment_sandbox.shopify.occasions.choosing import latest_of
from muniment_sandbox.shopify.state.catalogue import Product
from muniment_sandbox.shopify.state.companies import Company
from muniment_sandbox.shopify.state.customer_changes import ConsentWish
from muniment_sandbox.shopify.state.drafting import DraftLineWish
from muniment_sandbox.shopify.state.drafts import DraftOrder
from muniment_sandbox.shopify.state.ledger import NotPossible
from muniment_sandbox.shopify.state.people import Customer
from muniment_sandbox.shopify.state.shop import Shop

_NEW, _COMPANY = 0.4, 0.3
_COMPLETED = 0.5
_FIRST = ("Ana", "Björn", "Chiara", "Dmitri", "Élodie", "Fatima", "Grace", "Haruto")
_LAST = ("Andersson", "Brandt", "Çelik", "Dubois", "Eriksen", "Ferrari", "García", "Hoang")


def _account(shop: Shop, chance: Random) -> str:
    """A customer registers or changes, or a company does."""
    if chance.random() < _NEW:
        first, last = chance.choice(_FIRST), chance.choice(_LAST)
        number = shop.numbers.issued.get("Customer", 0) + 1
        email = f"customer{number}@example.com"
        customer = shop.add_customer(first_name=first, last_name=last, email=email)
        return f"customer {customer.number} registers"
    companies = latest_of(shop, Company)
    if companies and chance.random() < _COMPANY:
        company = chance.choice(companies)
        shop.change_company(company, note=f"Credit reviewed, {chance.randint(1, 99)} days.")
        return f"company {company.number} changes"
    customer = chance.choice(_customers(shop))
    shop.change_customer(customer, note=f"Called, {chance.randint(1, 99)} minutes.")
    return f"customer {customer.number} changes"


def _consent(shop: Shop, chance: Random) -> str:
    customer = chance.choice([each for each in _customers(shop) if each.email])
    agrees = customer.email_consent.state != "SUBSCRIBED"
    shop.set_consent(customer, "email", ConsentWish(state="SUBSCRIBED" if agrees else "UNSUBSCRIBED"))
    return f"customer {customer.number} {'agrees to' if agrees else 'does not want'} e-mail"


def _draft(shop: Shop, chance: Random) -> str:
    """A draft is written, or one that waits becomes an order."""
    waiting = [each for each in latest_of(shop, DraftOrder) if each.order is None]
    if waiting and chance.random() < _COMPLETED:
        order = shop.complete_draft(chance.choice(waiting), pending=True)
        return f"{order.name} is made of a draft"
    articles = [each for each in shop.stock.articles if not each.variant.is_gift_card]
    lines = [
        DraftLineWish(item=each.variant, quantity=chance.randint(1, 9)) for each in chance.sample(articles, 2)
    ]
    buyer = chance.choice(shop.stock.buyers)
    draft = shop.draft_order(lines, customer=buyer.customer, tags=["quote"])
    return f"draft {draft.name} is written"


def _product(shop: Shop, chance: Random) -> str:
    products = latest_of(shop, Product)
    if not products:
        raise NotPossible("There is no product in this shop.")
    product = chance.choice(products)
    shop.change_product(product, {"tags": sorted({*product.tags, f"season-{chance.randint(1, 4)}"})})
    return f"product {product.number} changes"


def _privacy(shop: Shop, chance: Random) -> str:
    customer = chance.choice(_customers(shop))
    shop.ask_for_data(customer)
    return f"customer {customer.number} asks for their data"


def _customers(shop: Shop) -> list[Customer]:
    customers = latest_of(shop, Customer)
    if not customers:
        raise NotPossible("There is no customer in this shop.")
    return customers


ACCOUNT_OCCASIONS: Mapping[str, Callable[[Shop, Random], str]] = {
    "accounts": _account,
    "consents": _consent,
    "drafts": _draft,
    "privacy": _privacy,
    "products": _product,
}
