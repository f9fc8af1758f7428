"""What happened to an order: events for people, agreements for accountants."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from muniment_sandbox.shopify.state.entities import Entity
from muniment_sandbox.shopify.state.refunds import Refund


@dataclass(eq=False, kw_only=True)
class BasicEvent(Entity):
    """One line of the order's timeline."""

    gid_type: ClassVar[str] = "BasicEvent"
    action: str
    message: str
    created_at: datetime
    subject_id: str
    subject_type: str = "ORDER"
    app_title: str | None = None
    attribute_to_app: bool = False
    attribute_to_user: bool = False
    critical_alert: bool = False
    author: str | None = None


@dataclass(eq=False, kw_only=True)
class SalesAgreement(Entity):
    """What seller and buyer agreed, and when."""

    gid_type: ClassVar[str] = "SalesAgreement"
    happened_at: datetime
    reason: ClassVar[str] = "UNKNOWN"


@dataclass(eq=False, kw_only=True)
class OrderAgreement(SalesAgreement):
    """The order itself."""

    reason: ClassVar[str] = "ORDER"


@dataclass(eq=False, kw_only=True)
class OrderEditAgreement(SalesAgreement):
    """One edit."""

    reason: ClassVar[str] = "ORDER_EDIT"


@dataclass(eq=False, kw_only=True)
class RefundAgreement(SalesAgreement):
    """One refund."""

    reason: ClassVar[str] = "REFUND"
    refund: Refund
