"""Which class of the state stands behind which GraphQL type."""

from __future__ import annotations

from muniment_sandbox.shopify.graphql.paging import Count, Edge, Page, PageInfo
from muniment_sandbox.shopify.state import (
    bulk_operations,
    cancelling,
    catalogue,
    companies,
    discounts,
    disputes,
    drafts,
    files,
    fulfillment_orders,
    fulfillments,
    line_items,
    merchant,
    metafield_definitions,
    metafield_types,
    metafields,
    metaobjects,
    money,
    orders,
    people,
    product_sets,
    publications,
    refunds,
    returns,
    risks,
    serving,
    subscriptions,
    taxes,
    timeline,
    transactions,
)
from muniment_sandbox.shopify.versions import ApiVersion

_NAMED_OTHERWISE: dict[type, str] = {
    money.Money: "MoneyV2",
    merchant.Merchant: "Shop",
}
_ROOMS = (
    bulk_operations,
    cancelling,
    catalogue,
    companies,
    discounts,
    disputes,
    drafts,
    files,
    fulfillment_orders,
    fulfillments,
    line_items,
    merchant,
    metafield_definitions,
    metafield_types,
    metafields,
    metaobjects,
    money,
    orders,
    people,
    product_sets,
    publications,
    refunds,
    returns,
    risks,
    serving,
    subscriptions,
    taxes,
    timeline,
    transactions,
)


def _classes() -> dict[str, type]:
    found: dict[str, type] = {"Count": Count, "PageInfo": PageInfo, "ApiVersion": ApiVersion}
    for room in _ROOMS:
        for value in vars(room).values():
            if isinstance(value, type) and value.__module__ == room.__name__:
                found[_NAMED_OTHERWISE.get(value, value.__name__)] = value
    return found


SOURCES: dict[str, type] = _classes()
TYPE_NAMES: dict[type, str] = {source: name for name, source in SOURCES.items()}


def source_of(type_name: str) -> type | None:
    """Return the class behind an object type, or None where a mapping or a resolver answers."""
    if type_name.endswith("Connection"):
        return Page
    if type_name.endswith("Edge"):
        return Edge
    return SOURCES.get(type_name)
