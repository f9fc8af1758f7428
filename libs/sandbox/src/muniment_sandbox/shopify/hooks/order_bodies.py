"""The body of ``orders/*`` hooks: the full order, keys as in Shopify's samples."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from muniment_sandbox.shopify.hooks.part_bodies import fulfillment_body, refund_body
from muniment_sandbox.shopify.hooks.rest_values import (
    Body,
    address_body,
    allocation_bodies,
    application_body,
    local,
    money_set,
    shop_amount,
    tax_line_bodies,
)
from muniment_sandbox.shopify.state.discounts import DiscountCodeApplication
from muniment_sandbox.shopify.state.ledger import Ledger
from muniment_sandbox.shopify.state.line_items import LineItem, ShippingLine
from muniment_sandbox.shopify.state.ordering import OrderEdit
from muniment_sandbox.shopify.state.orders import Order
from muniment_sandbox.shopify.state.people import Customer
from muniment_sandbox.shopify.state.transactions import PaymentTerms

_FULFILLMENT_STATUS = {"FULFILLED": "fulfilled", "PARTIALLY_FULFILLED": "partial"}


def order_body(order: Order, books: Ledger) -> Body:
    """Return the order as a hook tells it; the keys come in the order of Shopify's sample."""
    zone = books.merchant.timezone
    currency = order.presentment_currency_code
    plain = _head(order, zone) | _amounts(order)
    return {
        "id": order.number,
        "admin_graphql_api_id": order.id,
        **{key: plain[key] for key in sorted(plain)},
        "billing_address": address_body(order.billing_address),
        "customer": customer_body(order.customer, currency, zone) if order.customer else None,
        "discount_applications": [application_body(each) for each in order.applications],
        "fulfillments": [fulfillment_body(parcel, order, books) for parcel in order.parcels],
        "line_items": [_line(line) for line in order.lines],
        "payment_terms": _terms(order.payment_terms, zone) if order.payment_terms else None,
        "refunds": [refund_body(refund, order, books) for refund in order.refund_records],
        "shipping_address": address_body(order.shipping_address),
        "shipping_lines": [_shipping(line) for line in order.shipping],
        "returns": [],
        "line_item_groups": [],
    }


def edited_body(edit: OrderEdit, books: Ledger) -> Body:
    """Return the delta that ``orders/edited`` tells."""
    moment = local(edit.order.updated_at, books.merchant.timezone)
    return {
        "order_edit": {
            "id": edit.number,
            "app_id": None,
            "created_at": moment,
            "committed_at": moment,
            "notify_customer": False,
            "order_id": edit.order.number,
            "staff_note": "",
            "user_id": None,
            "line_items": {
                "additions": [{"id": line.number, "delta": quantity} for line, quantity in edit.added],
                "removals": [{"id": line.number, "delta": quantity} for line, quantity in edit.removed],
            },
            "discounts": {"line_item": {"additions": [], "removals": []}},
            "shipping_lines": {"additions": [], "removals": []},
        }
    }


def customer_body(customer: Customer, currency: str, zone: ZoneInfo) -> Body:
    address = customer.default_address
    default: Body | None = None
    if address is not None:
        default = {"id": address.number, "customer_id": customer.number}
        default |= {key: value for key, value in (address_body(address) or {}).items() if "itude" not in key}
        default |= {"country_name": address.country, "default": True}
    return {
        "id": customer.number,
        "created_at": local(customer.created_at, zone),
        "updated_at": local(customer.updated_at, zone),
        "first_name": customer.first_name,
        "last_name": customer.last_name,
        "state": customer.state.lower(),
        "note": customer.note,
        "verified_email": True,
        "multipass_identifier": None,
        "tax_exempt": customer.tax_exempt,
        "email": customer.email,
        "phone": customer.phone,
        "currency": currency,
        "tax_exemptions": list(customer.tax_exemptions),
        "admin_graphql_api_id": customer.id,
        "default_address": default,
    }


