"""Transactions, payment terms, and the money that moved."""

from __future__ import annotations

from typing import Any

from muniment_sandbox.shopify.graphql.asking import Info, shop_of
from muniment_sandbox.shopify.graphql.paging import page
from muniment_sandbox.shopify.graphql.resolvers.fields import Fields, its_order, paged
from muniment_sandbox.shopify.graphql.search import TENDER_TRANSACTION_TERMS, matching
from muniment_sandbox.shopify.state.transactions import TenderTransaction


def _tender_transactions(_root: object, info: Info, **args: Any) -> object:
    matches = matching(args.get("query"), TENDER_TRANSACTION_TERMS, info.context.search_warnings)
    found = [each for each in shop_of(info).tender_transactions if matches(each)]
    return page(found, args, key=_place)


def _place(tender: TenderTransaction) -> tuple[int]:
    return (tender.number,)


FIELDS: Fields = {
    "QueryRoot": {"tenderTransactions": _tender_transactions},
    "OrderTransaction": {"order": its_order},
    "TenderTransaction": {"order": its_order},
    "PaymentTerms": {"paymentSchedules": paged("schedules")},
}
