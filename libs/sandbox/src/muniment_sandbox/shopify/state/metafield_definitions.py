"""Definitions of metafields: which type a key has for a kind of owner, and who may see it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

import orjson

from muniment_sandbox.shopify.state.entities import Entity
from muniment_sandbox.shopify.state.ledger import Ledger, NotPossible
from muniment_sandbox.shopify.state.metafield_types import (
    MetafieldDefinitionValidation,
    category_of,
    is_type,
    trouble_with,
)
from muniment_sandbox.shopify.state.metafields import WithMetafields

_NAME = re.compile(r"^[A-Za-z0-9_-]+$")
_RULES: Mapping[str, str] = {
    "choices": "list.single_line_text_field",
    "file_type_options": "list.single_line_text_field",
    "list.max": "number_integer",
    "list.min": "number_integer",
    "max": "number_integer",
    "max_precision": "number_integer",
    "metaobject_definition_id": "id",
    "metaobject_definition_ids": "list.id",
    "min": "number_integer",
    "regex": "single_line_text_field",
    "schema": "json",
}
_MOST_OF_AN_OWNER = 256


@dataclass(frozen=True, slots=True)
class MetafieldAccess:
    """Who may see and change the values."""

    admin: str | None = "PUBLIC_READ_WRITE"
    customer_account: str = "NONE"
    storefront: str | None = "NONE"


@dataclass(frozen=True, slots=True)
class MetafieldDefinitionType:
    """A type as definitions show it."""

    name: str

    @property
    def category(self) -> str:
        return category_of(self.name)


@dataclass(frozen=True, kw_only=True)
class DefinitionWish:
    """A definition as an app wants it. ``rules`` are names and values of validations."""

    owner_type: str
    namespace: str
    key: str
    name: str
    type: str
    description: str | None = None
    access: MetafieldAccess = MetafieldAccess()
    rules: Sequence[tuple[str, str]] = ()


@dataclass(eq=False, kw_only=True)
class MetafieldDefinition(Entity):
    """What ``namespace.key`` is for one kind of owner."""

    gid_type: ClassVar[str] = "MetafieldDefinition"
    owner_type: str
    namespace: str
    key: str
    name: str
    type: MetafieldDefinitionType
    description: str | None
    access: MetafieldAccess
    validations: Sequence[MetafieldDefinitionValidation] = ()


def define_metafield(books: Ledger, wish: DefinitionWish) -> MetafieldDefinition:
    """Define a metafield; raises NotPossible with the codes of MetafieldDefinitionCreateUserErrorCode."""
    check_name("key", wish.key, 2, 64)
    check_name("namespace", wish.namespace, 3, 255)
    if not wish.name.strip():
        raise NotPossible("Name can't be blank", code="BLANK", field=["definition", "name"])
    if not is_type(wish.type):
        message = "Type name must be a valid metafield type."
        raise NotPossible(message, code="INCLUSION", field=["definition", "type"])
    if definition_of(books, wish.owner_type, wish.namespace, wish.key):
        message = (
            f"Key is in use for {wish.owner_type.title()} metafields on the '{wish.namespace}' namespace."
        )
        raise NotPossible(message, code="TAKEN", field=["definition", "key"])
    own = [each for each in books.all_of(MetafieldDefinition) if each.owner_type == wish.owner_type]
    if len(own) >= _MOST_OF_AN_OWNER:
        message = f"Stores can only have {_MOST_OF_AN_OWNER} definitions for each owner type."
        raise NotPossible(message, code="RESOURCE_TYPE_LIMIT_EXCEEDED", field=["definition"])
    return books.register(
        MetafieldDefinition(
            number=books.numbers.next("MetafieldDefinition"),
            owner_type=wish.owner_type,
            namespace=wish.namespace,
            key=wish.key,
            name=wish.name,
            type=MetafieldDefinitionType(wish.type),
            description=wish.description,
            access=wish.access,
            validations=checked_rules(books, wish.type, wish.rules, "definition", "validations"),
        )
    )


def definition_of(books: Ledger, owner_type: str, namespace: str, key: str) -> MetafieldDefinition | None:
    """Return the definition for this key of this kind of owner."""
    wanted = (owner_type, namespace, key)
    known = books.all_of(MetafieldDefinition)
    return next((each for each in known if (each.owner_type, each.namespace, each.key) == wanted), None)


def check_metafield(
    books: Ledger, owner: WithMetafields, namespace: str, key: str, kind: str | None, value: str
) -> str:
    """Return the type the value gets; raises NotPossible with the codes of MetafieldsSetUserErrorCode."""
    check_name("key", key, 2, 64, "key")
    check_name("namespace", namespace, 2, 255, "namespace")
    definition = definition_of(books, owner.owner_type, namespace, key)
    if definition is not None and kind not in (None, "", definition.type.name):
        message = f"Type '{kind}' must be consistent with the definition's type: '{definition.type.name}'."
        raise NotPossible(message, code="INVALID_TYPE", field=["type"])
    wanted = definition.type.name if definition else kind
    if not wanted:
        raise NotPossible("Type can't be blank", code="BLANK", field=["type"])
    if not is_type(wanted):
        raise NotPossible(
            f"Type '{wanted}' is not a valid metafield type.", code="INVALID_TYPE", field=["type"]
        )
    if not value:
        raise NotPossible("Value can't be blank.", code="BLANK", field=["value"])
    trouble = trouble_with(books, wanted, value, definition.validations if definition else ())
    if trouble:
        raise NotPossible(trouble, code="INVALID_VALUE", field=["value"])
    return wanted


def checked_rules(
    books: Ledger, kind: str, rules: Sequence[tuple[str, str]], *field: str
) -> tuple[MetafieldDefinitionValidation, ...]:
    """Return the rules with their types; raises NotPossible for one that is unknown or makes no sense."""
    checked = []
    for name, value in rules:
        if name not in _RULES:
            message = f"Validations contains an invalid option: {name}"
            raise NotPossible(message, code="INVALID_OPTION", field=field)
        if not _makes_sense(books, name, value):
            message = f"Validations has an invalid value for the option {name}."
            raise NotPossible(message, code="INVALID_OPTION", field=field)
        checked.append(MetafieldDefinitionValidation(name, _RULES[name], value))
    if kind.endswith("metaobject_reference") and not any(
        "metaobject_definition" in name for name, _ in rules
    ):
        message = "Validations require that you select a metaobject."
        raise NotPossible(message, code="INVALID_OPTION", field=field)
    return tuple(checked)


def _makes_sense(books: Ledger, name: str, value: str) -> bool:
    if name == "metaobject_definition_id":
        return books.entity(value) is not None
    if name == "regex":
        try:
            re.compile(value)
        except re.error:
            return False
    if name == "choices":
        try:
            return isinstance(orjson.loads(value), list)
        except ValueError:
            return False
    return bool(value)


def check_name(what: str, name: str, shortest: int, longest: int, *field: str) -> None:
    """Refuse a key or namespace that Shopify would not take."""
    where = field or ("definition", what)
    shown = what.capitalize()
    if len(name) < shortest:
        message = f"{shown} is too short (minimum is {shortest} characters)"
        raise NotPossible(message, code="TOO_SHORT", field=where)
    if len(name) > longest:
        message = f"{shown} is too long (maximum is {longest} characters)"
        raise NotPossible(message, code="TOO_LONG", field=where)
    if not _NAME.match(name.removeprefix("$app:").removeprefix("$app") or "app"):
        message = f"{shown} contains one or more invalid characters."
        raise NotPossible(message, code="INVALID_CHARACTER", field=where)
