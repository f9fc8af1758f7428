"""Metafields of orders, draft orders, customers, companies, their locations and products: read, set, deleted.

Set twice they say the same, so a lost answer is sent again. With ``expected`` Shopify compares before it
sets; what another has written meanwhile is ``StaleObject``, what we have written ourselves is not.
https://shopify.dev/docs/api/admin-graphql/2026-10/mutations/metafieldsSet
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import orjson

from muniment_shopify.asking import Node, ask, change
from muniment_shopify.client import AdminClient
from muniment_shopify.errors import ObjectGone, StaleObject

MOST_AT_ONCE = 25
ABSENT = ""
"""What is expected of a metafield that must not be there yet."""
_TRIES = 3


@dataclass(frozen=True, slots=True)
class Metafield:
    """A metafield as it is. ``digest`` names this value to :class:`NewMetafield`."""

    namespace: str
    key: str
    type: str
    value: str
    digest: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NewMetafield:
    """A value to be set. ``expected`` is the digest of the one it replaces, ``ABSENT``, or ``None``: any."""

    owner: str
    namespace: str
    key: str
    type: str
    value: str
    expected: str | None = None

    def as_input(self) -> dict[str, object]:
        """Return it as a ``MetafieldsSetInput``."""
        wanted: dict[str, object] = {
            "ownerId": self.owner,
            "namespace": self.namespace,
            "key": self.key,
            "type": self.type,
            "value": self.value,
        }
        if self.expected is not None:
            wanted["compareDigest"] = self.expected or None
        return wanted


async def metafields_of(client: AdminClient, owner: str, namespace: str) -> dict[str, Metafield]:
    """Return the owner's metafields of the namespace by key, the first hundred. Raises ``ObjectGone``."""
    node = (await ask(client, "metafields_of", id=owner, namespace=namespace))["node"]
    if node is None or "metafields" not in node:
        raise ObjectGone(f"{client.shop} does not have the object whose metafields are asked for.")
    found = (_read(each) for each in node["metafields"]["nodes"])
    return {each.key: each for each in found}


async def set_metafields(client: AdminClient, wanted: Sequence[NewMetafield]) -> None:
    """Set up to 25 values, all or none. Raises ``ChangeRefused``, ``StaleObject``."""
    if not 1 <= len(wanted) <= MOST_AT_ONCE:
        raise ValueError(f"Between 1 and {MOST_AT_ONCE} metafields are set at once, not {len(wanted)}.")
    inputs = [each.as_input() for each in wanted]
    try:
        await change(client, "metafields_set", {"metafields": inputs}, repeatable=True)
    except StaleObject:
        if not await _all_there(client, wanted):
            raise


async def delete_metafields(client: AdminClient, owner: str, namespace: str, keys: Sequence[str]) -> None:
    """Delete these metafields of the owner; those that are not there are none."""
    names = [{"ownerId": owner, "namespace": namespace, "key": key} for key in keys]
    await change(client, "metafields_delete", {"metafields": names}, repeatable=True)


async def add_to_list(
    client: AdminClient, owner: str, namespace: str, key: str, type: str, item: str
) -> tuple[str, ...]:
    """Let the list in a metafield hold ``item``, and return the whole; others may change it meanwhile.

    ``type`` is the list's, as ``list.metaobject_reference``. Raises ``StaleObject`` if it keeps changing.
    """
    return await _change_list(
        client, owner, (namespace, key, type), lambda items: items if item in items else (*items, item)
    )


async def remove_from_list(
    client: AdminClient, owner: str, namespace: str, key: str, type: str, item: str
) -> tuple[str, ...]:
    """Let the list in a metafield not hold ``item``, and return the rest; an empty list is deleted."""
    return await _change_list(
        client,
        owner,
        (namespace, key, type),
        lambda items: tuple(each for each in items if each != item),
    )


async def _change_list(
    client: AdminClient,
    owner: str,
    name: tuple[str, str, str],
    changed: Callable[[tuple[str, ...]], tuple[str, ...]],
) -> tuple[str, ...]:
    namespace, key, type = name
    for attempt in range(1, _TRIES + 1):
        there = (await metafields_of(client, owner, namespace)).get(key)
        items = tuple(orjson.loads(there.value)) if there else ()
        wanted = changed(items)
        if wanted == items:
            return items
        if not wanted:
            await delete_metafields(client, owner, namespace, [key])
            return ()
        value = orjson.dumps(wanted).decode()
        expected = there.digest if there else ABSENT
        try:
            await set_metafields(
                client,
                [
                    NewMetafield(
                        owner=owner, namespace=namespace, key=key, type=type, value=value, expected=expected
                    )
                ],
            )
        except StaleObject:
            if attempt == _TRIES:
                raise
        else:
            return wanted
    raise AssertionError("the last try returns or raises")


async def _all_there(client: AdminClient, wanted: Sequence[NewMetafield]) -> bool:
    """Tell whether every value is as wanted: then it was our own answer that got lost."""
    for owner, namespace in {(each.owner, each.namespace) for each in wanted}:
        there = await metafields_of(client, owner, namespace)
        for each in wanted:
            if (each.owner, each.namespace) == (owner, namespace):
                found = there.get(each.key)
                if found is None or found.value != each.value:
                    return False
    return True


def _read(node: Node) -> Metafield:
    return Metafield(node["namespace"], node["key"], node["type"], node["value"], node["compareDigest"])
