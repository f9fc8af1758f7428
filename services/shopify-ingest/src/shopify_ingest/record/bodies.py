"""From a named change of a subject to the body of its event. Pure."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import TypedDict

from muniment_contracts.bodies import (
    AccountChange,
    CommerceChange,
    ConsentChange,
    DisputeChange,
    DraftChange,
    HookReference,
    OrderChange,
    ReturnChange,
    RiskChange,
)
from muniment_contracts.topics import Topic
from muniment_shopify.gids import number_in
from muniment_shopify.snapshots import canonical
from muniment_shopify.snapshots.snapshot import parsed
from shopify_ingest.record.change import Change
from shopify_ingest.record.consent_changes import consent_of
from shopify_ingest.record.fulfillment_changes import is_of_fulfillment
from shopify_ingest.record.risk_changes import providers_of, recommendation_of
from shopify_ingest.record.subject import Subject
from shopify_ingest.record.topics_of_changes import topic_of


class Skeleton(TypedDict):
    """The fields that every change has."""

    shop: str
    change: str
    state: str
    occurred_at: datetime
    updated_at: datetime | None
    snapshot: bytes
    snapshot_sha256: str
    part: str | None
    hooks: list[HookReference]
    reconciled: bool


def body_of(
    change: Change, subject: Subject, *, hooks: Sequence[HookReference] = (), reconciled: bool = False
) -> CommerceChange:
    """Return the body that tells of ``change``, with the subject as it was found."""
    snapshot = subject.snapshot
    content = _content(change, subject)
    skeleton = Skeleton(
        shop=subject.shop,
        change=change.name,
        state="found" if snapshot else "gone",
        occurred_at=change.occurred_at,
        updated_at=snapshot.updated_at if snapshot else None,
        snapshot=content,
        snapshot_sha256=hashlib.sha256(content).hexdigest(),
        part=change.part,
        hooks=list(hooks),
        reconciled=reconciled,
    )
    return _BODIES.get(topic_of(change.name), _order_change)(skeleton, change, subject)


def _content(change: Change, subject: Subject) -> bytes:
    """Return the snapshot's bytes; an order's fulfilment orders go with the changes that are about them."""
    snapshot = subject.snapshot
    if snapshot is None:
        return b""
    if subject.fulfillment_orders is None or not is_of_fulfillment(change.name):
        return snapshot.content
    theirs = subject.fulfillment_orders.node["fulfillmentOrders"]["nodes"]
    return canonical({**parsed(snapshot.content), "fulfillmentOrders": theirs})


def _order_change(skeleton: Skeleton, change: Change, subject: Subject) -> OrderChange:
    del change
    return OrderChange(**skeleton, order_id=subject.order_id or "", order_name=subject.order_name)


def _return_change(skeleton: Skeleton, change: Change, subject: Subject) -> ReturnChange:
    del change
    return ReturnChange(
        **skeleton,
        order_id=subject.order_id,
        order_name=subject.order_name,
        return_id=subject.about.id if subject.about.kind == "return" else "",
    )


def _dispute_change(skeleton: Skeleton, change: Change, subject: Subject) -> DisputeChange:
    del change
    return DisputeChange(
        **skeleton,
        order_id=subject.order_id,
        order_name=subject.order_name,
        dispute_id=subject.about.id,
    )


def _risk_change(skeleton: Skeleton, change: Change, subject: Subject) -> RiskChange:
    del change
    found = subject.snapshot is not None
    return RiskChange(
        **skeleton,
        order_id=subject.about.id,
        order_name=subject.order_name,
        recommendation=recommendation_of(subject.other) if found else None,
        providers=providers_of(subject.other) if found else [],
    )


def _account_change(skeleton: Skeleton, change: Change, subject: Subject) -> AccountChange:
    kind = "customer" if change.name.startswith("customer.") else "company"
    is_known = subject.about.kind in ("customer", "company")
    return AccountChange(**skeleton, account_kind=kind, account_id=subject.about.id if is_known else "")


def _consent_change(skeleton: Skeleton, change: Change, subject: Subject) -> ConsentChange:
    channel = change.identity[1]
    state = consent_of(subject.other, channel).state if subject.snapshot is not None else None
    return ConsentChange(**skeleton, customer_id=subject.about.id, channel=channel, consent_state=state)


def _draft_change(skeleton: Skeleton, change: Change, subject: Subject) -> DraftChange:
    del change
    order = subject.other.node.get("order") if subject.snapshot is not None else None
    return DraftChange(
        **skeleton, draft_id=subject.about.id, order_id=number_in(order["id"]) if order else None
    )


_BODIES: Mapping[Topic, Callable[[Skeleton, Change, Subject], CommerceChange]] = {
    Topic.COMMERCE_RETURNS: _return_change,
    Topic.COMMERCE_DISPUTES: _dispute_change,
    Topic.COMMERCE_RISKS: _risk_change,
    Topic.COMMERCE_ACCOUNTS: _account_change,
    Topic.COMMERCE_CONSENTS: _consent_change,
    Topic.COMMERCE_DRAFTS: _draft_change,
}
