"""Small events with good defaults: a scenario names only what it is about.

Every builder is deterministic: the same arguments give the same event, ids and times included.
"""

from __future__ import annotations

import hashlib
from datetime import UTC, date, datetime, timedelta

from muniment_contracts.bodies import (
    DocumentFiled,
    DocumentProduced,
    HookReceived,
    HookReference,
    OrderChange,
    WorkspaceFacts,
)
from muniment_contracts.events import Event, deterministic_id
from muniment_contracts.identifiers import business_object_id, order_key
from muniment_contracts.topics import Topic

SHOP = "northwind"
ORDER_ID = "5001"
ORDER_NAME = "#1001"
START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
TODAY = START.date()

_TOPIC_OF_CHANGE = {
    "payment.recorded": Topic.COMMERCE_PAYMENTS,
    "refund.created": Topic.COMMERCE_REFUNDS,
    "shipment.created": Topic.COMMERCE_SHIPMENTS,
}


def at(minutes: float = 0) -> datetime:
    """Return the time that many minutes after the scenario's start."""
    return START + timedelta(minutes=minutes)


def hook_received(
    hook: str = "orders/create",
    *,
    shop: str = SHOP,
    order_id: str = ORDER_ID,
    webhook_id: str = "b54557e4-bdd9-4b37-8a5f-bf7d70bcd043",
    verdict: str = "accepted",
    body: bytes = b'{"id":5001,"name":"#1001"}',
    received_at: datetime = START,
    key: str | None = None,
) -> Event[HookReceived]:
    """A delivery of ``hook`` about one order."""
    content = HookReceived(
        shop=shop,
        hook=hook,
        webhook_id=webhook_id,
        verdict=verdict,
        received_at=received_at,
        headers={"content-type": "application/json", "x-shopify-topic": hook},
        body=body,
        event_id=deterministic_id("event", webhook_id),
        api_version="2026-10",
        triggered_at=received_at,
    )
    return Event(
        topic=Topic.SHOPIFY_HOOKS,
        key=key or order_key(shop, order_id),
        id=deterministic_id("hook", shop, webhook_id),
        type="hook.received",
        source=f"shopify/{shop}",
        subject=f"order/{order_id}",
        time=received_at,
        body=content,
        correlation_id=deterministic_id("order", shop, order_id),
    )


def order_change(
    change: str = "order.created",
    *,
    shop: str = SHOP,
    order_id: str = ORDER_ID,
    order_name: str = ORDER_NAME,
    state: str = "found",
    snapshot: bytes = b'{"id":"gid://shopify/Order/5001","name":"#1001"}',
    occurred_at: datetime = START,
    updated_at: datetime | None = None,
    part: str | None = None,
    reconciled: bool = False,
) -> Event[OrderChange]:
    """A change of one order, on the topic that its kind belongs to; a gone order has no snapshot."""
    is_gone = state == "gone"
    snapshot = b"" if is_gone else snapshot
    body = OrderChange(
        shop=shop,
        order_id=order_id,
        order_name=order_name,
        change=change,
        state=state,
        occurred_at=occurred_at,
        updated_at=None if is_gone else updated_at or occurred_at,
        snapshot=snapshot,
        snapshot_sha256=hashlib.sha256(snapshot).hexdigest(),
        part=part,
        hooks=[HookReference(hook="orders/updated", webhook_id="b54557e4-bdd9-4b37-8a5f-bf7d70bcd043")],
        reconciled=reconciled,
    )
    return Event(
        topic=_TOPIC_OF_CHANGE.get(change, Topic.COMMERCE_ORDERS),
        key=order_key(shop, order_id),
        id=deterministic_id(change, shop, order_id, part or "", body.snapshot_sha256),
        type=change,
        source="shopify-ingest",
        subject=f"order/{order_id}",
        time=occurred_at,
        body=body,
        correlation_id=deterministic_id("order", shop, order_id),
        causation_id=deterministic_id("hook", shop, "b54557e4-bdd9-4b37-8a5f-bf7d70bcd043"),
    )


