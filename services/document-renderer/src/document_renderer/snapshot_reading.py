"""From the snapshot's bytes to its typed view, or a fault that names the field."""

from __future__ import annotations

from decimal import Decimal

import orjson

from document_renderer import snapshot as s
from document_renderer.money import ZERO
from document_renderer.snapshot_fields import Fields, SnapshotFault


def read_snapshot(content: bytes) -> s.Snapshot:
    """Return the typed view of ``content``, the canonical JSON of an order snapshot.

    Raises SnapshotFault (a Rejected) that names the first field that is missing or of the wrong type.
    """
    try:
        parsed = orjson.loads(content)
    except orjson.JSONDecodeError:
        raise SnapshotFault("(the whole)", "is not JSON") from None
    whole = Fields(parsed, "")
    currency = whole.child("order").text("presentmentCurrencyCode")
    whole = whole.in_currency(currency)
    return s.Snapshot(
        order=_order(whole.child("order"), currency),
        transactions=whole.objects("transactions", _transaction),
        refunds=whole.objects("refunds", _refund),
        fulfillments=whole.objects("fulfillments", _fulfillment),
        edits=whole.objects("edits", _edit),
    )


def _order(f: Fields, currency: str) -> s.Order:
    terms = f.maybe_child("paymentTerms")
    return s.Order(
        id=f.text("id"),
        number=f.text("id").rpartition("/")[2],
        name=f.text("name"),
        created_at=f.moment("createdAt"),
        updated_at=f.moment("updatedAt"),
        cancelled_at=f.maybe_moment("cancelledAt"),
        cancel_reason=f.maybe_text("cancelReason"),
        financial_status=f.maybe_text("displayFinancialStatus") or "PENDING",
        fulfillment_status=f.text("displayFulfillmentStatus"),
        currency=currency,
        taxes_included=f.flag("taxesIncluded"),
        locale=f.maybe_text("customerLocale"),
        po_number=f.maybe_text("poNumber"),
        payment_terms=terms.maybe_text("paymentTermsName") if terms else None,
        buyer=_buyer(f),
        lines=f.nodes("lineItems", _line_item),
        shipping_lines=f.nodes("shippingLines", _shipping_line),
        taxes=f.objects("taxLines", _tax_line),
        discount_codes=f.texts("discountCodes"),
        totals=_totals(f),
    )


def _totals(f: Fields) -> s.Totals:
    return s.Totals(
        subtotal=f.money("subtotalPriceSet"),
        shipping=f.money("totalShippingPriceSet"),
        tax=f.money("totalTaxSet"),
        tip=f.maybe_money("totalTipReceivedSet") or ZERO,
        duties=f.maybe_money("originalTotalDutiesSet") or ZERO,
        fees=f.maybe_money("originalTotalAdditionalFeesSet") or ZERO,
        total=f.money("totalPriceSet"),
        original_total=f.money("originalTotalPriceSet"),
        current_total=f.money("currentTotalPriceSet"),
        received=f.money("totalReceivedSet"),
        refunded=f.money("totalRefundedSet"),
        outstanding=f.money("totalOutstandingSet"),
    )


def _buyer(f: Fields) -> s.Buyer:
    customer = f.maybe_child("customer")
    entity = f.maybe_child("purchasingEntity")
    company = entity.maybe_child("company") if entity else None
    location = entity.maybe_child("location") if entity else None
    settings = location.maybe_child("taxSettings") if location else None
    return s.Buyer(
        customer_id=customer.text("id").rpartition("/")[2] if customer else None,
        name=customer.maybe_text("displayName") if customer else None,
        email=f.maybe_text("email"),
        company=company.maybe_text("name") if company else None,
        company_location=location.maybe_text("name") if location else None,
        tax_registration=settings.maybe_text("taxRegistrationId") if settings else None,
        billing=_address(f.maybe_child("billingAddress")),
        shipping=_address(f.maybe_child("shippingAddress")),
    )


def _address(f: Fields | None) -> s.Address | None:
    if f is None:
        return None
    parts = ("name", "company", "address1", "address2", "zip", "city", "province", "country")
    return s.Address(*(f.maybe_text(part) for part in parts))


