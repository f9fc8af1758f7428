"""The bodies of hooks about customers, companies and privacy. Customers: without tags and consents."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from muniment_sandbox.shopify.hooks.order_bodies import customer_body
from muniment_sandbox.shopify.hooks.rest_values import Body, local
from muniment_sandbox.shopify.state.companies import (
    Company,
    CompanyAddress,
    CompanyContact,
    CompanyContactRoleAssignment,
    CompanyLocation,
)
from muniment_sandbox.shopify.state.customer_changes import CustomerMerge, PrivacyRequest
from muniment_sandbox.shopify.state.ledger import Ledger
from muniment_sandbox.shopify.state.people import Customer, MarketingConsent
from muniment_sandbox.shopify.state.tagging import TagsChanged


def _customer(customer: Customer, books: Ledger) -> Body:
    body = customer_body(customer, books.merchant.currency_code, books.merchant.timezone)
    told: Body = {}
    for key, value in body.items():
        told[key] = value
        if key == "currency":
            told["addresses"] = []
    return told


def _deleted_customer(customer: Customer, _books: Ledger) -> Body:
    return {"id": customer.number, "tax_exemptions": [], "admin_graphql_api_id": customer.id}


def _merged(merge: CustomerMerge, _books: Ledger) -> Body:
    return {
        "admin_graphql_api_customer_kept_id": merge.kept.id,
        "admin_graphql_api_customer_deleted_id": merge.gone.id,
        "admin_graphql_api_job_id": None,
        "status": "completed",
        "errors": [],
    }


def _tags(change: TagsChanged, _books: Ledger) -> Body:
    moment = change.occurred_at.strftime("%Y-%m-%dT%H:%M:%S.000Z")
    return {"customerId": change.customer.id, "tags": change.tags, "occurredAt": moment}


def _email_consent(customer: Customer, books: Ledger) -> Body:
    consent = _consent(customer.email_consent, books)
    return {
        "customer_id": customer.number,
        "email_address": customer.email,
        "email_marketing_consent": consent,
    }


def _phone_consent(key: str, attribute: str) -> Callable[[Customer, Ledger], Body]:
    def build(customer: Customer, books: Ledger) -> Body:
        known: MarketingConsent = getattr(customer, attribute)
        collected = {"consent_collected_from": (known.collected_from or "OTHER").lower()}
        return {"id": customer.number, "phone": customer.phone, key: _consent(known, books) | collected}

    return build


def _consent(consent: MarketingConsent, books: Ledger) -> Body:
    return {
        "state": consent.state.lower(),
        "opt_in_level": consent.opt_in_level.lower() if consent.opt_in_level else None,
        "consent_updated_at": local(consent.updated_at, books.merchant.timezone),
    }


def _privacy(orders_key: str) -> Callable[[PrivacyRequest, Ledger], Body]:
    def build(request: PrivacyRequest, books: Ledger) -> Body:
        body: Body = {"shop_id": books.merchant.number, "shop_domain": books.merchant.myshopify_domain}
        if request.customer is None:
            return body
        customer = request.customer
        body["customer"] = {"id": customer.number, "email": customer.email, "phone": customer.phone}
        body[orders_key] = request.orders
        if orders_key == "orders_requested":
            body["data_request"] = {"id": request.number}
        return body

    return build


def _company(company: Company, books: Ledger) -> Body:
    zone = books.merchant.timezone
    return {
        "name": company.name,
        "note": company.note,
        "external_id": company.external_id,
        "main_contact_admin_graphql_api_id": company.main_contact.id if company.main_contact else None,
        "created_at": local(company.created_at, zone),
        "updated_at": local(company.updated_at, zone),
        "customer_since": local(company.customer_since, zone),
        "admin_graphql_api_id": company.id,
    }


def _location(location: CompanyLocation, books: Ledger) -> Body:
    zone, taxes = books.merchant.timezone, location.tax_settings
    experience = location.buyer_experience_configuration
    told = {"checkout_to_draft": True} if experience.checkout_to_draft else None
    return {
        "name": location.name,
        "external_id": location.external_id,
        "phone": location.phone,
        "locale": location.locale,
        "created_at": local(location.created_at, zone),
        "updated_at": local(location.updated_at, zone),
        "note": location.note,
        "buyer_experience_configuration": told,
        "admin_graphql_api_id": location.id,
        "tax_exemptions": list(taxes.tax_exemptions),
        "tax_settings": {
            "tax_registration_id": taxes.tax_registration_id,
            "tax_exempt": taxes.tax_exempt,
            "tax_exemptions": list(taxes.tax_exemptions),
        },
        "company": _company(location.company, books),
        "billing_address": _address(location.billing_address, books),
        "shipping_address": _address(location.shipping_address, books),
        "tax_registration": {"tax_id": taxes.tax_registration_id},
    }


def _address(address: CompanyAddress | None, books: Ledger) -> Body | None:
    if address is None:
        return None
    zone = books.merchant.timezone
    return {
        "address1": address.address1,
        "city": address.city,
        "province": address.province,
        "country": address.country,
        "zip": address.zip,
        "recipient": address.recipient,
        "first_name": address.first_name,
        "last_name": address.last_name,
        "address2": address.address2,
        "phone": address.phone,
        "zone_code": address.zone_code,
        "country_code": address.country_code,
        "created_at": local(address.created_at, zone),
        "updated_at": local(address.updated_at, zone),
        "admin_graphql_api_id": address.id,
        "company_admin_graphql_api_id": address.company.id,
    }


def _contact(contact: CompanyContact, books: Ledger) -> Body:
    zone = books.merchant.timezone
    return {
        "customer_admin_graphql_api_id": contact.customer.id,
        "title": contact.title,
        "locale": contact.locale,
        "created_at": local(contact.created_at, zone),
        "updated_at": local(contact.updated_at, zone),
        "admin_graphql_api_id": contact.id,
        "company": _company(contact.company, books),
    }


def _role(assignment: CompanyContactRoleAssignment, books: Ledger) -> Body:
    return {
        "company_contact": _contact(assignment.company_contact, books),
        "company_location": _location(assignment.company_location, books),
        "company_contact_role": {"name": assignment.role.name},
    }


ACCOUNT_BODIES: Mapping[str, Callable[[Any, Ledger], Body]] = {
    "companies/create": _company,
    "companies/delete": _company,
    "companies/update": _company,
    "company_contact_roles/assign": _role,
    "company_contact_roles/revoke": _role,
    "company_contacts/create": _contact,
    "company_contacts/update": _contact,
    "company_locations/create": _location,
    "company_locations/delete": _location,
    "company_locations/update": _location,
    "customer.tags_added": _tags,
    "customer.tags_removed": _tags,
    "customers/create": _customer,
    "customers/data_request": _privacy("orders_requested"),
    "customers/delete": _deleted_customer,
    "customers/disable": _customer,
    "customers/enable": _customer,
    "customers/merge": _merged,
    "customers/redact": _privacy("orders_to_redact"),
    "customers/update": _customer,
    "customers_email_marketing_consent/update": _email_consent,
    "customers_marketing_consent/update": _phone_consent("sms_marketing_consent", "sms_consent"),
    "customers_whats_app_marketing_consent/update": _phone_consent(
        "whats_app_marketing_consent", "whats_app_consent"
    ),
    "shop/redact": _privacy("orders_to_redact"),
}