def workspace_facts(
    *,
    shop: str = SHOP,
    order_id: str = ORDER_ID,
    name: str = f"Order {ORDER_NAME}",
    updated_at: datetime = START,
    attributes: dict[str, str] | None = None,
) -> WorkspaceFacts:
    """What the workspace of one order is called and shows."""
    return WorkspaceFacts(
        business_object_type="order",
        business_object_id=business_object_id(shop, order_id),
        name=name,
        updated_at=updated_at,
        attributes={"Order": ORDER_NAME, "Currency": "EUR"} if attributes is None else attributes,
    )


def document_produced(
    number: str = "INV-1001",
    *,
    kind: str = "invoice",
    sort: str = "issued",
    content: bytes | None = b"%PDF-1.7 invoice",
    blob: str | None = None,
    name: str | None = None,
    media_type: str = "application/pdf",
    shop: str = SHOP,
    order_id: str = ORDER_ID,
    business_date: date = TODAY,
    refers_to: str | None = None,
    workspace: WorkspaceFacts | None = None,
    origin: Event[OrderChange] | None = None,
    time: datetime = START,
) -> Event[DocumentProduced]:
    """A document of one order; with ``blob``, ``content`` says what the blob holds and does not travel."""
    origin = origin or order_change("order.paid", shop=shop, order_id=order_id)
    content_bytes = content or b""
    sha256 = hashlib.sha256(content_bytes).hexdigest()
    body = DocumentProduced(
        shop=shop,
        kind=kind,
        sort=sort,
        number=number,
        name=name or f"{number}.pdf",
        title=f"{kind.capitalize()} {number}",
        language="en",
        media_type=media_type,
        business_date=business_date,
        template_version="2026.1",
        content_sha256=sha256,
        size_bytes=len(content_bytes),
        origin_event_id=origin.id,
        origin_event_type=origin.type,
        workspace=workspace or workspace_facts(shop=shop, order_id=order_id),
        content=None if blob else content_bytes,
        blob=blob,
        refers_to=refers_to,
    )
    return Event(
        topic=Topic.DOCUMENTS_PRODUCED,
        key=order_key(shop, order_id),
        id=deterministic_id("document", shop, number, sha256),
        type="document.produced",
        source="document-renderer",
        subject=f"order/{order_id}",
        time=time,
        body=body,
        correlation_id=origin.correlation_id,
        causation_id=origin.id,
    )


def document_filed(
    produced: Event[DocumentProduced] | None = None,
    *,
    outcome: str = "filed",
    workspace_id: int = 2001,
    node_id: int = 3001,
    version_number: int = 1,
    folder: str = "Order",
    read_back_sha256: str | None = None,
    classification: str | None = "Sales documents",
) -> Event[DocumentFiled]:
    """The receipt of one document; ``read_back_sha256`` is another hash only when the outcome is ``kept``."""
    produced = produced or document_produced()
    document = produced.body
    effect_id = deterministic_id("file", document.shop, document.number, document.content_sha256)
    body = DocumentFiled(
        shop=document.shop,
        kind=document.kind,
        number=document.number,
        name=document.name,
        outcome=outcome,
        effect_id=effect_id,
        workspace_id=workspace_id,
        folder=folder,
        node_id=node_id,
        version_number=version_number,
        content_sha256=read_back_sha256 or document.content_sha256,
        offered_sha256=document.content_sha256,
        record_date=document.business_date,
        classification=classification,
        origin_event_id=document.origin_event_id,
    )
    return Event(
        topic=Topic.ARCHIVE_RECEIPTS,
        key=produced.key,
        id=effect_id,
        type="document.filed",
        source="ecm-archiver",
        subject=produced.subject,
        time=produced.time,
        body=body,
        correlation_id=produced.correlation_id,
        causation_id=produced.id,
    )
