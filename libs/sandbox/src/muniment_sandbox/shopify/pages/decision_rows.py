"""What the pages show of holds, returns, disputes and accounts, as plain values."""

from __future__ import annotations

from typing import Any

from muniment_sandbox.shopify.pages.rows import money, seconds, words
from muniment_sandbox.shopify.state.companies import CompanyLocation
from muniment_sandbox.shopify.state.drafts import DraftOrder
from muniment_sandbox.shopify.state.orders import Order
from muniment_sandbox.shopify.state.people import Customer

Row = dict[str, Any]

_RETURN_BADGES = {"REQUESTED": "warn", "OPEN": "blue", "CLOSED": "good", "DECLINED": "bad"}
_DISPUTE_BADGES = {"NEEDS_RESPONSE": "bad", "UNDER_REVIEW": "warn", "WON": "good"}
_CONSENT_BADGES = {"SUBSCRIBED": "good", "UNSUBSCRIBED": "bad", "PENDING": "warn"}


def fulfillment_order_rows(order: Order) -> list[Row]:
    """Return the fulfillment orders with their holds."""
    return [
        {
            "id": each.number,
            "place": each.location.name,
            "status": words(each.status),
            "badge": {"ON_HOLD": "bad", "CLOSED": "good"}.get(each.status, ""),
            "units": f"{each.remaining} of {sum(line.total_quantity for line in each.lines)} wait",
            "holds": [
                (
                    hold.display_reason,
                    hold.held_by_app.title if hold.held_by_app else "a person",
                    hold.handle,
                    hold.reason_notes,
                )
                for hold in each.holds
            ],
        }
        for each in order.fulfillment_orders
    ]


def return_rows(order: Order) -> list[Row]:
    return [
        {
            "name": each.name,
            "status": words(each.status),
            "badge": _RETURN_BADGES.get(each.status, ""),
            "at": seconds(each.created_at),
            "decline": each.decline.note if each.decline else None,
            "units": [
                f"{line.quantity} × {line.line_item.name}, {line.processed_quantity} processed"
                for line in each.lines
            ],
            "notes": [line.customer_note for line in each.lines if line.customer_note],
        }
        for each in order.returns
    ]


def dispute_rows(order: Order) -> list[Row]:
    return [
        {
            "status": words(each.status),
            "badge": _DISPUTE_BADGES.get(each.status, ""),
            "reason": words(each.reason_details.reason),
            "amount": f"{each.amount.amount} {each.amount.currency_code}",
            "due": seconds(each.evidence_due_by) if each.evidence_due_by else None,
            "submitted": each.dispute_evidence.submitted,
        }
        for each in order.disputes
    ]


def risk_badges(order: Order) -> list[tuple[str, str]]:
    """Return badges about risk, returns and disputes: a word and its colour."""
    badges = []
    if order.risk.level in ("HIGH", "MEDIUM"):
        badges.append((f"{order.risk.level.lower()} risk", "bad" if order.risk.level == "HIGH" else "warn"))
    if order.return_status != "NO_RETURN":
        badges.append((words(order.return_status), "plum"))
    badges += [("disputed", "bad")] if order.disputes else []
    return badges


def company_row(location: CompanyLocation) -> Row:
    """Return a branch with its company and the people who act there."""
    return {
        "name": location.company.name,
        "external_id": location.company.external_id or "",
        "note": location.company.note,
        "branch": location.name,
        "vat_id": location.tax_settings.tax_registration_id,
        "people": [
            f"{each.company_contact.customer.display_name}: {each.role.name}" for each in location.assignments
        ],
        "to_draft": location.buyer_experience_configuration.checkout_to_draft,
    }


def customer_row(customer: Customer) -> Row:
    consents = (("e-mail", customer.email_consent), ("SMS", customer.sms_consent))
    return {
        "number": customer.number,
        "name": customer.display_name,
        "email": customer.email,
        "tags": customer.tags,
        "orders": customer.orders_placed,
        "consents": [
            (f"{channel} {words(consent.state)}", _CONSENT_BADGES.get(consent.state, ""))
            for channel, consent in consents
        ],
    }


def draft_row(draft: DraftOrder) -> Row:
    return {
        "name": draft.name,
        "buyer": draft.customer.display_name if draft.customer else "Guest",
        "status": words(draft.status),
        "tags": draft.tags,
        "total": money(draft.totals.total_price_set),
    }