def _head(order: Order, zone: ZoneInfo) -> Body:
    return {
        "app_id": int(order.app.id.rsplit("/", 1)[1]),
        "browser_ip": None,
        "buyer_accepts_marketing": False,
        "cancel_reason": order.cancel_reason.lower() if order.cancel_reason else None,
        "cancelled_at": local(order.cancelled_at, zone),
        "cart_token": None,
        "checkout_token": None,
        "client_details": None,
        "closed_at": local(order.closed_at, zone),
        "confirmation_number": order.confirmation_number,
        "confirmed": True,
        "contact_email": order.email,
        "created_at": local(order.created_at, zone),
        "currency": order.currency_code,
        "customer_locale": order.customer_locale,
        "device_id": None,
        "discount_codes": _codes(order),
        "duties_included": False,
        "email": order.email,
        "estimated_taxes": False,
        "financial_status": order.display_financial_status.lower(),
        "fulfillment_status": _FULFILLMENT_STATUS.get(order.display_fulfillment_status),
        "landing_site": None,
        "landing_site_ref": None,
        "location_id": None,
        "merchant_business_entity_id": str(order.merchant_business_entity.number),
        "merchant_of_record_app_id": None,
        "name": order.name,
        "note": order.note,
        "note_attributes": [{"name": each.key, "value": each.value} for each in order.custom_attributes],
        "number": order.sequence - 1000,
        "order_number": order.sequence,
        "order_status_url": order.status_page_url,
        "payment_gateway_names": order.gateways,
        "phone": order.phone,
        "po_number": order.po_number,
        "presentment_currency": order.presentment_currency_code,
        "processed_at": local(order.processed_at, zone),
        "reference": None,
        "referring_site": None,
        "source_identifier": None,
        "source_name": order.source_name,
        "source_url": None,
        "tags": ", ".join(order.tags),
        "tax_exempt": order.tax_exempt,
        "tax_lines": tax_line_bodies(order.totals.tax_lines),
        "taxes_included": order.taxes_included,
        "test": order.test,
        "token": order.confirmation_number.lower(),
        "total_weight": int(order.total_weight),
        "updated_at": local(order.updated_at, zone),
        "user_id": None,
    }


def _amounts(order: Order) -> Body:
    totals, nothing = order.totals, order.exchange.nothing
    duties, fees = order.original_total_duties_set, order.original_total_additional_fees_set
    return {
        "current_shipping_price_set": money_set(totals.current_shipping_price_set),
        "current_subtotal_price": shop_amount(totals.current_subtotal_price_set),
        "current_subtotal_price_set": money_set(totals.current_subtotal_price_set),
        "current_total_additional_fees_set": money_set(fees),
        "current_total_discounts": shop_amount(totals.current_total_discounts_set),
        "current_total_discounts_set": money_set(totals.current_total_discounts_set),
        "current_total_duties_set": money_set(duties),
        "current_total_price": shop_amount(totals.current_total_price_set),
        "current_total_price_set": money_set(totals.current_total_price_set),
        "current_total_tax": shop_amount(totals.current_total_tax_set),
        "current_total_tax_set": money_set(totals.current_total_tax_set),
        "original_total_additional_fees_set": money_set(fees),
        "original_total_duties_set": money_set(duties),
        "subtotal_price": shop_amount(totals.subtotal_price_set),
        "subtotal_price_set": money_set(totals.subtotal_price_set),
        "total_cash_rounding_payment_adjustment_set": money_set(nothing),
        "total_cash_rounding_refund_adjustment_set": money_set(nothing),
        "total_discounts": shop_amount(totals.total_discounts_set),
        "total_discounts_set": money_set(totals.total_discounts_set),
        "total_line_items_price": shop_amount(totals.total_line_items_price_set),
        "total_line_items_price_set": money_set(totals.total_line_items_price_set),
        "total_outstanding": shop_amount(totals.total_outstanding_set),
        "total_price": shop_amount(totals.total_price_set),
        "total_price_set": money_set(totals.total_price_set),
        "total_shipping_price_set": money_set(totals.total_shipping_price_set),
        "total_tax": shop_amount(totals.total_tax_set),
        "total_tax_set": money_set(totals.total_tax_set),
        "total_tip_received": shop_amount(order.tip),
    }


