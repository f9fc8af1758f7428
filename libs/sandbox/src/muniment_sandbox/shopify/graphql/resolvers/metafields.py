"""Metafields and tags: what apps write onto orders and customers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from muniment_sandbox.shopify.graphql.asking import Info, shop_of
from muniment_sandbox.shopify.graphql.paging import page
from muniment_sandbox.shopify.graphql.resolvers.fields import Fields
from muniment_sandbox.shopify.state.ledger import NotPossible
from muniment_sandbox.shopify.state.orders import Order

_MAX_AT_ONCE = 25


def _metafields(order: Order, _info: Info, **args: Any) -> object:
    wanted = args.get("namespace")
    return page([field for field in order.own_metafields if wanted in (None, field.namespace)], args)


def _metafield(order: Order, _info: Info, key: str, namespace: str | None = None) -> object:
    named = (field for field in order.own_metafields if (field.namespace, field.key) == (namespace, key))
    return next(named, None)


def _metafields_set(_root: object, info: Info, metafields: Sequence[dict[str, Any]]) -> object:
    """Write all or none, as Shopify does; a digest that no longer fits is STALE_OBJECT."""
    shop = shop_of(info)
    if len(metafields) > _MAX_AT_ONCE:
        return _refused(None, "Exceeded the maximum metafields input limit of 25.", "LESS_THAN_OR_EQUAL_TO")
    owners: list[Order] = []
    for place, wish in enumerate(metafields):
        owner = shop.get(Order, wish["ownerId"])
        if owner is None:
            return _refused(place, "Owner does not exist.", "INVALID")
        if "compareDigest" in wish and not _still(owner, wish):
            return _refused(place, "The resource has been updated since it was loaded.", "STALE_OBJECT")
        if not wish.get("type"):
            return _refused(place, "Type can't be blank", "BLANK")
        owners.append(owner)
    written = [
        shop.set_metafield(owner, wish.get("namespace") or "$app", wish["key"], wish["type"], wish["value"])
        for owner, wish in zip(owners, metafields, strict=True)
    ]
    return {"metafields": written, "userErrors": []}


def _still(order: Order, wish: dict[str, Any]) -> bool:
    named = (field for field in order.own_metafields if (field.namespace, field.key) == _name(wish))
    known = next(named, None)
    expected: str | None = wish["compareDigest"]
    return expected == (known.compare_digest if known else None)


def _name(wish: dict[str, Any]) -> tuple[str, str]:
    return wish.get("namespace") or "$app", wish["key"]


def _refused(place: int | None, message: str, code: str) -> object:
    field = ["metafields"] if place is None else ["metafields", str(place)]
    error = {"field": field, "message": message, "code": code, "elementIndex": None}
    return {"metafields": None, "userErrors": [error]}


def _tags(source: str) -> Any:
    def change(_root: object, info: Info, id: str, tags: Sequence[str]) -> object:
        shop = shop_of(info)
        entity = shop.entity(id)
        if entity is None:
            return {"node": None, "userErrors": [{"field": ["id"], "message": f"{id} does not exist"}]}
        try:
            shop.tag(entity, **{source: tags})
        except NotPossible as refused:
            return {"node": None, "userErrors": [{"field": ["id"], "message": str(refused)}]}
        return {"node": entity, "userErrors": []}

    return change


FIELDS: Fields = {
    "Mutation": {"metafieldsSet": _metafields_set, "tagsAdd": _tags("add"), "tagsRemove": _tags("remove")},
    "Order": {"metafield": _metafield, "metafields": _metafields},
}
