"""What can happen to draft orders."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from muniment_sandbox.shopify.state import drafting, ordering
from muniment_sandbox.shopify.state.cart import Cart
from muniment_sandbox.shopify.state.drafting import DraftLineWish
from muniment_sandbox.shopify.state.drafts import DraftOrder
from muniment_sandbox.shopify.state.ledger import Ledger
from muniment_sandbox.shopify.state.orders import Order
from muniment_sandbox.shopify.state.stock import Stock


class DraftDeeds(Ledger):
    """The shop's deeds with draft orders. Methods raise NotPossible where the state forbids it."""

    stock: Stock

    def draft_order(
        self, lines: Sequence[DraftLineWish], currency: str | None = None, **details: Any
    ) -> DraftOrder:
        """Write a draft order: ``draft_orders/create``. ``details`` are attributes of ``DraftOrder``."""
        return drafting.draft(self, self.stock, lines, details, currency)

    def change_draft(
        self,
        wanted: DraftOrder,
        details: Mapping[str, Any],
        lines: Sequence[DraftLineWish] | None = None,
    ) -> None:
        """Change a draft order: ``draft_orders/update``."""
        drafting.change(self, wanted, details, lines)

    def send_invoice(self, wanted: DraftOrder) -> None:
        """Send its invoice: ``draft_orders/update``."""
        drafting.send_invoice(self, wanted)

    def complete_draft(self, wanted: DraftOrder, *, pending: bool = False) -> Order:
        """Make the order of it: ``orders/create``, ``draft_orders/update``."""
        return drafting.complete(self, wanted, pending=pending)

    def delete_draft(self, wanted: DraftOrder) -> None:
        """Delete it: ``draft_orders/delete``."""
        drafting.delete(self, wanted)

    def check_out(self, cart: Cart) -> Order | DraftOrder:
        """Let a buyer check out: an order, or a draft where their company's location asks for review."""
        company = cart.purchasing_company
        if company is None or not company.location.buyer_experience_configuration.checkout_to_draft:
            return ordering.place(self, cart)
        wishes = [
            DraftLineWish(
                item=line.variant,
                quantity=line.quantity,
                unit_minor=line.unit_minor,
                discount=line.discount,
                attributes=line.attributes,
                rates=line.rates,
            )
            for line in cart.lines
        ]
        return self.draft_order(
            wishes,
            cart.exchange.presentment_currency,
            customer=cart.customer,
            purchasing_company=company,
            billing_address=cart.billing_address,
            shipping_address=cart.shipping_address,
            email=cart.customer.email if cart.customer else None,
            po_number=cart.po_number,
            note2=cart.note,
            tax_exempt=cart.tax_exempt,
            taxes_included=cart.taxes_included,
            discount=cart.discount,
            shipping=cart.shipping,
        )
