"""Disputes of Shopify Payments: a buyer's bank asks for money back, the shop answers with evidence."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import ClassVar

from muniment_sandbox.shopify.state.entities import Entity
from muniment_sandbox.shopify.state.money import Money
from muniment_sandbox.shopify.state.people import MailingAddress


@dataclass(frozen=True, slots=True)
class ShopifyPaymentsDisputeReasonDetails:
    reason: str
    network_reason_code: str | None


@dataclass(eq=False, kw_only=True)
class ShopifyPaymentsDisputeFileUpload(Entity):
    """A file that was uploaded for a dispute; it counts once it stands in a slot of the evidence."""

    gid_type: ClassVar[str] = "ShopifyPaymentsDisputeFileUpload"
    dispute_number: int
    original_file_name: str
    file_type: str
    file_size: int
    url: str
    dispute_evidence_type: str | None = None


@dataclass(eq=False, kw_only=True)
class ShopifyPaymentsDisputeFulfillment(Entity):
    """A parcel as evidence."""

    gid_type: ClassVar[str] = "ShopifyPaymentsDisputeFulfillment"
    shipping_carrier: str | None
    shipping_date: date | None
    shipping_tracking_number: str | None


@dataclass(eq=False, kw_only=True)
class ShopifyPaymentsDisputeEvidence(Entity):
    """What the shop says for itself."""

    gid_type: ClassVar[str] = "ShopifyPaymentsDisputeEvidence"
    customer_email_address: str | None
    customer_first_name: str | None
    customer_last_name: str | None
    billing_address: MailingAddress | None
    shipping_address: MailingAddress | None
    product_description: str | None
    fulfillments: Sequence[ShopifyPaymentsDisputeFulfillment]
    customer_purchase_ip: str | None = None
    access_activity_log: str | None = None
    refund_policy_disclosure: str | None = None
    refund_refusal_explanation: str | None = None
    cancellation_policy_disclosure: str | None = None
    cancellation_rebuttal: str | None = None
    uncategorized_text: str | None = None
    dispute_file_uploads: list[ShopifyPaymentsDisputeFileUpload] = field(default_factory=list)
    submitted: bool = False


@dataclass(eq=False, kw_only=True)
class ShopifyPaymentsDispute(Entity):
    """One dispute of one order."""

    gid_type: ClassVar[str] = "ShopifyPaymentsDispute"
    order_number: int
    type: str
    initiated_as: str
    status: str
    amount: Money
    reason_details: ShopifyPaymentsDisputeReasonDetails
    initiated_at: datetime
    evidence_due_by: datetime | None
    dispute_evidence: ShopifyPaymentsDisputeEvidence
    evidence_sent_on: datetime | None = None
    finalized_on: datetime | None = None
