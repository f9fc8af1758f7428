"""What the flows change of companies, people, their consents, and in metafields: a scene each."""

from __future__ import annotations

from typing import Any

from muniment_sandbox.shopify.state.companies import Company, CompanyContact, CompanyLocation
from muniment_shopify.accounts import (
    assign_role,
    replace_tax_exemptions,
    revoke_roles,
    set_location_taxes,
    update_company,
    update_location,
)
from muniment_shopify.consents import set_email_consent, set_sms_consent
from muniment_shopify.metafields import (
    ABSENT,
    NewMetafield,
    add_to_list,
    delete_metafields,
    metafields_of,
    remove_from_list,
    set_metafields,
)
from tests.unit.shopify.scenes import Scene, scene

LINKS = "list.single_line_text_field"


def _company(each: Scene) -> Any:
    company = each.stage.shop.get(Company, each.ids["Company"])
    assert company is not None
    return company.name, company.external_id, company.note


@scene("b2b", seen=_company)
async def company(each: Scene) -> None:
    await update_company(each.client, each.ids["Company"], external_id="ECM-4711", note="Approved")


def _location(each: Scene) -> Any:
    location = each.stage.shop.get(CompanyLocation, each.ids["CompanyLocation"])
    assert location is not None
    return location.note, location.buyer_experience_configuration, location.tax_settings


@scene("b2b", seen=_location)
async def location(each: Scene) -> None:
    rules = await update_location(
        each.client, each.ids["CompanyLocation"], checks_out_to_draft=True, note="Limit 5,000"
    )
    assert rules.checks_out_to_draft


@scene("b2b", seen=_location)
async def location_taxes(each: Scene) -> None:
    rules = await set_location_taxes(
        each.client,
        each.ids["CompanyLocation"],
        exempt=True,
        registration="DE123456789",
        assign=["EU_REVERSE_CHARGE_EXEMPTION_RULE"],
    )
    assert rules.tax_exempt
    assert rules.tax_registration == "DE123456789"
    assert rules.tax_exemptions == ("EU_REVERSE_CHARGE_EXEMPTION_RULE",)


def _roles(each: Scene) -> Any:
    contact = each.stage.shop.get(CompanyContact, each.ids["CompanyContact"])
    assert contact is not None
    return [(held.role.id, held.company_location.id) for held in contact.assignments]


@scene("b2b/company_contact_assign_role", seen=_roles)
async def role(each: Scene) -> None:
    names = ("CompanyContact", "CompanyContactRole", "CompanyLocation")
    contact, role, location = (each.ids[name] for name in names)
    given = await assign_role(each.client, contact, role, location)
    assert (given.role, given.location) == (role, location)


@scene("b2b", seen=_roles)
async def no_role(each: Scene) -> None:
    await revoke_roles(each.client, each.ids["CompanyContact"], [each.ids["CompanyContactRoleAssignment"]])


def _customer(each: Scene) -> Any:
    customer = each.stage.customer
    return (
        list(customer.tax_exemptions),
        (customer.email_consent.state, customer.email_consent.updated_at),
        (customer.sms_consent.state, customer.sms_consent.updated_at),
    )


@scene("consent", seen=_customer)
async def exemptions(each: Scene) -> None:
    await replace_tax_exemptions(each.client, each.ids["Customer"], ["EU_REVERSE_CHARGE_EXEMPTION_RULE"])


@scene("consent", seen=_customer)
async def email_consent(each: Scene) -> None:
    await set_email_consent(
        each.client, each.ids["Customer"], "SUBSCRIBED", at=each.began_at, level="CONFIRMED_OPT_IN"
    )


@scene("consent", seen=_customer)
async def sms_consent(each: Scene) -> None:
    await set_sms_consent(
        each.client, each.ids["Customer"], "SUBSCRIBED", at=each.began_at, level="SINGLE_OPT_IN"
    )


def _noted(each: Scene) -> Any:
    return sorted((one.namespace, one.key, one.value) for one in each.stage.order.own_metafields)


def _links(each: Scene) -> None:
    each.stage.shop.set_metafield(each.stage.order, "ecm", "links", LINKS, '["a","b"]')


def _value(each: Scene, value: str, expected: str | None = None) -> NewMetafield:
    return NewMetafield(
        owner=each.ids["Order"],
        namespace="ecm",
        key="decision",
        type="single_line_text_field",
        value=value,
        expected=expected,
    )


@scene("orders", seen=_noted)
async def metafield(each: Scene) -> None:
    await set_metafields(each.client, [_value(each, "approved", ABSENT)])


@scene("orders", seen=_noted)
async def metafield_again(each: Scene) -> None:
    await set_metafields(each.client, [_value(each, "open")])
    there = (await metafields_of(each.client, each.ids["Order"], "ecm"))["decision"]
    await set_metafields(each.client, [_value(each, "approved", there.digest)])


@scene("orders", seen=_noted, before=_links)
async def no_metafield(each: Scene) -> None:
    await delete_metafields(each.client, each.ids["Order"], "ecm", ["links"])


@scene("orders", seen=_noted, before=_links)
async def longer_list(each: Scene) -> None:
    assert await add_to_list(each.client, each.ids["Order"], "ecm", "links", LINKS, "c") == ("a", "b", "c")


@scene("orders", seen=_noted, before=_links)
async def shorter_list(each: Scene) -> None:
    assert await remove_from_list(each.client, each.ids["Order"], "ecm", "links", LINKS, "a") == ("b",)


@scene("orders", seen=_noted)
async def first_of_a_list(each: Scene) -> None:
    assert await add_to_list(each.client, each.ids["Order"], "ecm", "links", LINKS, "a") == ("a",)
