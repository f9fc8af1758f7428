"""Customers, companies and their branches by id."""

from __future__ import annotations

from muniment_sandbox.shopify.graphql.asking import Info, shop_of
from muniment_sandbox.shopify.graphql.resolvers.fields import Fields
from muniment_sandbox.shopify.state.people import Company, CompanyLocation, Customer


def _customer(_root: object, info: Info, id: str) -> object:
    return shop_of(info).get(Customer, id)


def _company(_root: object, info: Info, id: str) -> object:
    return shop_of(info).get(Company, id)


def _company_location(_root: object, info: Info, id: str) -> object:
    return shop_of(info).get(CompanyLocation, id)


FIELDS: Fields = {
    "QueryRoot": {"customer": _customer, "company": _company, "companyLocation": _company_location},
}
