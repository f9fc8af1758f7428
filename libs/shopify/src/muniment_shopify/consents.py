"""Consents to marketing, and requests to erase: told to the shop when they were given elsewhere.

Each is a state with its time, so a lost answer is sent again.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Literal

from muniment_shopify.asking import change, given
from muniment_shopify.client import AdminClient

ConsentState = Literal["SUBSCRIBED", "UNSUBSCRIBED", "PENDING"]
OptInLevel = Literal["SINGLE_OPT_IN", "CONFIRMED_OPT_IN", "UNKNOWN"]


async def set_email_consent(
    client: AdminClient,
    customer: str,
    state: ConsentState,
    *,
    at: datetime,
    level: OptInLevel | None = None,
) -> None:
    """Set the customer's consent to marketing by e-mail, as given or withdrawn ``at``."""
    wanted = {"customerId": customer, "emailMarketingConsent": _consent(state, at, level)}
    await change(client, "customer_email_marketing_consent_update", {"input": wanted}, repeatable=True)


async def set_sms_consent(
    client: AdminClient,
    customer: str,
    state: ConsentState,
    *,
    at: datetime,
    level: OptInLevel | None = None,
) -> None:
    """Set the customer's consent to marketing by text message, as given or withdrawn ``at``."""
    wanted = {"customerId": customer, "smsMarketingConsent": _consent(state, at, level)}
    await change(client, "customer_sms_marketing_consent_update", {"input": wanted}, repeatable=True)


async def request_erasure(client: AdminClient, customer: str) -> None:
    """Ask Shopify to erase the customer's personal data: only when a person has ordered it.

    A second request for the same customer changes nothing. Raises ``ObjectGone``, ``ChangeNotDone``.
    """
    await change(client, "customer_request_data_erasure", {"customerId": customer}, repeatable=True)


def _consent(state: ConsentState, at: datetime, level: OptInLevel | None) -> dict[str, object]:
    moment = at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    return given(marketingState=state, marketingOptInLevel=level, consentUpdatedAt=moment)
