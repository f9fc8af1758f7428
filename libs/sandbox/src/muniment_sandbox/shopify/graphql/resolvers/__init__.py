"""Fields that are more than an attribute: paging, arguments, lookups, mutations. One module a domain."""

from __future__ import annotations

from collections.abc import Mapping

from muniment_sandbox.shopify.graphql.asking import Resolver
from muniment_sandbox.shopify.graphql.resolvers import (
    bulk,
    companies,
    customers,
    disputes,
    drafts,
    files,
    fulfillment_orders,
    fulfillments,
    merchant,
    metafield_definitions,
    metafields,
    metaobjects,
    order_changes,
    orders,
    payments,
    product_sets,
    products,
    publications,
    refunds,
    returns,
    reverse_logistics,
    roots,
    webhooks,
)
from muniment_sandbox.shopify.graphql.resolvers.fields import merged

__all__ = ["TABLES", "Resolver"]

TABLES: Mapping[str, Mapping[str, Resolver]] = merged(
    bulk.FIELDS,
    companies.FIELDS,
    customers.FIELDS,
    disputes.FIELDS,
    drafts.FIELDS,
    files.FIELDS,
    fulfillment_orders.FIELDS,
    fulfillments.FIELDS,
    merchant.FIELDS,
    metafield_definitions.FIELDS,
    metafields.FIELDS,
    metaobjects.FIELDS,
    order_changes.FIELDS,
    orders.FIELDS,
    payments.FIELDS,
    product_sets.FIELDS,
    products.FIELDS,
    publications.FIELDS,
    refunds.FIELDS,
    returns.FIELDS,
    reverse_logistics.FIELDS,
    roots.FIELDS,
    webhooks.FIELDS,
)
