"""Definitions of metafields: without one the storefront does not read what we set."""

from __future__ import annotations

from typing import Literal

from muniment_shopify.asking import Node, ask, change, given, made
from muniment_shopify.client import AdminClient
from muniment_shopify.errors import ChangeRefused

OwnerType = Literal["PRODUCT", "PRODUCTVARIANT", "ORDER", "CUSTOMER", "COMPANY", "COMPANY_LOCATION"]


async def define_metafield(
    client: AdminClient,
    owner: OwnerType,
    namespace: str,
    key: str,
    *,
    name: str,
    type: str,
    refers_to: str | None = None,
) -> str:
    """Let there be a definition that the storefront reads, and return its id; one that is there is taken.

    ``refers_to`` is the id of the metaobject definition that references are of. Raises ``ChangeRefused`` when
    the one that is there has another type. Sent again it is found, so a lost answer is sent again.
    """
    there = await _named(client, owner, namespace, key)
    if there is None:
        there = await _create(
            client,
            given(
                ownerType=owner,
                namespace=namespace,
                key=key,
                name=name,
                type=type,
                access={"storefront": "PUBLIC_READ"},
                validations=[{"name": "metaobject_definition_id", "value": refers_to}] if refers_to else None,
            ),
        )
    if there["type"]["name"] != type:
        raise ChangeRefused(
            f"The shop has a metafield definition {namespace}.{key} of another type: change it in the shop's "
            "admin.",
            codes=("TAKEN",),
        )
    gid: str = there["id"]
    return gid


async def _create(client: AdminClient, wanted: dict[str, object]) -> Node:
    operation = "metafield_definition_create"
    try:
        payload = await change(client, operation, {"definition": wanted}, repeatable=True)
        return made(client, operation, payload, "createdDefinition")
    except ChangeRefused as refused:
        there = None
        if "TAKEN" in refused.codes:
            owner, namespace, key = (str(wanted[name]) for name in ("ownerType", "namespace", "key"))
            there = await _named(client, owner, namespace, key)
        if there is None:
            raise
        return there


async def _named(client: AdminClient, owner: str, namespace: str, key: str) -> Node | None:
    answer = await ask(client, "metafield_definition_named", ownerType=owner, namespace=namespace, key=key)
    nodes: list[Node] = answer["metafieldDefinitions"]["nodes"]
    return nodes[0] if nodes else None
