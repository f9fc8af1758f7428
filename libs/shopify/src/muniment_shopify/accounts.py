"""Accounts: what a shop knows of companies, their locations and people, set when an account is approved.

All of it is set, not added, so a lost answer is sent again; roles are looked at first.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from muniment_shopify.asking import Node, ask_all, change, given, made, once
from muniment_shopify.client import AdminClient


@dataclass(frozen=True, slots=True)
class LocationRules:
    """What holds for a company's location. With ``checks_out_to_draft`` a checkout is a draft order."""

    gid: str
    checks_out_to_draft: bool
    tax_exempt: bool
    tax_exemptions: tuple[str, ...]
    tax_registration: str | None


@dataclass(frozen=True, slots=True)
class RoleAssignment:
    """What a person may do at a location."""

    gid: str
    role: str
    location: str


async def update_company(
    client: AdminClient,
    company: str,
    *,
    name: str | None = None,
    external_id: str | None = None,
    note: str | None = None,
) -> None:
    """Set what is given of the company. Raises ``ChangeRefused``."""
    wanted = given(name=name, externalId=external_id, note=note)
    await change(client, "company_update", {"companyId": company, "input": wanted}, repeatable=True)


async def update_location(
    client: AdminClient,
    location: str,
    *,
    checks_out_to_draft: bool | None = None,
    external_id: str | None = None,
    note: str | None = None,
) -> LocationRules:
    """Set what is given of the location. Raises ``ChangeRefused``."""
    experience = given(checkoutToDraft=checks_out_to_draft)
    wanted = given(externalId=external_id, note=note, buyerExperienceConfiguration=experience or None)
    variables = {"companyLocationId": location, "input": wanted}
    payload = await change(client, "company_location_update", variables, repeatable=True)
    return _rules(made(client, "company_location_update", payload, "companyLocation"))


async def set_location_taxes(
    client: AdminClient,
    location: str,
    *,
    exempt: bool | None = None,
    registration: str | None = None,
    assign: Collection[str] = (),
    remove: Collection[str] = (),
) -> LocationRules:
    """Set what is given of the location's taxes; exemptions are names of ``TaxExemption``."""
    variables = {
        "id": location,
        "assign": sorted(assign) or None,
        "remove": sorted(remove) or None,
        "taxExempt": exempt,
        "taxRegistrationId": registration,
    }
    payload = await change(client, "company_location_tax_settings_update", variables, repeatable=True)
    return _rules(made(client, "company_location_tax_settings_update", payload, "companyLocation"))


async def roles_of(client: AdminClient, contact: str) -> list[RoleAssignment]:
    """Return the roles of a company's contact; none if it is not there."""
    nodes = await ask_all(
        client,
        "company_contact_roles",
        lambda data: (data["companyContact"] or {}).get("roleAssignments"),
        id=contact,
    )
    return [RoleAssignment(each["id"], each["role"]["id"], each["companyLocation"]["id"]) for each in nodes]


async def assign_role(client: AdminClient, contact: str, role: str, location: str) -> RoleAssignment:
    """Give the contact the role at the location, once. Raises ``ChangeRefused``."""
    variables = {"contactId": contact, "roleId": role, "locationId": location}
    name, field = "company_contact_assign_role", "companyContactRoleAssignment"

    async def look() -> RoleAssignment | None:
        there = await roles_of(client, contact)
        return next((each for each in there if (each.role, each.location) == (role, location)), None)

    async def assign() -> RoleAssignment:
        payload = await change(client, name, variables, repeatable=False)
        return RoleAssignment(made(client, name, payload, field)["id"], role, location)

    return await once(look, assign)


async def revoke_roles(client: AdminClient, contact: str, assignments: Collection[str]) -> None:
    """Take these role assignments from the contact; those that are gone already stay gone."""

    async def left() -> list[str]:
        return [each.gid for each in await roles_of(client, contact) if each.gid in assignments]

    async def revoke() -> bool:
        ids = await left()
        variables = {"contactId": contact, "roleAssignmentIds": ids}
        await change(client, "company_contact_revoke_roles", variables, repeatable=False)
        return True

    async def look() -> bool | None:
        return None if await left() else True

    await once(look, revoke)


async def replace_tax_exemptions(client: AdminClient, customer: str, exemptions: Collection[str]) -> None:
    """Let these be all the tax exemptions of the customer. Raises ``ChangeRefused``."""
    variables = {"customerId": customer, "taxExemptions": sorted(exemptions)}
    await change(client, "customer_replace_tax_exemptions", variables, repeatable=True)


def _rules(node: Node) -> LocationRules:
    taxes = node["taxSettings"] or {}
    return LocationRules(
        gid=node["id"],
        checks_out_to_draft=bool((node["buyerExperienceConfiguration"] or {}).get("checkoutToDraft")),
        tax_exempt=bool(taxes.get("taxExempt")),
        tax_exemptions=tuple(taxes.get("taxExemptions") or ()),
        tax_registration=taxes.get("taxRegistrationId"),
    )
