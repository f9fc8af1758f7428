"""Taking in companies, branches and contacts, changing them, giving and taking roles."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from muniment_sandbox.shopify.state.companies import (
    Company,
    CompanyAddress,
    CompanyContact,
    CompanyContactRole,
    CompanyContactRoleAssignment,
    CompanyLocation,
    CompanyLocationTaxSettings,
)
from muniment_sandbox.shopify.state.ledger import Ledger, NotPossible
from muniment_sandbox.shopify.state.orders import Order
from muniment_sandbox.shopify.state.people import Customer, MailingAddress
from muniment_sandbox.shopify.state.touching import touch

ROLES = ("Location admin", "Ordering only")


def add_company(books: Ledger, name: str, external_id: str | None = None, note: str | None = None) -> Company:
    """Take in a company with its two roles; ``companies/create``."""
    now = books.clock.now()
    with books.action():
        company = Company(
            number=books.numbers.next("Company"),
            name=name,
            external_id=external_id,
            note=note,
            created_at=now,
            updated_at=now,
            customer_since=now,
        )
        for role in ROLES:
            number = books.numbers.next("CompanyContactRole")
            company.contact_roles.append(books.register(CompanyContactRole(number=number, name=role)))
        books.announce(books.register(company), "companies/create")
    return company


def add_location(
    books: Ledger,
    company: Company,
    name: str,
    address: MailingAddress,
    tax_settings: CompanyLocationTaxSettings,
    *,
    currency: str,
    external_id: str | None = None,
) -> CompanyLocation:
    """Take in a branch; ``company_locations/create``."""
    now = books.clock.now()
    with books.action():
        place = _address(books, company, address)
        location = CompanyLocation(
            number=books.numbers.next("CompanyLocation"),
            name=name,
            company=company,
            created_at=now,
            updated_at=now,
            tax_settings=tax_settings,
            currency=currency,
            external_id=external_id,
            phone=address.phone,
            billing_address=place,
            shipping_address=place,
        )
        company.branches.append(books.register(location))
        books.announce(location, "company_locations/create")
    return location


def add_contact(
    books: Ledger, company: Company, customer: Customer, title: str | None = None
) -> CompanyContact:
    """Let a customer act for a company; the first one is its main contact; ``company_contacts/create``."""
    now = books.clock.now()
    with books.action():
        contact = CompanyContact(
            number=books.numbers.next("CompanyContact"),
            company=company,
            customer=customer,
            created_at=now,
            updated_at=now,
            title=title,
            locale=customer.locale,
        )
        company.people.append(books.register(contact))
        company.main_contact = company.main_contact or contact
        customer.company_contact_profiles.append(contact)
        books.announce(contact, "company_contacts/create")
    return contact


def change_company(books: Ledger, company: Company, changes: Mapping[str, Any]) -> None:
    """Write these attributes; ``companies/update``."""
    if "name" in changes and not changes["name"]:
        raise NotPossible("Name can't be blank", code="BLANK", field=["input", "name"])
    with books.action():
        for name, value in changes.items():
            setattr(company, name, value)
        touch(books, company)


def change_contact(books: Ledger, contact: CompanyContact, changes: Mapping[str, Any]) -> None:
    """Write these attributes; ``company_contacts/update``."""
    with books.action():
        for name, value in changes.items():
            setattr(contact, name, value)
        contact.updated_at = books.clock.now()
        books.announce(contact, "company_contacts/update")


def change_location(books: Ledger, location: CompanyLocation, changes: Mapping[str, Any]) -> None:
    """Write these attributes; ``company_locations/update``."""
    with books.action():
        for name, value in changes.items():
            setattr(location, name, value)
        touch(books, location)


def change_tax_settings(
    books: Ledger,
    location: CompanyLocation,
    *,
    assign: Collection[str] = (),
    remove: Collection[str] = (),
    changes: Mapping[str, Any],
) -> None:
    """Change exemptions, and ``tax_exempt`` and ``tax_registration_id`` where given;
    ``company_locations/update``.
    """
    known = location.tax_settings
    exemptions = [each for each in known.tax_exemptions if each not in remove]
    exemptions += [each for each in dict.fromkeys(assign) if each not in exemptions]
    settings = CompanyLocationTaxSettings(
        bool(changes.get("tax_exempt", known.tax_exempt)),
        tuple(exemptions),
        changes.get("tax_registration_id", known.tax_registration_id),
    )
    change_location(books, location, {"tax_settings": settings})


def assign_role(
    books: Ledger, contact: CompanyContact, role: CompanyContactRole, location: CompanyLocation
) -> CompanyContactRoleAssignment:
    """Let a contact do something at a branch; ``company_contact_roles/assign``."""
    if role not in contact.company.contact_roles or location.company is not contact.company:
        raise NotPossible("Role and location must belong to the contact's company.", code="INVALID_INPUT")
    if any(each.company_location is location for each in contact.assignments):
        message = "Company contact has already been assigned a role in that company location."
        raise NotPossible(message, code="LIMIT_REACHED", field=["companyLocationId"])
    with books.action():
        made = CompanyContactRoleAssignment(
            number=books.numbers.next("CompanyContactRoleAssignment"),
            company_contact=contact,
            company_location=location,
            role=role,
        )
        contact.assignments.append(books.register(made))
        location.assignments.append(made)
        books.announce(made, "company_contact_roles/assign")
    return made


def revoke_role(books: Ledger, assignment: CompanyContactRoleAssignment) -> None:
    """Take a role back; ``company_contact_roles/revoke``."""
    with books.action():
        assignment.company_contact.assignments.remove(assignment)
        assignment.company_location.assignments.remove(assignment)
        books.forget(assignment)
        books.announce(assignment, "company_contact_roles/revoke")


def delete_company(books: Ledger, company: Company) -> None:
    """Delete a company with its branches; ``companies/delete``, ``company_locations/delete``."""
    if any(_bought(order, company) for order in books.orders.values()):
        raise NotPossible("A company with orders cannot be deleted.", code="FAILED_TO_DELETE", field=["id"])
    with books.action():
        for location in list(company.branches):
            books.forget(location)
            books.announce(location, "company_locations/delete")
        for contact in company.people:
            contact.customer.company_contact_profiles.remove(contact)
            books.forget(contact)
        books.forget(company)
        books.announce(company, "companies/delete")


def _bought(order: Order, company: Company) -> bool:
    return order.purchasing_company is not None and order.purchasing_company.company is company


def _address(books: Ledger, company: Company, address: MailingAddress) -> CompanyAddress:
    now = books.clock.now()
    return books.register(
        CompanyAddress(
            number=books.numbers.next("CompanyAddress"),
            company=company,
            recipient=address.name or None,
            address1=address.address1 or "",
            address2=address.address2,
            city=address.city,
            zip=address.zip,
            country=address.country,
            country_code=address.country_code_v2 or "ZZ",
            province=address.province,
            zone_code=address.province_code,
            phone=address.phone,
            first_name=address.first_name,
            last_name=address.last_name,
            created_at=now,
            updated_at=now,
        )
    )
