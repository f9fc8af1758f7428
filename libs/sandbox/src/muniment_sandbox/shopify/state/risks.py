"""How risky an order is: assessments by Shopify and by apps, and what Shopify Protect says."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from muniment_sandbox.shopify.state.entities import Entity
from muniment_sandbox.shopify.state.merchant import App

_ADVICE = {"HIGH": "CANCEL", "MEDIUM": "INVESTIGATE", "LOW": "ACCEPT"}
_WORST_FIRST = ("HIGH", "MEDIUM", "LOW")


@dataclass(frozen=True, slots=True)
class RiskFact:
    description: str
    sentiment: str


@dataclass(eq=False, kw_only=True)
class OrderRiskAssessment(Entity):
    """One opinion; ``provider`` None is Shopify's own."""

    gid_type: ClassVar[str] = "OrderRiskAssessment"
    order_number: int
    risk_level: str
    facts: Sequence[RiskFact]
    provider: App | None
    created_at: datetime


@dataclass(frozen=True, slots=True)
class OrderRiskSummary:
    """All opinions; the worst one decides the recommendation."""

    assessments: Sequence[OrderRiskAssessment]

    @property
    def level(self) -> str:
        levels = {each.risk_level for each in self.assessments}
        return next((level for level in _WORST_FIRST if level in levels), "NONE")

    @property
    def recommendation(self) -> str:
        return _ADVICE.get(self.level, "NONE")


@dataclass(frozen=True, slots=True)
class ShopifyProtectOrderEligibility:
    status: str


@dataclass(frozen=True, slots=True)
class ShopifyProtectOrderSummary:
    """Whether Shopify bears a chargeback of the order."""

    status: str
    eligibility: ShopifyProtectOrderEligibility
