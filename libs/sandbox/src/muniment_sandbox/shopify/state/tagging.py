"""What apps write onto orders, customers, companies and the like: tags and metafields."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar, Protocol, runtime_checkable

from muniment_sandbox.shopify.state.entities import Entity
from muniment_sandbox.shopify.state.ledger import Ledger, NotPossible
from muniment_sandbox.shopify.state.metafields import Metafield, WithMetafields
from muniment_sandbox.shopify.state.people import Customer
from muniment_sandbox.shopify.state.touching import touch


@runtime_checkable
class Tagged(Protocol):
    """Anything with tags."""

    tags: list[str]


@dataclass(eq=False, kw_only=True)
class TagsChanged(Entity):
    """Tags a customer got or lost: what ``customer.tags_added`` and ``customer.tags_removed`` tell of."""

    gid_type: ClassVar[str] = "TagsChanged"
    customer: Customer
    tags: list[str]
    occurred_at: datetime


def retag(books: Ledger, entity: Entity, add: Sequence[str], remove: Sequence[str]) -> None:
    """Change the tags; nothing is announced when nothing changes. Tags compare without regard to case."""
    customer = entity if isinstance(entity, Customer) else None
    if not isinstance(entity, Tagged):
        raise NotPossible(f"A {entity.gid_type} has no tags.")
    unwanted = {tag.casefold() for tag in remove}
    before = list(entity.tags)
    kept = [tag for tag in before if tag.casefold() not in unwanted]
    present = {tag.casefold() for tag in kept}
    kept += [tag for tag in dict.fromkeys(add) if tag.casefold() not in present]
    if sorted(kept) == sorted(before):
        return
    with books.action():
        entity.tags = sorted(kept)
        touch(books, entity)
        if customer is not None:
            tell_of_tags(books, customer, before)


def tell_of_tags(books: Ledger, customer: Customer, before: Sequence[str]) -> None:
    """Announce which tags a customer got and lost."""
    added = sorted(set(customer.tags) - set(before))
    removed = sorted(set(before) - set(customer.tags))
    for topic, tags in (("customer.tags_added", added), ("customer.tags_removed", removed)):
        if tags:
            number = books.numbers.next("TagsChanged")
            change = TagsChanged(number=number, customer=customer, tags=tags, occurred_at=books.clock.now())
            books.announce(change, topic)


def set_metafield(
    books: Ledger, owner: WithMetafields, namespace: str, key: str, type_: str, value: str
) -> Metafield:
    """Write or overwrite ``namespace.key`` of the owner."""
    with books.action():
        now = books.clock.now()
        field = owner.metafield_named(namespace, key)
        if field is not None:
            field.type, field.value, field.updated_at = type_, value, now
        else:
            field = Metafield(
                number=books.numbers.next("Metafield"),
                namespace=namespace,
                key=key,
                type=type_,
                value=value,
                updated_at=now,
                owner_type=owner.owner_type,
            )
            owner.own_metafields.append(books.register(field))
        touch(books, owner)
    return field


def delete_metafield(books: Ledger, owner: WithMetafields, namespace: str, key: str) -> bool:
    """Remove ``namespace.key`` of the owner; return whether it was there."""
    field = owner.metafield_named(namespace, key)
    if field is None:
        return False
    with books.action():
        owner.own_metafields.remove(field)
        books.forget(field)
        touch(books, owner)
    return True
