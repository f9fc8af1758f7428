"""The bodies of hooks about parts of an order: transactions, refunds, parcels and what carriers say."""

from __future__ import annotations

from muniment_sandbox.shopify.hooks.rest_values import (
    Body,
    address_body,
    allocation_bodies,
    local,
    money_set,
    shop_amount,
    tax_line_bodies,
)
from muniment_sandbox.shopify.state.fulfillments import Fulfillment, FulfillmentEvent
from muniment_sandbox.shopify.state.ledger import Ledger
from muniment_sandbox.shopify.state.line_items import LineItem
from muniment_sandbox.shopify.state.money import MoneyBag
from muniment_sandbox.shopify.state.orders import Order
from muniment_sandbox.shopify.state.refunds import OrderAdjustment, Refund, RefundLineItem, RefundShippingLine
from muniment_sandbox.shopify.state.transactions import (
    CardPaymentDetails,
    OrderTransaction,
    TenderTransaction,
)


def transaction_body(payment: OrderTransaction, books: Ledger, *, within_refund: bool = False) -> Body:
    """Return a transaction; inside a refund it carries no payment details, as in Shopify's sample."""
    zone = books.merchant.timezone
    parent = payment.parent_transaction
    body: Body = {
        "id": payment.number,
        "order_id": payment.order_number,
        "kind": payment.kind.lower(),
        "gateway": payment.gateway,
        "status": payment.status.lower(),
        "message": payment.message,
        "created_at": local(payment.created_at, zone),
        "test": payment.test,
        "authorization": payment.authorization_code,
        "location_id": None,
        "user_id": None,
        "parent_id": parent.number if parent else None,
        "processed_at": local(payment.processed_at, zone),
        "device_id": None,
        "error_code": payment.error_code.lower() if payment.error_code else None,
        "source_name": "web",
    }
    if not within_refund:
        body["payment_details"] = _payment_details(payment)
    return body | {
        "receipt": {},
        "amount": payment.amount_set.presentment_money.amount,
        "currency": payment.amount_set.presentment_money.currency_code,
        "payment_id": payment.payment_id,
        "total_unsettled_set": _unsettled(payment.total_unsettled_set or payment.amount_set.times(0)),
        "manual_payment_gateway": payment.manual_payment_gateway,
        "amount_rounding": None,
        "admin_graphql_api_id": payment.id,
    }


def tender_body(tender: TenderTransaction, books: Ledger) -> Body:
    card = tender.transaction_details
    details: Body | None = None
    if card is not None:
        details = {
            "credit_card_number": card.credit_card_number,
            "credit_card_company": card.credit_card_company,
        }
    return {
        "id": tender.number,
        "order_id": tender.order_number,
        "amount": tender.amount.amount,
        "currency": tender.amount.currency_code,
        "user_id": None,
        "test": tender.test,
        "processed_at": local(tender.processed_at, books.merchant.timezone),
        "remote_reference": tender.remote_reference,
        "payment_details": details,
        "payment_method": tender.payment_method,
    }


def refund_body(refund: Refund, order: Order, books: Ledger) -> Body:
    zone = books.merchant.timezone
    return {
        "id": refund.number,
        "order_id": order.number,
        "created_at": local(refund.created_at, zone),
        "note": refund.note,
        "user_id": None,
        "processed_at": local(refund.processed_at, zone),
        "duties": [],
        "total_duties_set": money_set(refund.nothing),
        "return": None,
        "restock": any(line.restocked for line in refund.lines),
        "refund_shipping_lines": [_shipping_back(line) for line in refund.shipping],
        "admin_graphql_api_id": refund.id,
        "order_adjustments": [_adjustment(each, refund, order) for each in refund.adjustments],
        "refund_line_items": [_line_back(line) for line in refund.lines],
        "transactions": [transaction_body(each, books, within_refund=True) for each in refund.payments],
    }


def fulfillment_body(parcel: Fulfillment, order: Order, books: Ledger) -> Body:
    zone = books.merchant.timezone
    trackings = parcel.trackings
    shown = parcel.display_status
    return {
        "id": parcel.number,
        "order_id": order.number,
        "status": parcel.status.lower(),
        "created_at": local(parcel.created_at, zone),
        "service": "gift_card" if parcel.service.type == "GIFT_CARD" else "manual",
        "updated_at": local(parcel.updated_at, zone),
        "tracking_company": trackings[0].company if trackings else None,
        "shipment_status": None if shown == "FULFILLED" else shown.lower(),
        "location_id": parcel.location.number,
        "origin_address": None,
        "email": order.email,
        "destination": address_body(order.shipping_address),
        "line_items": [_part_line(each.line_item, each.quantity) for each in parcel.lines],
        "tracking_number": trackings[0].number if trackings else None,
        "tracking_numbers": [each.number for each in trackings],
        "tracking_url": trackings[0].url if trackings else None,
        "tracking_urls": [each.url for each in trackings],
        "receipt": {},
        "name": parcel.name,
        "admin_graphql_api_id": parcel.id,
    }


