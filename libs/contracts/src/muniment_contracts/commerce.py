"""The bodies of the ``commerce.*`` topics: what changed in the shop, with the object as it was fetched."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import ClassVar

from muniment_contracts.body import Body


@dataclass(frozen=True, slots=True, kw_only=True)
class HookReference:
    """A hook that led to an event: ``hook`` is its topic (``orders/paid``), ``webhook_id`` its delivery."""

    hook: str
    webhook_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CommerceChange(Body):
    """What every change in the shop says.

    ``change`` names it (``order.paid``). ``state`` is ``found``, or ``gone`` when Shopify no longer knows the
    object: then ``snapshot`` is empty. ``snapshot`` is canonical JSON of the object as it was told when
    asked, ``updated_at`` the time of that state (newer state wins), ``part`` the gid of the part concerned,
    if one is. ``reconciled``: found by asking, not by one of ``hooks``.
    """

    shop: str
    change: str
    state: str
    occurred_at: datetime
    updated_at: datetime | None
    snapshot: bytes
    snapshot_sha256: str
    part: str | None = None
    hooks: list[HookReference] = field(default_factory=list)
    reconciled: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderChange(CommerceChange):
    """What changed on one order, its payments, shipments or refunds, with the order as Shopify told it.

    The changes are listed in ``docs/reference/hook-outcomes.md``. ``part`` is the gid of the edit,
    transaction, refund, fulfilment, fulfilment order, hold or payment schedule concerned, if one is. The
    snapshot is that of ``docs/reference/snapshot.md``. ``order_id`` and ``order_name`` are empty when
    nobody can say any more to which order a part belonged.
    """

    SCHEMA: ClassVar[str] = "commerce.OrderChange"

    order_id: str
    order_name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReturnChange(CommerceChange):
    """What changed on one return (``return.requested``); ``part`` may be a reverse delivery or the like.

    ``order_id`` is ``None``, and ``order_name`` empty, when nobody can say any more to which order it
    belonged.
    """

    SCHEMA: ClassVar[str] = "commerce.ReturnChange"

    order_id: str | None
    order_name: str
    return_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DisputeChange(CommerceChange):
    """What changed on one dispute (``dispute.opened``); the order is named as on a return."""

    SCHEMA: ClassVar[str] = "commerce.DisputeChange"

    order_id: str | None
    order_name: str
    dispute_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RiskChange(CommerceChange):
    """One order's risk was assessed (``risk.assessed``).

    ``recommendation`` is ``ACCEPT``, ``INVESTIGATE``, ``CANCEL`` or ``NONE``. ``providers`` are the gids of
    the apps whose assessments there are, ``shopify`` for Shopify itself: so readers know their own.
    """

    SCHEMA: ClassVar[str] = "commerce.RiskChange"

    order_id: str
    order_name: str
    recommendation: str | None = None
    providers: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountChange(CommerceChange):
    """What changed on one ``customer`` or ``company`` (``account_kind``).

    ``part`` is the gid of the company's location, contact or role concerned, or of the customer that was
    merged into this one.
    """

    SCHEMA: ClassVar[str] = "commerce.AccountChange"

    account_kind: str
    account_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsentChange(CommerceChange):
    """A customer's consent to be written to by ``email``, ``sms`` or ``whatsapp`` (``channel``) changed.

    ``consent_state`` is Shopify's word (``SUBSCRIBED``), ``None`` when the customer has no such address.
    """

    SCHEMA: ClassVar[str] = "commerce.ConsentChange"

    customer_id: str
    channel: str
    consent_state: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PrivacyRequest(CommerceChange):
    """A ``data-request``, ``customer-redact`` or ``shop-redact`` (``request``), to be answered by ``due_at``.

    ``snapshot`` is the request's body, byte for byte as received; ``orders`` are the numeric ids it names.
    """

    SCHEMA: ClassVar[str] = "commerce.PrivacyRequest"

    request: str
    customer_id: str | None = None
    orders: list[str] = field(default_factory=list)
    due_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftChange(CommerceChange):
    """What changed on one draft order (``draft.completed``); ``order_id`` is the order it became."""

    SCHEMA: ClassVar[str] = "commerce.DraftChange"

    draft_id: str
    order_id: str | None = None
