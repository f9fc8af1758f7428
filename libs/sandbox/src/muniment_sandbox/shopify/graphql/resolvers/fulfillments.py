"""Parcels: their lines, tracking and the carrier's messages."""

from __future__ import annotations

from muniment_sandbox.shopify.graphql.resolvers.fields import Fields, first_of, its_order, paged

FIELDS: Fields = {
    "Fulfillment": {
        "events": paged("happenings"),
        "fulfillmentLineItems": paged("lines"),
        "order": its_order,
        "trackingInfo": first_of("trackings"),
    },
}
