"""The course of a dispute: opened by a bank, answered with evidence, decided."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from muniment_sandbox.shopify.state.disputes import (
    ShopifyPaymentsDispute,
    ShopifyPaymentsDisputeEvidence,
    ShopifyPaymentsDisputeFileUpload,
    ShopifyPaymentsDisputeFulfillment,
    ShopifyPaymentsDisputeReasonDetails,
)
from muniment_sandbox.shopify.state.ledger import Ledger, NotPossible
from muniment_sandbox.shopify.state.orders import Order
from muniment_sandbox.shopify.state.paying import returnable

_DAYS_FOR_EVIDENCE = 9
_MOST_BYTES_OF_FILES = 4 * 1024 * 1024
_LONGEST_TEXT = 20_000
_NETWORK_CODES = {"FRAUDULENT": "4837", "PRODUCT_NOT_RECEIVED": "4855", "PRODUCT_UNACCEPTABLE": "4853"}

FileSlots = Mapping[str, ShopifyPaymentsDisputeFileUpload | None]
"""Evidence file type → the file for that slot, None to take it out."""


def open_dispute(
    books: Ledger, order: Order, reason: str = "FRAUDULENT", kind: str = "CHARGEBACK"
) -> ShopifyPaymentsDispute:
    """Let the buyer's bank dispute the card payments of an order; ``disputes/create``."""
    card = [each for each in order.payments if each.gateway == "shopify_payments"]
    amount = sum(returnable(order, payment) for payment in card)
    if not amount:
        raise NotPossible(f"Order {order.name} has no payment by Shopify Payments that could be disputed.")
    now = books.clock.now()
    with books.action():
        made = ShopifyPaymentsDispute(
            number=books.numbers.next("ShopifyPaymentsDispute"),
            order_number=order.number,
            type=kind,
            initiated_as=kind,
            status="NEEDS_RESPONSE",
            amount=order.exchange.bag(amount).presentment_money,
            reason_details=ShopifyPaymentsDisputeReasonDetails(reason, _NETWORK_CODES.get(reason)),
            initiated_at=now,
            evidence_due_by=now + timedelta(days=_DAYS_FOR_EVIDENCE),
            dispute_evidence=_first_evidence(books, order),
        )
        books.register(made.dispute_evidence)
        order.disputes.append(books.register(made))
        books.note(order, "dispute_opened", f"The payment was disputed: {reason.lower()}.", critical=True)
        books.announce(made, "disputes/create")
    return made


def decide(books: Ledger, dispute: ShopifyPaymentsDispute, status: str) -> None:
    """Let the bank decide (WON or LOST), or the shop accept (ACCEPTED); ``disputes/update``."""
    if dispute.finalized_on is not None:
        raise NotPossible(f"The dispute is decided: {dispute.status}.")
    with books.action():
        dispute.status = status
        dispute.finalized_on = books.clock.now()
        order = books.order_of(dispute.order_number)
        books.note(order, "dispute_closed", f"The dispute was decided: {status.lower()}.")
        books.announce(dispute, "disputes/update")


def upload_file(
    books: Ledger, dispute: ShopifyPaymentsDispute, name: str, file_type: str, size: int
) -> ShopifyPaymentsDisputeFileUpload:
    """Take a file for a dispute; it is evidence only once it stands in a slot."""
    number = books.numbers.next("ShopifyPaymentsDisputeFileUpload")
    host = books.merchant.myshopify_domain
    return books.register(
        ShopifyPaymentsDisputeFileUpload(
            number=number,
            dispute_number=dispute.number,
            original_file_name=name,
            file_type=file_type,
            file_size=size,
            url=f"https://{host}/admin/shopify_payments/dispute_file_uploads/{number}",
        )
    )


def give_evidence(
    books: Ledger,
    dispute: ShopifyPaymentsDispute,
    texts: Mapping[str, object],
    files: FileSlots,
    *,
    submit: bool = False,
) -> None:
    """Write texts (by attribute name) and files into the evidence; submitted, it is final:
    ``disputes/update``.
    """
    evidence = dispute.dispute_evidence
    _check(books, dispute, texts, files)
    with books.action():
        for name, value in texts.items():
            setattr(evidence, name, value)
        for slot, upload in files.items():
            kept = [each for each in evidence.dispute_file_uploads if each.dispute_evidence_type != slot]
            evidence.dispute_file_uploads = kept
            if upload is not None:
                upload.dispute_evidence_type = slot
                kept.append(upload)
        if submit:
            evidence.submitted = True
            dispute.evidence_sent_on = books.clock.now()
            dispute.status = "UNDER_REVIEW"
            books.announce(dispute, "disputes/update")


def _check(
    books: Ledger, dispute: ShopifyPaymentsDispute, texts: Mapping[str, object], files: FileSlots
) -> None:
    if dispute.dispute_evidence.submitted or dispute.finalized_on is not None:
        message = "The dispute evidence was already submitted."
        raise NotPossible(message, code="EVIDENCE_ALREADY_ACCEPTED", field=["id"])
    if dispute.evidence_due_by is not None and books.clock.now() > dispute.evidence_due_by:
        message = "The dispute evidence is past its due date."
        raise NotPossible(message, code="EVIDENCE_PAST_DUE_DATE", field=["id"])
    for name, value in texts.items():
        if isinstance(value, str) and len(value) > _LONGEST_TEXT:
            raise NotPossible("The text is too long.", code="TOO_LARGE", field=["input", name])
    stay = [
        each
        for each in dispute.dispute_evidence.dispute_file_uploads
        if each.dispute_evidence_type not in files
    ]
    size = sum(each.file_size for each in [*stay, *(upload for upload in files.values() if upload)])
    if size > _MOST_BYTES_OF_FILES:
        message = "The files of the evidence are larger than 4 MB together."
        raise NotPossible(message, code="FILES_SIZE_EXCEEDED_LIMIT", field=["input"])


def _first_evidence(books: Ledger, order: Order) -> ShopifyPaymentsDisputeEvidence:
    customer = order.customer
    trackings = [(parcel, parcel.trackings[0] if parcel.trackings else None) for parcel in order.parcels]
    return ShopifyPaymentsDisputeEvidence(
        number=books.numbers.next("ShopifyPaymentsDisputeEvidence"),
        customer_email_address=order.email,
        customer_first_name=customer.first_name if customer else None,
        customer_last_name=customer.last_name if customer else None,
        billing_address=order.billing_address,
        shipping_address=order.shipping_address,
        product_description=", ".join(line.name for line in order.lines),
        fulfillments=[
            ShopifyPaymentsDisputeFulfillment(
                number=books.numbers.next("ShopifyPaymentsDisputeFulfillment"),
                shipping_carrier=tracking.company if tracking else None,
                shipping_date=parcel.created_at.date(),
                shipping_tracking_number=tracking.number if tracking else None,
            )
            for parcel, tracking in trackings
        ],
    )
