"""The kinds of objects that are watched."""

from __future__ import annotations

from collections.abc import Sequence

from muniment_contracts.bodies import (
    AccountChange,
    CommerceChange,
    ConsentChange,
    DisputeChange,
    DraftChange,
    OrderChange,
    ReturnChange,
    RiskChange,
)
from muniment_contracts.topics import Topic
from muniment_shopify.listings import LISTINGS
from shopify_ingest.reconcile.objects import Watched


def _account(kind: str, body: CommerceChange) -> str | None:
    return body.account_id if isinstance(body, AccountChange) and body.account_kind == kind else None


ORDERS = Watched(
    name="order",
    topics=(
        Topic.COMMERCE_ORDERS,
        Topic.COMMERCE_PAYMENTS,
        Topic.COMMERCE_REFUNDS,
        Topic.COMMERCE_SHIPMENTS,
    ),
    listings=(LISTINGS["order"],),
    id_in=lambda body: body.order_id if isinstance(body, OrderChange) else None,
    update="order.updated",
)
RETURNS = Watched(
    name="return",
    topics=(Topic.COMMERCE_RETURNS,),
    listings=(LISTINGS["return"],),
    id_in=lambda body: body.return_id if isinstance(body, ReturnChange) else None,
    update="return.updated",
)
DISPUTES = Watched(
    name="dispute",
    topics=(Topic.COMMERCE_DISPUTES,),
    listings=(LISTINGS["dispute"],),
    id_in=lambda body: body.dispute_id if isinstance(body, DisputeChange) else None,
    update="dispute.updated",
)
RISKS = Watched(
    name="risk",
    topics=(Topic.COMMERCE_RISKS,),
    listings=(LISTINGS["risk"],),
    id_in=lambda body: body.order_id if isinstance(body, RiskChange) else None,
)
CUSTOMERS = Watched(
    name="customer",
    topics=(Topic.COMMERCE_ACCOUNTS,),
    listings=(LISTINGS["customer"],),
    id_in=lambda body: _account("customer", body),
    update="customer.updated",
)
CONSENTS = Watched(
    name="consent",
    topics=(Topic.COMMERCE_CONSENTS,),
    listings=(LISTINGS["consent"],),
    id_in=lambda body: body.customer_id if isinstance(body, ConsentChange) else None,
)
COMPANIES = Watched(
    name="company",
    topics=(Topic.COMMERCE_ACCOUNTS,),
    listings=(LISTINGS["company"], LISTINGS["company-location"]),
    id_in=lambda body: _account("company", body),
    update="company.updated",
)
DRAFTS = Watched(
    name="draft-order",
    topics=(Topic.COMMERCE_DRAFTS,),
    listings=(LISTINGS["draft-order"],),
    id_in=lambda body: body.draft_id if isinstance(body, DraftChange) else None,
    update="draft.updated",
)

KINDS: Sequence[Watched] = (ORDERS, RETURNS, DISPUTES, RISKS, DRAFTS, CUSTOMERS, CONSENTS, COMPANIES)
