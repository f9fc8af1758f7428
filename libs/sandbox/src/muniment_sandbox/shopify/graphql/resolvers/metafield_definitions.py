"""Definitions of metafields, and what a metafield's value refers to."""

from __future__ import annotations

from typing import Any

from muniment_sandbox.shopify.graphql.access import OWNER_SCOPES, require
from muniment_sandbox.shopify.graphql.asking import Info, shop_of
from muniment_sandbox.shopify.graphql.paging import page
from muniment_sandbox.shopify.graphql.resolvers.answers import answering
from muniment_sandbox.shopify.graphql.resolvers.fields import Fields
from muniment_sandbox.shopify.state.entities import Entity
from muniment_sandbox.shopify.state.metafield_definitions import (
    DefinitionWish,
    MetafieldAccess,
    MetafieldDefinition,
    definition_of,
)
from muniment_sandbox.shopify.state.metafield_types import is_reference, references_in
from muniment_sandbox.shopify.state.metafields import Metafield

_OWNERS = {
    "COMPANY": "Company",
    "COMPANY_LOCATION": "CompanyLocation",
    "CUSTOMER": "Customer",
    "DRAFTORDER": "DraftOrder",
    "ORDER": "Order",
    "PRODUCT": "Product",
    "PRODUCTVARIANT": "Product",
}


def rules_of(given: dict[str, Any]) -> list[tuple[str, str]]:
    """Return names and values of the validations that an input states."""
    return [(each["name"], each["value"]) for each in given.get("validations") or ()]


@answering("createdDefinition")
def _define(_root: object, info: Info, definition: dict[str, Any]) -> MetafieldDefinition:
    owner = _OWNERS.get(definition["ownerType"])
    if owner:
        require(info, OWNER_SCOPES[owner])
    access = definition.get("access") or {}
    wish = DefinitionWish(
        owner_type=definition["ownerType"],
        namespace=definition.get("namespace") or "$app",
        key=definition["key"],
        name=definition["name"],
        type=definition["type"],
        description=definition.get("description"),
        access=MetafieldAccess(
            admin=access.get("admin") or "PUBLIC_READ_WRITE",
            customer_account=access.get("customerAccount") or "NONE",
            storefront=access.get("storefront") or "NONE",
        ),
        rules=rules_of(definition),
    )
    return shop_of(info).define_metafield(wish)


def _definitions(_root: object, info: Info, **args: Any) -> object:
    wanted = {"owner_type": args["ownerType"], "namespace": args.get("namespace"), "key": args.get("key")}
    known = [
        each
        for each in shop_of(info).all_of(MetafieldDefinition)
        if all(value in (None, getattr(each, name)) for name, value in wanted.items())
    ]
    return page(known, args)


def _count(definition: MetafieldDefinition, info: Info) -> int:
    wanted = (definition.owner_type, definition.namespace, definition.key)
    known = shop_of(info).all_of(Metafield)
    return sum(1 for each in known if (each.owner_type, each.namespace, each.key) == wanted)


def _definition(field: Metafield, info: Info) -> MetafieldDefinition | None:
    return definition_of(shop_of(info), field.owner_type, field.namespace, field.key)


def _reference(field: Metafield, info: Info) -> Entity | None:
    if field.type.startswith("list.") or not is_reference(field.type):
        return None
    return next(iter(references_in(shop_of(info), field.type, field.value)), None)


def _references(field: Metafield, info: Info, **args: Any) -> object:
    if not field.type.startswith("list.") or not is_reference(field.type):
        return None
    return page(references_in(shop_of(info), field.type, field.value), args)


FIELDS: Fields = {
    "QueryRoot": {"metafieldDefinitions": _definitions},
    "Mutation": {"metafieldDefinitionCreate": _define},
    "Metafield": {"definition": _definition, "reference": _reference, "references": _references},
    "MetafieldDefinition": {"metafieldsCount": _count},
}
