"""Defining, writing and deleting metaobjects: ``metaobjects/create``, ``…/update``, ``…/delete``.

Refusals carry the codes of MetaobjectUserErrorCode.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from muniment_sandbox.shopify.state.ledger import Ledger, NotPossible
from muniment_sandbox.shopify.state.metafield_definitions import (
    MetafieldDefinitionType,
    check_name,
    checked_rules,
)
from muniment_sandbox.shopify.state.metafield_types import is_type, trouble_with
from muniment_sandbox.shopify.state.metaobjects import (
    Metaobject,
    MetaobjectAccess,
    MetaobjectDefinition,
    MetaobjectFieldDefinition,
    metaobject_definition_of,
    metaobject_named,
)
from muniment_sandbox.shopify.state.refusals import ElementNotPossible

_MOST_FIELDS = 40
_MOST_DEFINITIONS = 128


@dataclass(frozen=True, kw_only=True)
class FieldWish:
    """A field of a definition as an app wants it."""

    key: str
    type: str
    name: str | None = None
    required: bool = False
    description: str | None = None
    rules: Sequence[tuple[str, str]] = ()


@dataclass(frozen=True, kw_only=True)
class MetaobjectDefinitionWish:
    """A kind of metaobject as an app wants it."""

    type: str
    fields: Sequence[FieldWish]
    name: str | None = None
    description: str | None = None
    display_name_key: str | None = None
    access: MetaobjectAccess = field(default_factory=MetaobjectAccess)
    publishable: bool = False


@dataclass(frozen=True, kw_only=True)
class MetaobjectWish:
    """What is to be written: only the named fields change; an empty value clears one.

    ``status`` None leaves it.
    """

    fields: Sequence[tuple[str, str]] = ()
    handle: str | None = None
    status: str | None = None


def define_metaobject(books: Ledger, wish: MetaobjectDefinitionWish) -> MetaobjectDefinition:
    """Define a kind of metaobject."""
    check_name("type", wish.type, 3, 255)
    if metaobject_definition_of(books, wish.type):
        raise NotPossible("Type has already been taken", code="TAKEN", field=["definition", "type"])
    if len(books.all_of(MetaobjectDefinition)) >= _MOST_DEFINITIONS:
        message = "The maximum number of metaobject definitions has been exceeded."
        raise NotPossible(message, code="MAX_DEFINITIONS_EXCEEDED", field=["definition"])
    fields = _fields(books, wish.fields)
    if wish.display_name_key is not None and wish.display_name_key not in [each.key for each in fields]:
        message = f'Display name key "{wish.display_name_key}" does not match a field definition.'
        raise NotPossible(message, code="UNDEFINED_OBJECT_FIELD", field=["definition", "displayNameKey"])
    now = books.clock.now()
    return books.register(
        MetaobjectDefinition(
            number=books.numbers.next("MetaobjectDefinition"),
            type=wish.type,
            name=wish.name or _title(wish.type),
            description=wish.description,
            display_name_key=wish.display_name_key,
            field_definitions=fields,
            access=wish.access,
            publishable=wish.publishable,
            created_by_app=books.installation.app,
            created_at=now,
            updated_at=now,
        )
    )


def upsert_metaobject(books: Ledger, type_: str, handle: str, wish: MetaobjectWish) -> Metaobject:
    """Write the metaobject of that kind and handle; the handle makes a repeated call harmless."""
    definition = metaobject_definition_of(books, type_)
    if definition is None:
        message = f'No metaobject definition exists for type "{type_}"'
        raise NotPossible(message, code="UNDEFINED_OBJECT_TYPE", field=["handle", "type"])
    handle = _checked_handle(handle)
    known = metaobject_named(books, type_, handle)
    values = _values(books, definition, known, wish)
    if wish.status is not None and not definition.publishable:
        message = "Capability is not enabled on this definition"
        field = ["metaobject", "capabilities", "publishable"]
        raise NotPossible(message, code="CAPABILITY_NOT_ENABLED", field=field)
    renamed = _checked_handle(wish.handle) if wish.handle else handle
    if renamed != handle and metaobject_named(books, type_, renamed):
        raise NotPossible("Handle has already been taken", code="TAKEN", field=["metaobject", "handle"])
    with books.action():
        if known is None:
            return _create(books, definition, renamed, values, wish.status or "DRAFT")
        status = wish.status or known.status
        if (known.values, known.status, known.handle) != (values, status, renamed):
            known.values, known.status, known.handle = values, status, renamed
            known.updated_at = books.clock.now()
            books.announce(known, "metaobjects/update")
    return known


def delete_metaobject(books: Ledger, metaobject: Metaobject) -> None:
    """Delete it; what refers to it refers to nothing from now on."""
    with books.action():
        books.forget(metaobject)
        books.announce(metaobject, "metaobjects/delete")


def _create(
    books: Ledger, definition: MetaobjectDefinition, handle: str, values: dict[str, str], status: str
) -> Metaobject:
    now = books.clock.now()
    made = books.register(
        Metaobject(
            number=books.numbers.next("Metaobject"),
            definition=definition,
            handle=handle,
            created_by_app=books.installation.app,
            created_at=now,
            updated_at=now,
            values=values,
            status=status,
        )
    )
    books.announce(made, "metaobjects/create")
    return made


def _fields(books: Ledger, wishes: Sequence[FieldWish]) -> tuple[MetaobjectFieldDefinition, ...]:
    if len(wishes) > _MOST_FIELDS:
        message = f"A definition has at most {_MOST_FIELDS} fields."
        raise NotPossible(message, code="INVALID", field=["definition", "fieldDefinitions"])
    made: list[MetaobjectFieldDefinition] = []
    for place, wish in enumerate(wishes):
        where = ("definition", "fieldDefinitions", str(place))
        check_name("key", wish.key, 2, 64, *where, "key")
        if wish.key in [each.key for each in made]:
            message = f'Field "{wish.key}" has already been taken'
            raise NotPossible(message, code="OBJECT_FIELD_TAKEN", field=where)
        if not is_type(wish.type):
            message = f'"{wish.type}" is not a valid metafield type'
            raise NotPossible(message, code="INCLUSION", field=[*where, "type"])
        rules = checked_rules(books, wish.type, wish.rules, *where, "validations")
        kind = MetafieldDefinitionType(wish.type)
        name = wish.name or _title(wish.key)
        made.append(MetaobjectFieldDefinition(wish.key, name, kind, wish.required, wish.description, rules))
    return tuple(made)


def _values(
    books: Ledger, definition: MetaobjectDefinition, known: Metaobject | None, wish: MetaobjectWish
) -> dict[str, str]:
    values = dict(known.values) if known else {}
    seen: set[str] = set()
    for index, (key, value) in enumerate(wish.fields):
        described = definition.field_named(key)
        if described is None:
            message = f'Field definition "{key}" does not exist'
            raise _refused(message, "UNDEFINED_OBJECT_FIELD", key, index)
        if key in seen:
            message = f'Field "{key}" duplicates other inputs'
            raise _refused(message, "DUPLICATE_FIELD_INPUT", key, index)
        seen.add(key)
        trouble = trouble_with(books, described.type.name, value, described.validations) if value else None
        if trouble:
            raise _refused(trouble, "INVALID_VALUE", key, index)
        values[key] = value
    values = {key: value for key, value in values.items() if value}
    for described in definition.field_definitions:
        if described.required and described.key not in values:
            message = f"{described.name} can't be blank"
            raise _refused(message, "OBJECT_FIELD_REQUIRED", described.key, None)
    return values


def _refused(message: str, code: str, key: str, index: int | None) -> ElementNotPossible:
    """Return a refusal about one field of a metaobject."""
    field = ["metaobject"] if index is None else ["metaobject", "fields", str(index)]
    return ElementNotPossible(message, code=code, field=field, key=key, index=index)


def _checked_handle(handle: str) -> str:
    shown = handle.strip().casefold()
    if not shown:
        raise NotPossible("Handle can't be blank", code="BLANK", field=["handle", "handle"])
    if len(shown) > 255:
        raise NotPossible(
            "Handle is too long (maximum is 255 characters)", code="TOO_LONG", field=["handle", "handle"]
        )
    return re.sub(r"[^\w]+", "-", shown).strip("-")


def _title(key: str) -> str:
    return re.sub(r"[-_]+", " ", key).strip().capitalize()
