"""The bodies of ``draft_orders/*`` and of payment terms."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from muniment_sandbox.shopify.hooks.order_bodies import customer_body
from muniment_sandbox.shopify.hooks.rest_values import Body, address_body, local, shop_amount
from muniment_sandbox.shopify.state.drafts import (
    DraftOrder,
    DraftOrderAppliedDiscount,
    DraftOrderLineItem,
    applied,
)
from muniment_sandbox.shopify.state.ledger import Ledger
from muniment_sandbox.shopify.state.line_items import ShippingLine
from muniment_sandbox.shopify.state.taxes import TaxLine
from muniment_sandbox.shopify.state.transactions import PaymentSchedule, PaymentTerms


def draft_body(draft: DraftOrder, books: Ledger) -> Body:
    """Return a draft order; two of its keys end with a question mark, as Shopify's do."""
    zone, totals = books.merchant.timezone, draft.totals
    customer = draft.customer
    return {
        "id": draft.number,
        "note": draft.note2,
        "email": draft.email,
        "taxes_included": draft.taxes_included,
        "currency": draft.currency_code,
        "invoice_sent_at": local(draft.invoice_sent_at, zone),
        "created_at": local(draft.created_at, zone),
        "updated_at": local(draft.updated_at, zone),
        "tax_exempt": draft.tax_exempt,
        "completed_at": local(draft.completed_at, zone),
        "name": draft.name,
        "allow_discount_codes_in_checkout?": False,
        "b2b?": draft.purchasing_company is not None,
        "status": draft.status.lower(),
        "line_items": [_line(line) for line in draft.lines],
        "api_client_id": None,
        "shipping_address": address_body(draft.shipping_address),
        "billing_address": address_body(draft.billing_address),
        "invoice_url": draft.invoice_url,
        "created_on_api_version_handle": None,
        "applied_discount": _discount(draft.applied_discount),
        "order_id": draft.order.number if draft.order else None,
        "shipping_line": _shipping(draft.shipping_line),
        "tax_lines": [_tax(line) for line in totals.tax_lines],
        "tags": ", ".join(draft.tags),
        "note_attributes": [{"name": each.key, "value": each.value} for each in draft.custom_attributes],
        "total_price": shop_amount(totals.total_price_set),
        "subtotal_price": shop_amount(totals.subtotal_price_set),
        "total_tax": shop_amount(totals.total_tax_set),
        "payment_terms": _draft_terms(draft, books) if draft.payment_terms else None,
        "admin_graphql_api_id": draft.id,
        "customer": customer_body(customer, draft.currency_code, zone) if customer else None,
    }


def _deleted(draft: DraftOrder, _books: Ledger) -> Body:
    return {"id": draft.number}


def _line(line: DraftOrderLineItem) -> Body:
    priced = line.priced
    discount = applied(line.discount, priced.total_discount_set) if line.discount else None
    return {
        "id": line.number,
        "variant_id": line.variant.number if line.variant else None,
        "product_id": line.product.number if line.product else None,
        "title": line.title,
        "variant_title": priced.variant_title,
        "sku": priced.sku,
        "vendor": priced.vendor,
        "quantity": line.quantity,
        "requires_shipping": priced.requires_shipping,
        "taxable": priced.taxable,
        "gift_card": priced.is_gift_card,
        "fulfillment_service": "manual",
        "grams": priced.grams,
        "tax_lines": [_tax(each) for each in priced.all_tax_lines],
        "applied_discount": _discount(discount),
        "name": line.name,
        "properties": [{"name": each.key, "value": each.value} for each in line.custom_attributes],
        "custom": line.custom,
        "price": shop_amount(priced.original_unit_price_set),
        "admin_graphql_api_id": line.id,
    }


def _tax(line: TaxLine) -> Body:
    return {"rate": line.rate, "title": line.title, "price": shop_amount(line.price_set)}


def _discount(discount: DraftOrderAppliedDiscount | None) -> Body | None:
    if discount is None:
        return None
    return {
        "description": discount.description,
        "value": str(discount.value),
        "title": discount.title,
        "amount": shop_amount(discount.amount_set),
        "value_type": discount.value_type.lower(),
    }


def _shipping(line: ShippingLine | None) -> Body | None:
    if line is None:
        return None
    return {
        "title": line.title,
        "custom": True,
        "handle": None,
        "price": shop_amount(line.discounted_price_set),
    }


def _draft_terms(draft: DraftOrder, books: Ledger) -> Body:
    terms = draft.payment_terms
    moment = local(draft.updated_at, books.merchant.timezone)
    return {
        "id": terms.number if terms else None,
        "payment_terms_name": terms.payment_terms_name if terms else None,
        "payment_terms_type": terms.payment_terms_type.lower() if terms else None,
        "due_in_days": terms.due_in_days if terms else None,
        "created_at": moment,
        "updated_at": moment,
        "payment_schedules": [],
        "can_pay_early": True,
    }


def _terms(terms: PaymentTerms, books: Ledger) -> Body:
    zone, first = books.merchant.timezone, terms.schedules[0]
    flexibility = "PaymentsPaymentFlexibilityPaymentTermsPaymentTerms"
    return {
        "id": terms.number,
        "payment_terms_name": terms.payment_terms_name,
        "payment_terms_type": terms.payment_terms_type.lower(),
        "due_in_days": terms.due_in_days,
        "created_at": local(first.issued_at, zone),
        "updated_at": local(first.completed_at or first.issued_at, zone),
        "payment_schedules": [_schedule(schedule, books) for schedule in terms.schedules],
        "admin_graphql_api_id": f"gid://shopify/{flexibility}/{terms.number}",
    }


def _schedule(schedule: PaymentSchedule, books: Ledger) -> Body:
    zone, currency = books.merchant.timezone, schedule.total_balance.currency_code
    return {
        "amount": schedule.total_balance.amount,
        "balance_due": schedule.balance_due.amount,
        "completed_at": local(schedule.completed_at, zone),
        "created_at": local(schedule.issued_at, zone),
        "currency": currency,
        "due_at": local(schedule.due_at, zone),
        "id": schedule.number,
        "issued_at": local(schedule.issued_at, zone),
        "payment_terms_id": schedule.terms_number,
        "presentment_currency": currency,
        "total_balance": schedule.balance_due.amount,
        "total_price": schedule.total_balance.amount,
        "updated_at": local(schedule.completed_at or schedule.issued_at, zone),
        "admin_graphql_api_id": schedule.id,
    }


DRAFT_BODIES: Mapping[str, Callable[[Any, Ledger], Body]] = {
    "draft_orders/create": draft_body,
    "draft_orders/delete": _deleted,
    "draft_orders/update": draft_body,
    "payment_schedules/due": _schedule,
    "payment_terms/create": _terms,
    "payment_terms/delete": _terms,
    "payment_terms/update": _terms,
}
