"""Metafields and tags: what apps write onto orders, customers, companies."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from muniment_sandbox.shopify.graphql.access import OWNER_SCOPES, require
from muniment_sandbox.shopify.graphql.asking import Info, Resolver, shop_of
from muniment_sandbox.shopify.graphql.paging import page
from muniment_sandbox.shopify.graphql.resolvers.fields import Fields
from muniment_sandbox.shopify.state.entities import Entity
from muniment_sandbox.shopify.state.ledger import NotPossible
from muniment_sandbox.shopify.state.metafield_definitions import check_metafield
from muniment_sandbox.shopify.state.metafields import WithMetafields

_MAX_AT_ONCE = 25
_APP_NAMESPACE = "$app"


def _metafields(owner: WithMetafields, _info: Info, **args: Any) -> object:
    wanted, keys = args.get("namespace"), args.get("keys")
    found = [
        field
        for field in owner.own_metafields
        if wanted in (None, field.namespace)
        and (keys is None or field.key in keys or f"{field.namespace}.{field.key}" in keys)
    ]
    return page(found, args)


def _metafield(owner: WithMetafields, _info: Info, key: str, namespace: str | None = None) -> object:
    return owner.metafield_named(namespace or _APP_NAMESPACE, key)


def _metafields_set(_root: object, info: Info, metafields: Sequence[dict[str, Any]]) -> object:
    """Write all or none, as Shopify does; a digest that no longer fits is STALE_OBJECT."""
    shop = shop_of(info)
    if len(metafields) > _MAX_AT_ONCE:
        return _refused(None, "Exceeded the maximum metafields input limit of 25.", "LESS_THAN_OR_EQUAL_TO")
    owners: list[WithMetafields] = []
    kinds: list[str] = []
    for place, wish in enumerate(metafields):
        owner = shop.entity(wish["ownerId"])
        if not isinstance(owner, WithMetafields):
            return _refused(place, "Owner does not exist.", "INVALID")
        _may_write(info, owner)
        if "compareDigest" in wish and not _still(owner, wish):
            return _refused(place, "The resource has been updated since it was loaded.", "STALE_OBJECT")
        try:
            kinds.append(check_metafield(shop, owner, *_name(wish), wish.get("type"), wish["value"]))
        except NotPossible as refused:
            return _refused(place, str(refused), refused.code, *(refused.field or ()))
        owners.append(owner)
    with shop.action():
        written = [
            shop.set_metafield(owner, *_name(wish), kind, wish["value"])
            for owner, wish, kind in zip(owners, metafields, kinds, strict=True)
        ]
    return {"metafields": written, "userErrors": []}


def _metafields_delete(_root: object, info: Info, metafields: Sequence[dict[str, Any]]) -> object:
    """Delete those that are there; null stands for one that was not, as Shopify answers."""
    shop = shop_of(info)
    owners: list[WithMetafields] = []
    for place, wish in enumerate(metafields):
        owner = shop.entity(wish["ownerId"])
        if not isinstance(owner, WithMetafields):
            error = {"field": ["metafields", str(place), "ownerId"], "message": "Owner does not exist."}
            return {"deletedMetafields": None, "userErrors": [error]}
        _may_write(info, owner)
        owners.append(owner)
    with shop.action():
        deleted = [
            wish if shop.delete_metafield(owner, wish["namespace"], wish["key"]) else None
            for owner, wish in zip(owners, metafields, strict=True)
        ]
    return {"deletedMetafields": deleted, "userErrors": []}


def _may_write(info: Info, owner: Entity) -> None:
    if owner.gid_type in OWNER_SCOPES:
        require(info, OWNER_SCOPES[owner.gid_type])


def _still(owner: WithMetafields, wish: dict[str, Any]) -> bool:
    known = owner.metafield_named(*_name(wish))
    expected: str | None = wish["compareDigest"]
    return expected == (known.compare_digest if known else None)


def _name(wish: dict[str, Any]) -> tuple[str, str]:
    return wish.get("namespace") or _APP_NAMESPACE, wish["key"]


def _refused(place: int | None, message: str, code: str, *inner: str) -> object:
    field = ["metafields"] if place is None else ["metafields", str(place), *inner]
    code = "INVALID" if code == "INVALID_CHARACTER" else code
    error = {"field": field, "message": message, "code": code, "elementIndex": None}
    return {"metafields": None, "userErrors": [error]}


def _tags(source: str) -> Any:
    def change(_root: object, info: Info, id: str, tags: Sequence[str]) -> object:
        shop = shop_of(info)
        entity = shop.entity(id)
        if entity is None:
            return {"node": None, "userErrors": [{"field": ["id"], "message": f"{id} does not exist"}]}
        _may_write(info, entity)
        try:
            shop.tag(entity, **{source: tags})
        except NotPossible as refused:
            return {"node": None, "userErrors": [{"field": ["id"], "message": str(refused)}]}
        return {"node": entity, "userErrors": []}

    return change


OWNED: dict[str, Resolver] = {"metafield": _metafield, "metafields": _metafields}
"""The fields of every object that apps may note something on."""

FIELDS: Fields = {
    "Mutation": {
        "metafieldsDelete": _metafields_delete,
        "metafieldsSet": _metafields_set,
        "tagsAdd": _tags("add"),
        "tagsRemove": _tags("remove"),
    },
    "DraftOrder": OWNED,
    "Order": OWNED,
}
