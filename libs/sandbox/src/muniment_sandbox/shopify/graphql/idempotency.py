"""The ``@idempotent`` directive: one key, one deed. Mandatory at run time since 2026-04.

Source: https://shopify.dev/docs/api/usage/idempotent-requests
"""

from __future__ import annotations

from typing import Any

import orjson
from graphql import GraphQLError, StringValueNode, VariableNode

from muniment_sandbox.shopify.graphql.asking import Info, Resolver, shop_of

_MANDATORY_SINCE = "2026-04"


def once(resolver: Resolver) -> Resolver:
    """Answer a repeated key with the first answer; refuse a missing key, and a key with other arguments."""

    def resolve(source: object, info: Info, **args: Any) -> object:
        key = _key(info)
        if key is None:
            if info.context.api_version < _MANDATORY_SINCE:
                return resolver(source, info, **args)
            raise _refused(f"The @idempotent directive is required for the {info.field_name} mutation.")
        if not key.strip():
            raise _refused("The idempotency key cannot be blank.")
        known = shop_of(info).answered
        asked = orjson.dumps([info.field_name, args], option=orjson.OPT_SORT_KEYS)
        if key not in known:
            known[key] = asked, resolver(source, info, **args)
        first, answer = known[key]
        if first != asked:
            raise GraphQLError(
                "The idempotency key was already used with other parameters.",
                extensions={"code": "IDEMPOTENCY_KEY_PARAMETER_MISMATCH"},
            )
        return answer

    return resolve


def _key(info: Info) -> str | None:
    for directive in info.field_nodes[0].directives or ():
        if directive.name.value == "idempotent":
            for argument in directive.arguments or ():
                if isinstance(argument.value, StringValueNode):
                    return argument.value.value
                if isinstance(argument.value, VariableNode):
                    return str(info.variable_values.coerced.get(argument.value.name.value) or "")
    return None


def _refused(message: str) -> GraphQLError:
    return GraphQLError(message, extensions={"code": "BAD_REQUEST"})
