"""Risk of an order: what a reviewer found, given back to the shop as this app's own assessment.

It leads to the hook ``orders/risk_assessment_changed``, also to us: an assessment whose provider is this app
is no news. https://shopify.dev/docs/api/admin-graphql/2026-10/mutations/orderRiskAssessmentCreate
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from muniment_shopify.asking import Node, ask, change
from muniment_shopify.client import AdminClient
from muniment_shopify.errors import ObjectGone

RiskLevel = Literal["HIGH", "MEDIUM", "LOW", "NONE", "PENDING"]
Sentiment = Literal["NEGATIVE", "NEUTRAL", "POSITIVE"]
MOST_FACTS = 20


@dataclass(frozen=True, slots=True)
class RiskFact:
    """One thing that was found, and what it speaks for."""

    description: str
    sentiment: Sentiment


@dataclass(frozen=True, slots=True)
class RiskAssessment:
    """One judgement of an order; ``provider`` is the app that gave it, ``None`` for Shopify itself."""

    level: RiskLevel
    facts: tuple[RiskFact, ...]
    provider: str | None


@dataclass(frozen=True, slots=True)
class OrderRisk:
    """All that is known of an order's risk. ``app`` is the id of this app among the providers."""

    recommendation: str
    assessments: tuple[RiskAssessment, ...]
    app: str

    @property
    def ours(self) -> tuple[RiskAssessment, ...]:
        """Return the assessments that this app gave."""
        return tuple(each for each in self.assessments if each.provider == self.app)


async def risk_of(client: AdminClient, order: str) -> OrderRisk:
    """Return what is known of the order's risk. Raises ``ObjectGone``."""
    answer = await ask(client, "order_risk_assessments", id=order)
    if answer["order"] is None:
        raise ObjectGone(f"{client.shop} does not have the order whose risk is asked for.")
    risk = answer["order"]["risk"]
    return OrderRisk(
        recommendation=risk["recommendation"] or "NONE",
        assessments=tuple(_read(each) for each in risk["assessments"]),
        app=answer["currentAppInstallation"]["app"]["id"],
    )


async def assess_risk(
    client: AdminClient, order: str, level: RiskLevel, facts: Sequence[RiskFact]
) -> RiskAssessment:
    """Give this app's assessment, unless just this one is there. Sent twice it is there twice and says the
    same, so a lost answer is sent again.

    Raises ``ChangeRefused`` (an order that was sent is not assessed any more), ``ValueError`` for more than
    20 facts.
    """
    if len(facts) > MOST_FACTS:
        raise ValueError(f"An assessment has at most {MOST_FACTS} facts.")
    risk = await risk_of(client, order)
    wanted = RiskAssessment(level, tuple(facts), risk.app)
    if wanted in risk.ours:
        return wanted
    given = {
        "orderId": order,
        "riskLevel": level,
        "facts": [{"description": fact.description, "sentiment": fact.sentiment} for fact in facts],
    }
    await change(client, "order_risk_assessment_create", {"input": given}, repeatable=True)
    return wanted


def _read(node: Node) -> RiskAssessment:
    facts = tuple(RiskFact(each["description"], each["sentiment"]) for each in node["facts"])
    return RiskAssessment(node["riskLevel"], facts, (node["provider"] or {}).get("id"))
