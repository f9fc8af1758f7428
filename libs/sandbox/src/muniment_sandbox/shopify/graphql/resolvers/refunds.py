"""Refunds: their lines, shipping, adjustments and transactions, page by page."""

from __future__ import annotations

from muniment_sandbox.shopify.graphql.resolvers.fields import Fields, its_order, paged, value_of

FIELDS: Fields = {
    "Refund": {
        "order": its_order,
        "orderAdjustments": paged("adjustments"),
        "refundLineItems": paged("lines"),
        "refundShippingLines": paged("shipping"),
        "return": value_of("return_"),
        "transactions": paged("payments"),
    },
}