def fulfillment_event_body(event: FulfillmentEvent, books: Ledger) -> Body:
    zone = books.merchant.timezone
    return {
        "id": event.number,
        "fulfillment_id": event.fulfillment_number,
        "status": event.status.lower(),
        "message": event.message,
        "happened_at": local(event.happened_at, zone),
        "city": event.city,
        "province": event.province,
        "country": event.country,
        "zip": event.zip,
        "address1": None,
        "latitude": None,
        "longitude": None,
        "shop_id": books.merchant.number,
        "created_at": local(event.created_at, zone),
        "updated_at": local(event.created_at, zone),
        "estimated_delivery_at": local(event.estimated_delivery_at, zone),
        "order_id": event.order_number,
        "admin_graphql_api_id": event.id,
    }


def _payment_details(payment: OrderTransaction) -> Body | None:
    details = payment.payment_details
    if details is None:
        return None
    card = details if isinstance(details, CardPaymentDetails) else None
    return {
        "credit_card_bin": None,
        "avs_result_code": card.avs_result_code if card else None,
        "cvv_result_code": card.cvv_result_code if card else None,
        "credit_card_number": card.number if card else None,
        "credit_card_company": card.company if card else None,
        "buyer_action_info": None,
        "credit_card_name": None,
        "credit_card_wallet": card.wallet.lower() if card and card.wallet else None,
        "credit_card_expiration_month": card.expiration_month if card else None,
        "credit_card_expiration_year": card.expiration_year if card else None,
        "payment_method_name": details.payment_method_name,
    }


def _unsettled(bag: MoneyBag) -> Body:
    """Here, and only here, Shopify's key is ``currency`` and not ``currency_code``."""
    return {
        name: {"amount": money.amount, "currency": money.currency_code}
        for name, money in (
            ("presentment_money", bag.presentment_money),
            ("shop_money", bag.shop_money),
        )
    }


def _line_back(line: RefundLineItem) -> Body:
    return {
        "id": line.number,
        "quantity": line.quantity,
        "line_item_id": line.line_item.number,
        "location_id": line.location.number if line.location else None,
        "restock_type": line.restock_type.lower(),
        "subtotal": float(shop_amount(line.subtotal_set)),
        "total_tax": float(shop_amount(line.total_tax_set)),
        "subtotal_set": money_set(line.subtotal_set),
        "total_tax_set": money_set(line.total_tax_set),
        "line_item": _part_line(line.line_item, line.line_item.quantity),
    }


def _shipping_back(line: RefundShippingLine) -> Body:
    return {
        "id": line.number,
        "subtotal_amount_set": money_set(line.subtotal_amount_set),
        "tax_amount_set": money_set(line.tax_amount_set),
        "shipping_line": {"id": line.shipping_line.number, "title": line.shipping_line.title},
    }


def _adjustment(adjustment: OrderAdjustment, refund: Refund, order: Order) -> Body:
    return {
        "id": adjustment.number,
        "amount": shop_amount(adjustment.amount_set),
        "amount_set": money_set(adjustment.amount_set),
        "kind": "refund_discrepancy",
        "order_id": order.number,
        "reason": adjustment.reason.replace("_", " ").capitalize(),
        "refund_id": refund.number,
        "tax_amount": shop_amount(adjustment.tax_amount_set),
        "tax_amount_set": money_set(adjustment.tax_amount_set),
    }


def _part_line(line: LineItem, quantity: int) -> Body:
    """Return a line as refunds and parcels show it: fewer keys than in the order."""
    waiting = line.unfulfilled_quantity
    return {
        "id": line.number,
        "variant_id": line.variant.number if line.variant else None,
        "title": line.title,
        "quantity": quantity,
        "sku": line.sku,
        "variant_title": line.variant_title,
        "vendor": line.vendor,
        "fulfillment_service": "gift_card" if line.is_gift_card else "manual",
        "product_id": line.product.number if line.product else None,
        "requires_shipping": line.requires_shipping,
        "taxable": line.taxable,
        "gift_card": line.is_gift_card,
        "name": line.name,
        "variant_inventory_management": "shopify" if line.requires_shipping else None,
        "properties": [{"name": each.key, "value": each.value} for each in line.custom_attributes],
        "product_exists": line.product is not None,
        "fulfillable_quantity": waiting,
        "grams": line.grams,
        "price": shop_amount(line.original_unit_price_set),
        "total_discount": shop_amount(line.total_discount_set),
        "fulfillment_status": ("partial" if waiting else "fulfilled") if line.fulfilled else None,
        "price_set": money_set(line.original_unit_price_set),
        "total_discount_set": money_set(line.total_discount_set),
        "discount_allocations": allocation_bodies(line.discount_allocations),
        "duties": [],
        "admin_graphql_api_id": line.id,
        "tax_lines": tax_line_bodies(line.all_tax_lines),
    }
