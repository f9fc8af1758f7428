"""Risk and disputes: assessments, the list of disputes, their evidence."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from muniment_sandbox.shopify.graphql.asking import Info, shop_of
from muniment_sandbox.shopify.graphql.resolvers.addresses import address_from
from muniment_sandbox.shopify.graphql.resolvers.answers import answering, wanted
from muniment_sandbox.shopify.graphql.resolvers.fields import Fields, always, its_order
from muniment_sandbox.shopify.graphql.resolvers.listing import Places, by_id, listed
from muniment_sandbox.shopify.graphql.search import DISPUTE_TERMS
from muniment_sandbox.shopify.state.disputes import (
    ShopifyPaymentsDispute,
    ShopifyPaymentsDisputeEvidence,
    ShopifyPaymentsDisputeFileUpload,
)
from muniment_sandbox.shopify.state.ledger import NotPossible
from muniment_sandbox.shopify.state.orders import Order
from muniment_sandbox.shopify.state.risks import OrderRiskAssessment, RiskFact

_PLACES: Places[ShopifyPaymentsDispute] = {"ID": by_id}
_TEXTS = {
    "accessActivityLog": "access_activity_log",
    "cancellationPolicyDisclosure": "cancellation_policy_disclosure",
    "cancellationRebuttal": "cancellation_rebuttal",
    "customerEmailAddress": "customer_email_address",
    "customerFirstName": "customer_first_name",
    "customerLastName": "customer_last_name",
    "refundPolicyDisclosure": "refund_policy_disclosure",
    "refundRefusalExplanation": "refund_refusal_explanation",
    "uncategorizedText": "uncategorized_text",
}
_SLOTS = {
    "cancellationPolicyFile": "CANCELLATION_POLICY_FILE",
    "customerCommunicationFile": "CUSTOMER_COMMUNICATION_FILE",
    "refundPolicyFile": "REFUND_POLICY_FILE",
    "serviceDocumentationFile": "SERVICE_DOCUMENTATION_FILE",
    "shippingDocumentationFile": "SHIPPING_DOCUMENTATION_FILE",
    "uncategorizedFile": "UNCATEGORIZED_FILE",
}


def _one(_root: object, info: Info, id: str) -> ShopifyPaymentsDispute | None:
    return shop_of(info).get(ShopifyPaymentsDispute, id)


def _evidence(_root: object, info: Info, id: str) -> ShopifyPaymentsDisputeEvidence | None:
    return shop_of(info).get(ShopifyPaymentsDisputeEvidence, id)


def _all(_source: object, info: Info, **args: Any) -> object:
    return listed(info, args, ShopifyPaymentsDispute, DISPUTE_TERMS, _PLACES)


def _account(_root: object, info: Info) -> object:
    return shop_of(info).merchant


def _dispute_of(evidence: ShopifyPaymentsDisputeEvidence, info: Info) -> ShopifyPaymentsDispute:
    known: Iterable[ShopifyPaymentsDispute] = shop_of(info).all_of(ShopifyPaymentsDispute)
    return next(each for each in known if each.dispute_evidence is evidence)


@answering("disputeEvidence")
def _update_evidence(_root: object, info: Info, **args: Any) -> ShopifyPaymentsDisputeEvidence:
    shop, given = shop_of(info), args["input"]
    evidence = wanted(
        info,
        ShopifyPaymentsDisputeEvidence,
        args["id"],
        "id",
        code="DISPUTE_EVIDENCE_NOT_FOUND",
        words="Dispute evidence",
    )
    dispute = _dispute_of(evidence, info)
    texts: dict[str, object] = {ours: given[name] for name, ours in _TEXTS.items() if name in given}
    if given.get("shippingAddress"):
        texts["shipping_address"] = address_from(shop, given["shippingAddress"])
    files = {}
    for name, slot in _SLOTS.items():
        if given.get(name):
            upload = _uploaded(info, dispute, name, given[name]["id"])
            files[slot] = None if given[name].get("destroy") else upload
    shop.give_evidence(dispute, texts, files, submit=bool(given.get("submitEvidence")))
    return evidence


def _uploaded(
    info: Info, dispute: ShopifyPaymentsDispute, name: str, gid: str
) -> ShopifyPaymentsDisputeFileUpload:
    upload = wanted(
        info, ShopifyPaymentsDisputeFileUpload, gid, "input", name, code="FILE_NOT_FOUND", words="File"
    )
    if upload.dispute_number != dispute.number:
        raise NotPossible("File belongs to another dispute", code="FILE_NOT_FOUND", field=["input", name])
    return upload


@answering("orderRiskAssessment")
def _assess(_root: object, info: Info, **args: Any) -> OrderRiskAssessment:
    shop, given = shop_of(info), args["orderRiskAssessmentInput"]
    order = wanted(info, Order, given["orderId"], "orderRiskAssessmentInput", "orderId")
    facts = [RiskFact(fact["description"], fact["sentiment"]) for fact in given["facts"]]
    return shop.assess_risk(order, given["riskLevel"], facts, shop.installation.app)


def _summary_id(dispute: ShopifyPaymentsDispute, _info: Info) -> str:
    return f"gid://shopify/OrderDisputeSummary/{dispute.number}"


FIELDS: Fields = {
    "QueryRoot": {
        "dispute": _one,
        "disputeEvidence": _evidence,
        "disputes": _all,
        "shopifyPaymentsAccount": _account,
    },
    "Mutation": {"disputeEvidenceUpdate": _update_evidence, "orderRiskAssessmentCreate": _assess},
    "Order": {"clientIp": always(None)},
    "OrderDisputeSummary": {
        "id": _summary_id,
        "initiatedAs": lambda dispute, _info: dispute.initiated_as,
        "status": lambda dispute, _info: dispute.status,
    },
    "ShopifyPaymentsAccount": {
        "activated": always(True),
        "country": lambda merchant, _info: merchant.shop_address.country_code_v2,
        "defaultCurrency": lambda merchant, _info: merchant.currency_code,
        "disputes": _all,
        "id": lambda merchant, _info: f"gid://shopify/ShopifyPaymentsAccount/{merchant.number}",
    },
    "ShopifyPaymentsDispute": {"order": its_order},
    "ShopifyPaymentsDisputeEvidence": {"dispute": _dispute_of},
    "ShopifyPaymentsDisputeFulfillment": {
        "shippingDate": lambda parcel, _info: parcel.shipping_date and parcel.shipping_date.isoformat(),
    },
}