def _codes(order: Order) -> list[Body]:
    codes: list[Body] = []
    for application in order.applications:
        if not isinstance(application, DiscountCodeApplication):
            continue
        allocated = [
            each.allocated_amount_set
            for allocations in [line.discount_allocations for line in order.lines]
            + [line.discount_allocations for line in order.shipping]
            for each in allocations
            if each.discount_application is application
        ]
        kind = application_body(application)["value_type"]
        amount = shop_amount(order.exchange.total(allocated))
        codes.append({"code": application.code, "amount": amount, "type": kind})
    return codes


def _line(line: LineItem) -> Body:
    waiting = line.unfulfilled_quantity
    return {
        "id": line.number,
        "admin_graphql_api_id": line.id,
        "attributed_staffs": [],
        "current_quantity": line.current_quantity,
        "fulfillable_quantity": waiting,
        "fulfillment_service": "gift_card" if line.is_gift_card else "manual",
        "fulfillment_status": ("partial" if waiting else "fulfilled") if line.fulfilled else None,
        "gift_card": line.is_gift_card,
        "grams": line.grams,
        "name": line.name,
        "price": shop_amount(line.original_unit_price_set),
        "price_set": money_set(line.original_unit_price_set),
        "product_exists": line.product is not None,
        "product_id": line.product.number if line.product else None,
        "properties": [{"name": each.key, "value": each.value} for each in line.custom_attributes],
        "quantity": line.quantity,
        "requires_shipping": line.requires_shipping,
        "sales_line_item_group_id": None,
        "sku": line.sku,
        "taxable": line.taxable,
        "title": line.title,
        "total_discount": shop_amount(line.total_discount_set),
        "total_discount_set": money_set(line.total_discount_set),
        "variant_id": line.variant.number if line.variant else None,
        "variant_inventory_management": "shopify" if line.requires_shipping else None,
        "variant_title": line.variant_title,
        "vendor": line.vendor,
        "tax_lines": tax_line_bodies(line.all_tax_lines),
        "duties": [
            {
                "id": str(duty.number),
                "harmonized_system_code": duty.harmonized_system_code,
                "country_code_of_origin": duty.country_code_of_origin,
                "shop_money": (money_set(duty.price) or {})["shop_money"],
                "presentment_money": (money_set(duty.price) or {})["presentment_money"],
                "tax_lines": [],
                "admin_graphql_api_id": duty.id,
            }
            for duty in line.duties
        ],
        "discount_allocations": allocation_bodies(line.discount_allocations),
    }


def _shipping(line: ShippingLine) -> Body:
    return {
        "id": line.number,
        "carrier_identifier": line.carrier_identifier,
        "code": line.code,
        "current_discounted_price_set": money_set(line.current_discounted_price_set),
        "discounted_price": shop_amount(line.discounted_price_set),
        "discounted_price_set": money_set(line.discounted_price_set),
        "is_removed": line.is_removed,
        "phone": line.phone,
        "price": shop_amount(line.original_price_set),
        "price_set": money_set(line.original_price_set),
        "requested_fulfillment_service_id": None,
        "source": line.source,
        "title": line.title,
        "tax_lines": tax_line_bodies(line.tax_lines),
        "discount_allocations": allocation_bodies(line.discount_allocations),
    }


def _terms(terms: PaymentTerms, zone: ZoneInfo) -> Body:
    return {
        "id": terms.number,
        "created_at": local(terms.schedules[0].issued_at, zone),
        "due_in_days": terms.due_in_days,
        "payment_schedules": [
            {
                "id": schedule.number,
                "amount": schedule.total_balance.amount,
                "currency": schedule.total_balance.currency_code,
                "issued_at": local(schedule.issued_at, zone),
                "due_at": local(schedule.due_at, zone),
                "completed_at": local(schedule.completed_at, zone),
                "expected_payment_method": None,
            }
            for schedule in terms.schedules
        ],
        "payment_terms_name": terms.payment_terms_name,
        "payment_terms_type": terms.payment_terms_type.lower(),
        "updated_at": local(terms.schedules[0].issued_at, zone),
    }
