"""Metaobjects: objects of a kind that an app defined, as a document with its validity."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import ClassVar

from muniment_sandbox.shopify.state.entities import Entity
from muniment_sandbox.shopify.state.ledger import Ledger
from muniment_sandbox.shopify.state.merchant import App
from muniment_sandbox.shopify.state.metafield_definitions import MetafieldDefinitionType
from muniment_sandbox.shopify.state.metafield_types import MetafieldDefinitionValidation


@dataclass(frozen=True, slots=True)
class MetaobjectFieldDefinition:
    """One field of a kind of metaobject."""

    key: str
    name: str
    type: MetafieldDefinitionType
    required: bool = False
    description: str | None = None
    validations: Sequence[MetafieldDefinitionValidation] = ()


@dataclass(frozen=True, slots=True)
class MetaobjectAccess:
    admin: str = "PUBLIC_READ_WRITE"
    customer_account: str = "NONE"
    storefront: str = "NONE"


@dataclass(eq=False, kw_only=True)
class MetaobjectDefinition(Entity):
    """A kind of metaobject; ``publishable`` ones are ACTIVE or DRAFT."""

    gid_type: ClassVar[str] = "MetaobjectDefinition"
    type: str
    name: str
    description: str | None
    display_name_key: str | None
    field_definitions: Sequence[MetaobjectFieldDefinition]
    access: MetaobjectAccess
    publishable: bool
    created_by_app: App
    created_at: datetime
    updated_at: datetime

    def field_named(self, key: str) -> MetaobjectFieldDefinition | None:
        return next((each for each in self.field_definitions if each.key == key), None)


@dataclass(eq=False, kw_only=True)
class Metaobject(Entity):
    """One object. ``values`` go by the keys of fields; ``status`` counts where its kind is publishable."""

    gid_type: ClassVar[str] = "Metaobject"
    definition: MetaobjectDefinition
    handle: str
    created_by_app: App
    created_at: datetime
    updated_at: datetime
    values: Mapping[str, str] = field(default_factory=dict)
    status: str = "DRAFT"

    @property
    def type(self) -> str:
        return self.definition.type

    @property
    def display_name(self) -> str:
        key = self.definition.display_name_key
        return (self.values.get(key) if key else None) or re.sub(r"[-_]+", " ", self.handle).title()


def metaobject_definition_of(books: Ledger, type_: str) -> MetaobjectDefinition | None:
    known = books.all_of(MetaobjectDefinition)
    return next((each for each in known if each.type == type_), None)


def metaobject_named(books: Ledger, type_: str, handle: str) -> Metaobject | None:
    """Return the metaobject of that kind and handle."""
    wanted = (type_, handle.casefold())
    return next((each for each in books.all_of(Metaobject) if (each.type, each.handle) == wanted), None)
