"""Shopify's search syntax for the terms we use: ``updated_at:>='…' AND -status:cancelled``, ``OR``,
parentheses.

Unknown terms match everything and are named in ``extensions.search``, as Shopify does.
Source: https://shopify.dev/docs/api/usage/search-syntax
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from decimal import Decimal
from operator import eq, ge, gt, le, lt
from typing import Any, Generic, TypeVar

from graphql import GraphQLError

from muniment_sandbox.shopify.state.companies import Company, CompanyLocation
from muniment_sandbox.shopify.state.disputes import ShopifyPaymentsDispute
from muniment_sandbox.shopify.state.drafts import DraftOrder
from muniment_sandbox.shopify.state.fulfillment_orders import FulfillmentOrder
from muniment_sandbox.shopify.state.orders import Order
from muniment_sandbox.shopify.state.people import Customer
from muniment_sandbox.shopify.state.transactions import TenderTransaction

T = TypeVar("T")
Test = Callable[[T], bool]
Value = Callable[[T], object]
Terms = Mapping[str, Value[T]]

_TOKEN = re.compile(
    r"""\s*(?:(?P<paren>[()])|(?P<not>-|NOT\b)|(?P<word>AND\b|OR\b)
    |(?:(?P<name>[a-z_][a-z0-9_.]*):(?P<op>>=|<=|>|<)?)?(?P<value>'[^']*'|"[^"]*"|[^\s()]+))""",
    re.VERBOSE,
)


_FULFILLMENT_STATUSES = {
    "FULFILLED": ["fulfilled", "shipped"],
    "ON_HOLD": ["on_hold", "unfulfilled", "unshipped"],
    "PARTIALLY_FULFILLED": ["partially_fulfilled", "partial"],
    "UNFULFILLED": ["unfulfilled", "unshipped"],
}
"""What ``displayFulfillmentStatus`` is found by."""


def _order_status(order: Order) -> object:
    if order.cancelled_at:
        return ["cancelled"] if order.closed else ["cancelled", "not_closed"]
    return "closed" if order.closed else ["open", "not_closed"]


def _fulfillment_status(order: Order) -> object:
    return _FULFILLMENT_STATUSES[order.display_fulfillment_status]


ORDER_TERMS: Terms[Order] = {
    "created_at": lambda order: order.created_at,
    "updated_at": lambda order: order.updated_at,
    "processed_at": lambda order: order.processed_at,
    "id": lambda order: str(order.number),
    "name": lambda order: order.name.lstrip("#"),
    "confirmation_number": lambda order: order.confirmation_number,
    "email": lambda order: order.email,
    "gateway": lambda order: order.gateways,
    "sku": lambda order: [line.sku for line in order.lines],
    "source_name": lambda order: order.source_name,
    "po_number": lambda order: order.po_number,
    "customer_id": lambda order: str(order.customer.number) if order.customer else None,
    "tag": lambda order: order.tags,
    "status": _order_status,
    "financial_status": lambda order: order.display_financial_status.lower(),
    "fulfillment_status": _fulfillment_status,
    "return_status": lambda order: order.return_status.lower(),
    "risk_level": lambda order: order.risk.level.lower(),
    "chargeback_status": lambda order: [dispute.status.lower() for dispute in order.disputes],
    "test": lambda order: str(order.test).lower(),
}

DISPUTE_TERMS: Terms[ShopifyPaymentsDispute] = {
    "id": lambda dispute: str(dispute.number),
    "initiated_at": lambda dispute: dispute.initiated_at,
    "status": lambda dispute: dispute.status.lower(),
}

DRAFT_ORDER_TERMS: Terms[DraftOrder] = {
    "created_at": lambda draft: draft.created_at,
    "updated_at": lambda draft: draft.updated_at,
    "customer_id": lambda draft: str(draft.customer.number) if draft.customer else None,
    "id": lambda draft: str(draft.number),
    "name": lambda draft: draft.name.lstrip("#"),
    "status": lambda draft: draft.status.lower(),
    "tag": lambda draft: draft.tags,
}

