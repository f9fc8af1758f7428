"""What can happen to customers, companies, and to the shop's own facts."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from muniment_sandbox.shopify.state import company_changes, customer_changes, subscribing
from muniment_sandbox.shopify.state.companies import (
    Company,
    CompanyContact,
    CompanyContactRole,
    CompanyContactRoleAssignment,
    CompanyLocation,
)
from muniment_sandbox.shopify.state.customer_changes import ConsentWish
from muniment_sandbox.shopify.state.ledger import Ledger
from muniment_sandbox.shopify.state.merchant import AccessScope, Location
from muniment_sandbox.shopify.state.people import Customer


class AccountDeeds(Ledger):
    """The shop's deeds with accounts. Methods raise NotPossible where the state forbids it."""

    def add_customer(self, **details: Any) -> Customer:
        """Take in a customer: ``customers/create``. ``details`` are attributes of ``Customer``."""
        return customer_changes.add_customer(self, details)

    def change_customer(self, customer: Customer, **changes: Any) -> None:
        """Change attributes of a customer: ``customers/update``."""
        customer_changes.change_customer(self, customer, changes)

    def set_account(self, customer: Customer, *, enabled: bool) -> None:
        """Switch the account on or off: ``customers/enable``, ``customers/disable``."""
        customer_changes.set_account(self, customer, enabled=enabled)

    def set_consent(self, customer: Customer, channel: str, wish: ConsentWish) -> None:
        """Write what they agree to on ``email``, ``sms`` or ``whats_app``: the channel's own topic."""
        customer_changes.set_consent(self, customer, channel, wish)

    def merge_customers(self, kept: Customer, gone: Customer) -> None:
        """Make two customers one: ``customers/merge``."""
        customer_changes.merge(self, kept, gone)

    def delete_customer(self, customer: Customer) -> None:
        """Delete a customer who never bought: ``customers/delete``."""
        customer_changes.delete(self, customer)

    def ask_for_data(self, customer: Customer) -> None:
        """Let a customer ask for their data: ``customers/data_request``."""
        customer_changes.ask_for_data(self, customer)

    def ask_for_erasure(self, customer: Customer) -> None:
        """Ask for erasure: ``customers/redact`` ten days later."""
        customer_changes.ask_for_erasure(self, customer)

    def redact_customer(self, customer: Customer) -> None:
        """Tell the app to erase a customer's data now: ``customers/redact``."""
        customer_changes.redact(self, customer)

    def subscribe_to_privacy(self, uri: str) -> None:
        """Send the topics of privacy law to an address, as ``shopify.app.toml`` does."""
        subscribing.subscribe_to_privacy(self, uri)

    def redact_shop(self) -> None:
        """Tell the app to erase everything: ``shop/redact``."""
        customer_changes.redact_shop(self)

    def add_company(self, name: str, external_id: str | None = None) -> Company:
        """Take in a company: ``companies/create``."""
        return company_changes.add_company(self, name, external_id)

    def add_contact(self, company: Company, customer: Customer, title: str | None = None) -> CompanyContact:
        """Let a customer act for a company: ``company_contacts/create``."""
        return company_changes.add_contact(self, company, customer, title)

    def change_company(self, company: Company, **changes: Any) -> None:
        """Change attributes of a company: ``companies/update``."""
        company_changes.change_company(self, company, changes)

    def delete_company(self, company: Company) -> None:
        """Delete a company without orders: ``companies/delete``."""
        company_changes.delete_company(self, company)

    def change_contact(self, contact: CompanyContact, **changes: Any) -> None:
        """Change attributes of a contact: ``company_contacts/update``."""
        company_changes.change_contact(self, contact, changes)

    def change_location(self, location: CompanyLocation, **changes: Any) -> None:
        """Change attributes of a branch: ``company_locations/update``."""
        company_changes.change_location(self, location, changes)

    def change_tax_settings(
        self,
        location: CompanyLocation,
        *,
        assign: Collection[str] = (),
        remove: Collection[str] = (),
        **changes: Any,
    ) -> None:
        """Change what a branch pays as tax: ``company_locations/update``."""
        company_changes.change_tax_settings(self, location, assign=assign, remove=remove, changes=changes)

    def assign_role(
        self, contact: CompanyContact, role: CompanyContactRole, location: CompanyLocation
    ) -> CompanyContactRoleAssignment:
        """Give a contact a role: ``company_contact_roles/assign``."""
        return company_changes.assign_role(self, contact, role, location)

    def revoke_role(self, assignment: CompanyContactRoleAssignment) -> None:
        """Take a role back: ``company_contact_roles/revoke``."""
        company_changes.revoke_role(self, assignment)

    def change_shop(self, **changes: Any) -> None:
        """Change the shop's own facts: ``shop/update``."""
        with self.action():
            for name, value in changes.items():
                setattr(self.merchant, name, value)
            self.merchant.updated_at = self.clock.now()
            self.announce(self.merchant, "shop/update")

    def change_place(self, location: Location, **changes: Any) -> None:
        """Change a place goods are sent from: ``locations/update``."""
        with self.action():
            for name, value in changes.items():
                setattr(location, name, value)
            self.announce(location, "locations/update")

    def change_scopes(self, scopes: Sequence[str]) -> None:
        """Change what the app may do: ``app/scopes_update``."""
        with self.action():
            self.previous_scopes = [scope.handle for scope in self.installation.access_scopes]
            self.installation.access_scopes = [AccessScope(scope) for scope in scopes]
            self.announce(self.installation, "app/scopes_update")

    def uninstall(self) -> None:
        """Take the app out of the shop: ``app/uninstalled``."""
        with self.action():
            self.announce(self.merchant, "app/uninstalled")

    def role_named(self, company: Company, name: str) -> CompanyContactRole:
        """Return a role of a company; raises LookupError."""
        roles: Mapping[str, CompanyContactRole] = {role.name: role for role in company.contact_roles}
        return roles[name]
