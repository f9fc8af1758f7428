"""Transactions, payment terms, and the money that moved."""

from __future__ import annotations

from typing import Any

from muniment_sandbox.shopify.graphql.asking import Info
from muniment_sandbox.shopify.graphql.resolvers.fields import Fields, its_order, paged
from muniment_sandbox.shopify.graphql.resolvers.listing import Places, by_id, listed
from muniment_sandbox.shopify.graphql.search import TENDER_TRANSACTION_TERMS
from muniment_sandbox.shopify.state.transactions import TenderTransaction

_PLACES: Places[TenderTransaction] = {"ID": by_id}


def _tender_transactions(_root: object, info: Info, **args: Any) -> object:
    return listed(info, args, TenderTransaction, TENDER_TRANSACTION_TERMS, _PLACES)


def _its_draft(_terms: object, _info: Info) -> None:
    """A draft order's terms have no id of their own here, so none are found by it."""


FIELDS: Fields = {
    "QueryRoot": {"tenderTransactions": _tender_transactions},
    "OrderTransaction": {"order": its_order},
    "TenderTransaction": {"order": its_order},
    "PaymentTerms": {
        "draftOrder": _its_draft,
        "order": its_order,
        "paymentSchedules": paged("schedules"),
    },
}