COMPANY_TERMS: Terms[Company] = {
    "created_at": lambda company: company.created_at,
    "updated_at": lambda company: company.updated_at,
    "external_id": lambda company: company.external_id,
    "id": lambda company: str(company.number),
    "name": lambda company: company.name,
}

COMPANY_LOCATION_TERMS: Terms[CompanyLocation] = {
    "company_id": lambda location: str(location.company.number),
    "created_at": lambda location: location.created_at,
    "updated_at": lambda location: location.updated_at,
    "external_id": lambda location: location.external_id,
    "id": lambda location: str(location.number),
    "name": lambda location: location.name,
}

CUSTOMER_TERMS: Terms[Customer] = {
    "created_at": lambda customer: customer.created_at,
    "updated_at": lambda customer: customer.updated_at,
    "email": lambda customer: customer.email,
    "first_name": lambda customer: customer.first_name,
    "id": lambda customer: str(customer.number),
    "last_name": lambda customer: customer.last_name,
    "name": lambda customer: customer.display_name,
    "phone": lambda customer: customer.phone,
    "state": lambda customer: customer.state.lower(),
    "tag": lambda customer: customer.tags,
}

FULFILLMENT_ORDER_TERMS: Terms[FulfillmentOrder] = {
    "id": lambda each: str(each.number),
    "status": lambda each: each.status.lower(),
    "updated_at": lambda each: each.updated_at,
    "assigned_location_id": lambda each: str(each.location.number),
}

TENDER_TRANSACTION_TERMS: Terms[TenderTransaction] = {
    "processed_at": lambda tender: tender.processed_at,
    "id": lambda tender: str(tender.number),
    "test": lambda tender: str(tender.test).lower(),
}


@dataclass(slots=True)
class Bounds:
    """What a value lies between, both ends included where there is one."""

    low: Any = None
    high: Any = None


@dataclass(frozen=True, slots=True)
class Search(Generic[T]):
    """What a query describes: a test, and within which bounds all that passes it lies, by term."""

    test: Test[T]
    bounds: Mapping[str, Bounds]


def read_search(query: str | None, terms: Terms[T], warnings: list[dict[str, Any]]) -> Search[T]:
    """Return what the query describes; an empty query matches everything.

    Bounds are those of moments and ids.
    """
    tokens = [match for match in _TOKEN.finditer(query or "") if match.group().strip()]
    if not tokens:
        return Search(_everything, {})
    reading = _Reading(tokens, terms, query or "", warnings)
    bounds: dict[str, Bounds] = {}
    return Search(reading.alternatives(bounds), bounds)


def matching(query: str | None, terms: Terms[T], warnings: list[dict[str, Any]]) -> Test[T]:
    """Return the test that the query describes; an empty query matches everything."""
    return read_search(query, terms, warnings).test


