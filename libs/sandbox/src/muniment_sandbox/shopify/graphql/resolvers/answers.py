"""How a mutation answers: its payload, or nothing but the user error that says why not."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from muniment_sandbox.shopify.graphql.asking import Info, Resolver, shop_of
from muniment_sandbox.shopify.state.entities import Entity
from muniment_sandbox.shopify.state.ledger import NotPossible

E = TypeVar("E", bound=Entity)


def answering(*fields: str, errors: str = "userErrors") -> Callable[[Resolver], Resolver]:
    """Turn NotPossible into a user error; ``fields`` of the payload are then null."""

    def wrap(resolver: Resolver) -> Resolver:
        def answer(source: object, info: Info, **args: Any) -> object:
            try:
                payload = resolver(source, info, **args)
            except NotPossible as refused:
                error = {"field": refused.field, "message": str(refused), "code": refused.code}
                return dict.fromkeys(fields) | {errors: [error]}
            values = payload if isinstance(payload, tuple) else (payload,)
            return dict(zip(fields, values, strict=True)) | {errors: []}

        return answer

    return wrap


def wanted(
    info: Info, kind: type[E], gid: str | None, *field: str, code: str = "NOT_FOUND", words: str | None = None
) -> E:
    """Return the entity that the id names, or refuse with ``code`` at ``field``."""
    found = shop_of(info).get(kind, gid) if gid else None
    if found is None:
        raise NotPossible(f"{words or kind.gid_type} does not exist", code=code, field=field or ["id"])
    return found
