"""The shop itself, its places, its app, and the API's versions."""

from __future__ import annotations

from typing import Any

from muniment_sandbox.shopify.graphql.asking import Info, shop_of
from muniment_sandbox.shopify.graphql.paging import page
from muniment_sandbox.shopify.graphql.resolvers.fields import Fields, always
from muniment_sandbox.shopify.versions import PUBLIC_VERSIONS


def _shop(_root: object, info: Info) -> object:
    return shop_of(info).merchant


def _installation(_root: object, info: Info) -> object:
    return shop_of(info).installation


def _locations(_root: object, info: Info, **args: Any) -> object:
    places = [place for place in shop_of(info).locations if place.is_active or args.get("includeInactive")]
    return page(places, args)


FIELDS: Fields = {
    "QueryRoot": {
        "shop": _shop,
        "currentAppInstallation": _installation,
        "locations": _locations,
        "publicApiVersions": always(PUBLIC_VERSIONS),
    },
}