class _Reading(Generic[T]):
    """One pass over the tokens: alternatives of conjunctions of terms."""

    def __init__(
        self, tokens: list[re.Match[str]], terms: Terms[T], query: str, warnings: list[dict[str, Any]]
    ) -> None:
        self._tokens = tokens
        self._terms = terms
        self._query = query
        self._warnings = warnings
        self._at = 0

    def alternatives(self, bounds: dict[str, Bounds] | None = None) -> Test[T]:
        """Read to the end; ``bounds`` takes what must hold whichever way the test is passed."""
        choices = [self._together(bounds)]
        while self._is("word", "OR"):
            self._at += 1
            choices.append(self._together(None))
        if len(choices) == 1:
            return choices[0]
        if bounds is not None:
            bounds.clear()
        return lambda item: any(choice(item) for choice in choices)

    def _together(self, bounds: dict[str, Bounds] | None) -> Test[T]:
        tests: list[Test[T]] = []
        while self._at < len(self._tokens) and not self._is("word", "OR") and not self._is("paren", ")"):
            if self._is("word", "AND"):
                self._at += 1
                continue
            tests.append(self._term(bounds))
        if len(tests) == 1:
            return tests[0]
        return lambda item: all(test(item) for test in tests)

    def _term(self, bounds: dict[str, Bounds] | None) -> Test[T]:
        token = self._tokens[self._at]
        self._at += 1
        if token["not"]:
            inner = self._term(None) if self._at < len(self._tokens) else _everything
            return lambda item: not inner(item)
        if token["paren"] == "(":
            group = self.alternatives()
            self._at += 1
            return group
        if token["value"] is None:
            return _everything
        return self._comparison(token["name"], token["op"] or "=", token["value"].strip("'\""), bounds)

    def _comparison(
        self, name: str | None, operator: str, wanted: str, bounds: dict[str, Bounds] | None
    ) -> Test[T]:
        if name is None:
            name = "name"
        if name.endswith("_not") and name[:-4] in self._terms:
            without = self._comparison(name[:-4], operator, wanted, None)
            return lambda item: not without(item)
        if name not in self._terms:
            self._warn(name)
            return _everything
        value = self._terms[name]
        if name.endswith("_at"):
            bound = moment(wanted)
            _narrow(bounds, name, operator, bound)
            return lambda item: _in_time(value(item), operator, bound)
        if name == "id" and wanted.isdecimal():
            number = int(wanted)
            _narrow(bounds, name, operator, number)
            return lambda item: _in_order(int(str(value(item))), operator, number)
        return lambda item: _compares(value(item), operator, wanted)

    def _is(self, group: str, text: str) -> bool:
        return self._at < len(self._tokens) and self._tokens[self._at][group] == text

    def _warn(self, name: str) -> None:
        warning = {"field": name, "message": "Invalid search field for this query.", "code": "invalid_field"}
        self._warnings.append({"path": ["query"], "query": self._query, "warnings": [warning]})


def _narrow(bounds: dict[str, Bounds] | None, name: str, operator: str, value: Any) -> None:
    if bounds is None:
        return
    known = bounds.setdefault(name, Bounds())
    if operator in (">", ">=", "=") and (known.low is None or value > known.low):
        known.low = value
    if operator in ("<", "<=", "=") and (known.high is None or value < known.high):
        known.high = value


def _everything(_item: object) -> bool:
    return True


def _compares(value: object, operator: str, wanted: str) -> bool:
    if isinstance(value, list):
        return any(_compares(each, operator, wanted) for each in value)
    text = "" if value is None else str(value).casefold()
    sought = wanted.lstrip("#").casefold()
    if operator != "=":
        return _is_number(text) and _is_number(sought) and _in_order(Decimal(text), operator, Decimal(sought))
    if sought == "*":
        return bool(text)
    if sought.endswith("*"):
        return text.startswith(sought[:-1])
    return any(text == part for part in sought.split(","))


def _in_time(value: object, operator: str, bound: datetime) -> bool:
    """Compare a moment, which hook bodies hold as text; what never happened matches nothing."""
    if value is None:
        return False
    return _in_order(value if isinstance(value, datetime) else moment(str(value)), operator, bound)


def _is_number(text: str) -> bool:
    return re.fullmatch(r"-?\d+(\.\d+)?", text) is not None


_COMPARISONS: Mapping[str, Callable[[Any, Any], bool]] = {"=": eq, ">": gt, ">=": ge, "<": lt, "<=": le}


def _in_order(value: Any, operator: str, wanted: Any) -> bool:
    return _COMPARISONS[operator](value, wanted)


def moment(text: str) -> datetime:
    """Read a date or a time; without a zone it is UTC; raises GraphQLError for neither."""
    try:
        read = (
            datetime.fromisoformat(text)
            if len(text) > 10
            else datetime.combine(date.fromisoformat(text), time())
        )
    except ValueError as error:
        raise GraphQLError(f"Invalid time value '{text}' in query.") from error
    return read.astimezone(UTC) if read.tzinfo else read.replace(tzinfo=UTC)
