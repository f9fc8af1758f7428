"""One question, one change, each by its operation's name: what it answers, or an error that says it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any, TypeVar

from muniment_kit.http import OutcomeUnknown
from muniment_shopify.client import AdminClient
from muniment_shopify.errors import AccessDenied, AnswerUnusable
from muniment_shopify.graphql_answer import Result
from muniment_shopify.operations import operation
from muniment_shopify.user_errors import error_of

Node = Mapping[str, Any]
T = TypeVar("T")


async def ask(client: AdminClient, name: str, **variables: object) -> Mapping[str, Any]:
    """Return the data of a query; variables that are ``None`` are not sent.

    Half an answer decides nothing: ``AccessDenied`` when the app may not read a part of it, and
    ``AnswerUnusable`` for another error in it. Raises what ``AdminClient.execute`` raises.
    """
    result = await client.execute(operation(name), given(**variables))
    if result.errors:
        _raise_for_parts(client, name, result)
    return result.data


async def ask_all(
    client: AdminClient, name: str, where: Callable[[Mapping[str, Any]], Node | None], **variables: object
) -> list[Node]:
    """Return the nodes of every page of the connection that ``where`` finds in the data; none if it is not
    there.
    """
    nodes: list[Node] = []
    after: str | None = None
    while True:
        connection = where(await ask(client, name, after=after, **variables))
        if connection is None:
            return nodes
        nodes += connection["nodes"]
        if not connection["pageInfo"]["hasNextPage"]:
            return nodes
        if not connection["nodes"]:
            raise AnswerUnusable("Shopify announced another page and sent an empty one; try again.")
        after = connection["pageInfo"]["endCursor"]


async def change(
    client: AdminClient,
    name: str,
    variables: Mapping[str, object],
    *,
    repeatable: bool,
    errors: str = "userErrors",
) -> Node:
    """Carry out a mutation and return its payload, in whose list ``errors`` is nothing.

    ``repeatable`` says that sending it twice does what sending it once does: then a lost answer is asked for
    again at once, else it is ``OutcomeUnknown``. Raises ``ChangeRefused``, ``ChangeNotDone``, and what
    ``AdminClient.execute`` raises.
    """
    result = await client.execute(operation(name), given(**variables), repeatable=repeatable)
    payload: Node = next(iter(result.data.values()))
    if payload[errors]:
        raise error_of(str(client.shop), name, payload[errors])
    return payload


def made(client: AdminClient, name: str, payload: Node, field: str) -> Node:
    """Return the object that a mutation gives back.

    ``OutcomeUnknown`` when it is left out: it was carried out, and the app may not see what came of it.
    """
    node: Node | None = payload[field]
    if node is None:
        raise OutcomeUnknown(f"{client.shop} carried out {name} and did not show what came of it.")
    return node


async def once(look: Callable[[], Awaitable[T | None]], do: Callable[[], Awaitable[T]]) -> T:
    """Return what ``look`` finds of an effect, else bring it about by ``do``, as :func:`done_or_seen`."""
    seen = await look()
    return seen if seen is not None else await done_or_seen(do, look)


async def done_or_seen(do: Callable[[], Awaitable[T]], look: Callable[[], Awaitable[T | None]]) -> T:
    """Bring an effect about by ``do``; if the answer is lost, return what ``look`` finds of it.

    Found nothing, it may still be on its way: then ``OutcomeUnknown`` goes on to the caller, whose next try
    must look first, some time later, before it does anything.
    """
    try:
        return await do()
    except OutcomeUnknown:
        seen = await look()
        if seen is None:
            raise
        return seen


def given(**variables: object) -> dict[str, object]:
    """Return the variables, or fields of an input, that are not ``None``."""
    return {name: value for name, value in variables.items() if value is not None}


def _raise_for_parts(client: AdminClient, name: str, result: Result) -> None:
    if all(error.is_access_denied for error in result.errors):
        raise AccessDenied(f"{client.shop} does not let the app read all of {name}. Add the missing scope.")
    raise AnswerUnusable(f"{client.shop} could not answer all of {name}; try again.")
