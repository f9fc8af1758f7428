"""Companies and their branches: finding them, changing them, giving and taking roles."""

from __future__ import annotations

from typing import Any

from muniment_sandbox.shopify.graphql.asking import Info, shop_of
from muniment_sandbox.shopify.graphql.paging import Count
from muniment_sandbox.shopify.graphql.resolvers.answers import answering, wanted
from muniment_sandbox.shopify.graphql.resolvers.fields import Fields, paged
from muniment_sandbox.shopify.graphql.resolvers.listing import Places, by_creation, by_id, by_update, listed
from muniment_sandbox.shopify.graphql.resolvers.metafields import OWNED
from muniment_sandbox.shopify.graphql.search import COMPANY_LOCATION_TERMS, COMPANY_TERMS
from muniment_sandbox.shopify.state.companies import (
    BuyerExperienceConfiguration,
    Company,
    CompanyContact,
    CompanyContactRole,
    CompanyContactRoleAssignment,
    CompanyLocation,
)
from muniment_sandbox.shopify.state.ledger import NotPossible
from muniment_sandbox.shopify.state.money import Money
from muniment_sandbox.shopify.state.orders import Order
from muniment_sandbox.shopify.state.transactions import PaymentTermsTemplate

_NO = "RESOURCE_NOT_FOUND"
_PLACES: Places[Company] = {
    "ID": by_id,
    "CREATED_AT": by_creation,
    "UPDATED_AT": by_update,
    "NAME": lambda company: (company.name, company.number),
}
_LOCATION_PLACES: Places[CompanyLocation] = {
    "ID": by_id,
    "CREATED_AT": by_creation,
    "UPDATED_AT": by_update,
    "NAME": lambda location: (location.name, location.number),
}


def _company(_root: object, info: Info, id: str) -> Company | None:
    return shop_of(info).get(Company, id)


def _companies(_root: object, info: Info, **args: Any) -> object:
    return listed(info, args, Company, COMPANY_TERMS, _PLACES)


def _location(_root: object, info: Info, id: str) -> CompanyLocation | None:
    return shop_of(info).get(CompanyLocation, id)


def _locations(_root: object, info: Info, **args: Any) -> object:
    return listed(info, args, CompanyLocation, COMPANY_LOCATION_TERMS, _LOCATION_PLACES)


def _contact(_root: object, info: Info, id: str) -> CompanyContact | None:
    return shop_of(info).get(CompanyContact, id)


@answering("company")
def _update(_root: object, info: Info, **args: Any) -> Company:
    company, given = wanted(info, Company, args["companyId"], "companyId", code=_NO), args["input"]
    names = {"externalId": "external_id", "name": "name", "note": "note"}
    if not given:
        raise NotPossible("The input is empty.", code="NO_INPUT", field=["input"])
    shop_of(info).change_company(company, **{ours: given[n] for n, ours in names.items() if n in given})
    return company


@answering("companyLocation")
def _update_location(_root: object, info: Info, **args: Any) -> CompanyLocation:
    given = args["input"]
    location = wanted(info, CompanyLocation, args["companyLocationId"], "companyLocationId", code=_NO)
    names = ("externalId", "locale", "name", "note", "phone")
    changes = {"external_id" if n == "externalId" else n: given[n] for n in names if n in given}
    if given.get("buyerExperienceConfiguration") is not None:
        wish = given["buyerExperienceConfiguration"]
        changes["buyer_experience_configuration"] = _experience(info, location, wish)
    shop_of(info).change_location(location, **changes)
    return location


def _experience(info: Info, location: CompanyLocation, wish: dict[str, Any]) -> BuyerExperienceConfiguration:
    known = location.buyer_experience_configuration
    template = known.payment_terms_template
    if "paymentTermsTemplateId" in wish:
        gid = wish["paymentTermsTemplateId"]
        template = wanted(info, PaymentTermsTemplate, gid, "input", code=_NO) if gid else None
    return BuyerExperienceConfiguration(
        bool(wish.get("checkoutToDraft", known.checkout_to_draft)),
        bool(wish.get("editableShippingAddress", known.editable_shipping_address)),
        template,
    )


@answering("companyLocation")
def _update_taxes(_root: object, info: Info, **args: Any) -> CompanyLocation:
    location = wanted(info, CompanyLocation, args["companyLocationId"], "companyLocationId", code=_NO)
    names = {"taxExempt": "tax_exempt", "taxRegistrationId": "tax_registration_id"}
    shop_of(info).change_tax_settings(
        location,
        assign=args.get("exemptionsToAssign") or (),
        remove=args.get("exemptionsToRemove") or (),
        **{ours: args[name] for name, ours in names.items() if name in args},
    )
    return location


@answering("companyContactRoleAssignment")
def _assign(_root: object, info: Info, **args: Any) -> CompanyContactRoleAssignment:
    contact = wanted(info, CompanyContact, args["companyContactId"], "companyContactId", code=_NO)
    role = wanted(info, CompanyContactRole, args["companyContactRoleId"], "companyContactRoleId", code=_NO)
    location = wanted(info, CompanyLocation, args["companyLocationId"], "companyLocationId", code=_NO)
    return shop_of(info).assign_role(contact, role, location)


@answering("revokedRoleAssignmentIds")
def _revoke(_root: object, info: Info, **args: Any) -> list[str]:
    contact = wanted(info, CompanyContact, args["companyContactId"], "companyContactId", code=_NO)
    given = contact.assignments if args.get("revokeAll") else None
    if given is None:
        ids = args.get("roleAssignmentIds") or ()
        field = "roleAssignmentIds"
        given = [wanted(info, CompanyContactRoleAssignment, gid, field, code=_NO) for gid in ids]
    if any(each not in contact.assignments for each in given):
        message = "Role assignment does not belong to the contact"
        raise NotPossible(message, code=_NO, field=["roleAssignmentIds"])
    revoked = [each.id for each in given]
    for each in list(given):
        shop_of(info).revoke_role(each)
    return revoked


def _orders(company: Company, info: Info) -> list[Order]:
    return [
        order
        for order in shop_of(info).orders.values()
        if order.purchasing_company and order.purchasing_company.company is company
    ]


def _orders_count(company: Company, info: Info) -> Count:
    return Count(len(_orders(company, info)))


def _spent(company: Company, info: Info) -> Money:
    paid = sum(order.totals.net_payment_set.shop_money.minor for order in _orders(company, info))
    return Money(paid, shop_of(info).merchant.currency_code)


FIELDS: Fields = {
    "QueryRoot": {
        "companies": _companies,
        "company": _company,
        "companyContact": _contact,
        "companyLocation": _location,
        "companyLocations": _locations,
    },
    "Mutation": {
        "companyContactAssignRole": _assign,
        "companyContactRevokeRoles": _revoke,
        "companyLocationTaxSettingsUpdate": _update_taxes,
        "companyLocationUpdate": _update_location,
        "companyUpdate": _update,
    },
    "Company": {
        **OWNED,
        "contacts": paged("people"),
        "contactsCount": lambda company, _info: Count(len(company.people)),
        "locations": paged("branches"),
        "locationsCount": lambda company, _info: Count(len(company.branches)),
        "ordersCount": _orders_count,
        "totalSpent": _spent,
    },
    "CompanyContact": {"roleAssignments": paged("assignments")},
    "CompanyLocation": {**OWNED, "roleAssignments": paged("assignments")},
}