def _line_item(f: Fields) -> s.LineItem:
    return s.LineItem(
        id=f.text("id"),
        title=f.text("title"),
        variant=f.maybe_text("variantTitle"),
        sku=f.maybe_text("sku"),
        quantity=f.whole("quantity"),
        current_quantity=f.whole("currentQuantity"),
        is_gift_card=f.flag("isGiftCard"),
        unit_price=f.money("originalUnitPriceSet"),
        discounts=f.objects("discountAllocations", _allocation),
        taxes=f.objects("taxLines", _tax_line),
    )


def _shipping_line(f: Fields) -> s.ShippingLine:
    return s.ShippingLine(
        id=f.text("id"),
        title=f.text("title"),
        is_removed=f.flag("isRemoved"),
        original=f.money("originalPriceSet"),
        discounted=f.money("discountedPriceSet"),
        discounts=f.objects("discountAllocations", _allocation),
        taxes=f.objects("taxLines", _tax_line),
    )


def _allocation(f: Fields) -> Decimal:
    return f.money("allocatedAmountSet")


def _tax_line(f: Fields) -> s.TaxLine:
    return s.TaxLine(title=f.text("title"), rate=f.rate("rate"), amount=f.money("priceSet"))


def _transaction(f: Fields) -> s.Transaction:
    details = f.maybe_child("paymentDetails")
    card = details.maybe_text("company") if details else None
    return s.Transaction(
        id=f.text("id"),
        kind=f.text("kind"),
        status=f.text("status"),
        at=f.maybe_moment("processedAt") or f.moment("createdAt"),
        gateway=f.maybe_text("formattedGateway") or f.maybe_text("gateway"),
        amount=f.money("amountSet"),
        card_company=card,
        account_number=f.maybe_text("accountNumber"),
        payment_id=f.maybe_text("paymentId"),
    )


def _refund(f: Fields) -> s.Refund:
    return s.Refund(
        id=f.text("id"),
        created_at=f.maybe_moment("createdAt") or f.moment("processedAt"),
        note=f.maybe_text("note"),
        total=f.money("totalRefundedSet"),
        lines=f.nodes("refundLineItems", _refund_line),
        shipping=f.nodes("refundShippingLines", _refunded_shipping),
        adjustments=f.nodes("orderAdjustments", _adjustment),
    )


def _refund_line(f: Fields) -> s.RefundLine:
    return s.RefundLine(
        line_item_id=f.child("lineItem").text("id"),
        quantity=f.whole("quantity"),
        subtotal=f.money("subtotalSet"),
        tax=f.money("totalTaxSet"),
    )


def _refunded_shipping(f: Fields) -> s.RefundAmount:
    return s.RefundAmount(amount=f.money("subtotalAmountSet"), tax=f.money("taxAmountSet"))


def _adjustment(f: Fields) -> s.RefundAmount:
    return s.RefundAmount(
        amount=f.money("amountSet"), tax=f.money("taxAmountSet"), reason=f.maybe_text("reason")
    )


def _fulfillment(f: Fields) -> s.Fulfillment:
    return s.Fulfillment(
        id=f.text("id"),
        status=f.text("status"),
        created_at=f.moment("createdAt"),
        estimated_delivery_at=f.maybe_moment("estimatedDeliveryAt"),
        tracking=f.objects("trackingInfo", _tracking),
        lines=f.nodes("fulfillmentLineItems", _shipped_line),
    )


def _tracking(f: Fields) -> s.Tracking:
    return s.Tracking(company=f.maybe_text("company"), number=f.maybe_text("number"))


def _shipped_line(f: Fields) -> s.ShippedLine:
    line = f.child("lineItem")
    return s.ShippedLine(
        line_item_id=line.text("id"),
        title=line.text("name"),
        sku=line.maybe_text("sku"),
        quantity=f.whole("quantity"),
    )


def _edit(f: Fields) -> s.Edit:
    return s.Edit(id=f.text("id"), at=f.moment("happenedAt"))
