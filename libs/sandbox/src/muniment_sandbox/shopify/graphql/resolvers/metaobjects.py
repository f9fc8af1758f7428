"""Metaobjects and their definitions: writing by handle, reading with what their fields refer to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from muniment_sandbox.shopify.graphql.asking import Info, shop_of
from muniment_sandbox.shopify.graphql.paging import page
from muniment_sandbox.shopify.graphql.resolvers.answers import answering, wanted
from muniment_sandbox.shopify.graphql.resolvers.fields import Fields
from muniment_sandbox.shopify.graphql.resolvers.listing import Places, by_id, by_update, found
from muniment_sandbox.shopify.graphql.resolvers.metafield_definitions import rules_of
from muniment_sandbox.shopify.graphql.search import Terms
from muniment_sandbox.shopify.state.entities import Entity
from muniment_sandbox.shopify.state.metafield_types import is_reference, references_in
from muniment_sandbox.shopify.state.metaobject_changes import (
    FieldWish,
    MetaobjectDefinitionWish,
    MetaobjectWish,
)
from muniment_sandbox.shopify.state.metaobjects import (
    Metaobject,
    MetaobjectAccess,
    MetaobjectDefinition,
    MetaobjectFieldDefinition,
    metaobject_definition_of,
    metaobject_named,
)

_TERMS: Terms[Metaobject] = {
    "updated_at": lambda metaobject: metaobject.updated_at,
    "display_name": lambda metaobject: metaobject.display_name,
    "handle": lambda metaobject: metaobject.handle,
    "id": lambda metaobject: str(metaobject.number),
    "name": lambda metaobject: metaobject.display_name,
}
_PLACES: Places[Metaobject] = {
    "id": by_id,
    "display_name": lambda metaobject: (metaobject.display_name, metaobject.number),
    "type": by_id,
    "updated_at": by_update,
}


@dataclass(frozen=True, slots=True)
class _Filled:
    """One field of a metaobject, filled or not."""

    metaobject: Metaobject
    definition: MetaobjectFieldDefinition

    @property
    def value(self) -> str | None:
        return self.metaobject.values.get(self.definition.key)


def _one(_root: object, info: Info, id: str) -> Metaobject | None:
    return shop_of(info).get(Metaobject, id)


def _by_handle(_root: object, info: Info, handle: dict[str, str]) -> Metaobject | None:
    return metaobject_named(shop_of(info), handle["type"], handle["handle"])


def _of_type(_root: object, info: Info, **args: Any) -> object:
    known = [each for each in shop_of(info).all_of(Metaobject) if each.type == args["type"]]
    return found(info, args, known, _TERMS, _PLACES)


def _definition(_root: object, info: Info, id: str) -> MetaobjectDefinition | None:
    return shop_of(info).get(MetaobjectDefinition, id)


def _definition_by_type(_root: object, info: Info, **args: str) -> MetaobjectDefinition | None:
    return metaobject_definition_of(shop_of(info), args["type"])


def _definitions(_root: object, info: Info, **args: Any) -> object:
    return page(shop_of(info).all_of(MetaobjectDefinition), args)


@answering("metaobjectDefinition")
def _define(_root: object, info: Info, definition: dict[str, Any]) -> MetaobjectDefinition:
    access = definition.get("access") or {}
    publishable = (definition.get("capabilities") or {}).get("publishable") or {}
    wish = MetaobjectDefinitionWish(
        type=definition["type"],
        name=definition.get("name"),
        description=definition.get("description"),
        display_name_key=definition.get("displayNameKey"),
        access=MetaobjectAccess(
            admin=access.get("admin") or "PUBLIC_READ_WRITE",
            customer_account=access.get("customerAccount") or "NONE",
            storefront=access.get("storefront") or "NONE",
        ),
        publishable=bool(publishable.get("enabled")),
        fields=[
            FieldWish(
                key=each["key"],
                type=each["type"],
                name=each.get("name"),
                required=bool(each.get("required")),
                description=each.get("description"),
                rules=rules_of(each),
            )
            for each in definition.get("fieldDefinitions") or ()
        ],
    )
    return shop_of(info).define_metaobject(wish)


@answering("metaobject")
def _upsert(_root: object, info: Info, handle: dict[str, str], **args: Any) -> Metaobject:
    given = args.get("metaobject") or {}
    status = ((given.get("capabilities") or {}).get("publishable") or {}).get("status")
    fields = [(each["key"], each["value"]) for each in given.get("fields") or ()]
    wish = MetaobjectWish(fields=fields, handle=given.get("handle"), status=status)
    return shop_of(info).upsert_metaobject(handle["type"], handle["handle"], wish)


@answering("deletedId")
def _delete(_root: object, info: Info, id: str) -> str:
    metaobject = wanted(info, Metaobject, id, "id", code="RECORD_NOT_FOUND", words="Record")
    shop_of(info).delete_metaobject(metaobject)
    return id


def _fields(metaobject: Metaobject, _info: Info) -> list[_Filled]:
    return [_Filled(metaobject, each) for each in metaobject.definition.field_definitions]


def _field(metaobject: Metaobject, _info: Info, key: str) -> _Filled | None:
    described = metaobject.definition.field_named(key)
    return _Filled(metaobject, described) if described else None


def _reference(field: _Filled, info: Info) -> Entity | None:
    kind = field.definition.type.name
    if field.value is None or not is_reference(kind) or kind.startswith("list."):
        return None
    return next(iter(references_in(shop_of(info), kind, field.value)), None)


def _references(field: _Filled, info: Info, **args: Any) -> object:
    kind = field.definition.type.name
    if not kind.startswith("list.") or not is_reference(kind):
        return None
    return page(references_in(shop_of(info), kind, field.value or "[]"), args)


def _itself(source: object, _info: Info) -> object:
    return source


def _count(definition: MetaobjectDefinition, info: Info) -> int:
    return sum(1 for each in shop_of(info).all_of(Metaobject) if each.definition is definition)


FIELDS: Fields = {
    "QueryRoot": {
        "metaobject": _one,
        "metaobjectByHandle": _by_handle,
        "metaobjectDefinition": _definition,
        "metaobjectDefinitionByType": _definition_by_type,
        "metaobjectDefinitions": _definitions,
        "metaobjects": _of_type,
    },
    "Mutation": {
        "metaobjectDefinitionCreate": _define,
        "metaobjectDelete": _delete,
        "metaobjectUpsert": _upsert,
    },
    "Metaobject": {"capabilities": _itself, "field": _field, "fields": _fields},
    "MetaobjectCapabilities": {"publishable": _itself},
    "MetaobjectCapabilitiesPublishable": {"enabled": lambda definition, _info: definition.publishable},
    "MetaobjectCapabilityData": {
        "publishable": lambda metaobject, _info: metaobject if metaobject.definition.publishable else None
    },
    "MetaobjectCapabilityDataPublishable": {"status": lambda metaobject, _info: metaobject.status},
    "MetaobjectDefinition": {"capabilities": _itself, "metaobjectsCount": _count},
    "MetaobjectField": {
        "definition": lambda field, _info: field.definition,
        "key": lambda field, _info: field.definition.key,
        "reference": _reference,
        "references": _references,
        "type": lambda field, _info: field.definition.type.name,
        "value": lambda field, _info: field.value,
    },
}
