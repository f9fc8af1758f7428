"""What apps write onto orders and customers: tags and metafields."""

from __future__ import annotations

from collections.abc import Sequence

from muniment_sandbox.shopify.state.entities import Entity
from muniment_sandbox.shopify.state.ledger import Ledger, NotPossible
from muniment_sandbox.shopify.state.metafields import Metafield
from muniment_sandbox.shopify.state.orders import Order
from muniment_sandbox.shopify.state.people import Customer


def retag(books: Ledger, entity: Entity, add: Sequence[str], remove: Sequence[str]) -> None:
    """Change the tags; nothing is announced when nothing changes. Tags compare without regard to case."""
    if not isinstance(entity, Order | Customer):
        raise NotPossible("Only orders and customers have tags here.")
    unwanted = {tag.casefold() for tag in remove}
    kept = [tag for tag in entity.tags if tag.casefold() not in unwanted]
    present = {tag.casefold() for tag in kept}
    kept += [tag for tag in dict.fromkeys(add) if tag.casefold() not in present]
    if sorted(kept) == sorted(entity.tags):
        return
    with books.action():
        entity.tags = sorted(kept)
        if isinstance(entity, Order):
            books.changed(entity)
        else:
            entity.updated_at = books.clock.now()


def set_metafield(books: Ledger, order: Order, namespace: str, key: str, type_: str, value: str) -> Metafield:
    """Write or overwrite ``namespace.key`` of the order."""
    with books.action():
        now = books.clock.now()
        for known in order.own_metafields:
            if (known.namespace, known.key) == (namespace, key):
                known.type, known.value, known.updated_at = type_, value, now
                books.changed(order)
                return known
        field = Metafield(
            number=books.numbers.next("Metafield"),
            namespace=namespace,
            key=key,
            type=type_,
            value=value,
            updated_at=now,
        )
        order.own_metafields.append(books.register(field))
        books.changed(order)
    return field
