"""How a mutation answers: its payload, or nothing but the user error that says why not."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from graphql import GraphQLEnumType, GraphQLObjectType, get_named_type

from muniment_sandbox.shopify.graphql.asking import Info, Resolver, shop_of
from muniment_sandbox.shopify.state.entities import Entity
from muniment_sandbox.shopify.state.ledger import NotPossible
from muniment_sandbox.shopify.state.refusals import ElementNotPossible

E = TypeVar("E", bound=Entity)


def answering(*fields: str, errors: str = "userErrors") -> Callable[[Resolver], Resolver]:
    """Turn NotPossible into a user error; ``fields`` of the payload are then null."""

    def wrap(resolver: Resolver) -> Resolver:
        def answer(source: object, info: Info, **args: Any) -> object:
            try:
                payload = resolver(source, info, **args)
            except NotPossible as refused:
                code = _known_code(info, errors, refused.code)
                error: dict[str, object] = {"field": refused.field, "message": str(refused), "code": code}
                if isinstance(refused, ElementNotPossible):
                    error |= {"elementKey": refused.key, "elementIndex": refused.index}
                return dict.fromkeys(fields) | {errors: [error]}
            values = payload if isinstance(payload, tuple) else (payload,)
            return dict(zip(fields, values, strict=True)) | {errors: []}

        return answer

    return wrap


def _known_code(info: Info, errors: str, code: str) -> str | None:
    """Return the code as this mutation's user errors know it: some have no codes, or only one or two."""
    payload = get_named_type(info.return_type)
    if not isinstance(payload, GraphQLObjectType):
        return None
    error = get_named_type(payload.fields[errors].type)
    known = error.fields.get("code") if isinstance(error, GraphQLObjectType) else None
    codes = get_named_type(known.type) if known else None
    if not isinstance(codes, GraphQLEnumType):
        return None
    return next((each for each in (code, "INVALID") if each in codes.values), None)


def wanted(
    info: Info, kind: type[E], gid: str | None, *field: str, code: str = "NOT_FOUND", words: str | None = None
) -> E:
    """Return the entity that the id names, or refuse with ``code`` at ``field``."""
    found = shop_of(info).get(kind, gid) if gid else None
    if found is None:
        raise NotPossible(f"{words or kind.gid_type} does not exist", code=code, field=field or ["id"])
    return found
