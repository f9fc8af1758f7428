"""Metaobjects: documents as the storefront knows them, named by type and handle.

The handle names it for good, so a lost answer is sent again. Published is ``ACTIVE``, withdrawn ``DRAFT``.
https://shopify.dev/docs/api/admin-graphql/2026-10/mutations/metaobjectUpsert
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from muniment_shopify.asking import Node, ask, change, given, made
from muniment_shopify.client import AdminClient
from muniment_shopify.errors import ChangeRefused, ObjectGone


@dataclass(frozen=True, slots=True)
class MetaobjectName:
    """What names a metaobject."""

    type: str
    handle: str

    def as_input(self) -> dict[str, str]:
        """Return it as a ``MetaobjectHandleInput``."""
        return {"type": self.type, "handle": self.handle}


@dataclass(frozen=True, slots=True)
class Metaobject:
    """A metaobject as it is. ``is_published`` is ``None`` where its definition cannot be published."""

    gid: str
    name: MetaobjectName
    fields: Mapping[str, str | None]
    is_published: bool | None


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldShape:
    """One field of a definition; ``type`` as ``file_reference`` or ``single_line_text_field``."""

    key: str
    type: str
    is_required: bool = False


async def define_metaobject(
    client: AdminClient,
    type: str,
    *,
    name: str,
    fields: Sequence[FieldShape],
    shown_by: str,
) -> str:
    """Let there be a definition that can be published and the storefront reads, and return its id.

    One that is there is taken as it is if it has these fields. Raises ``ChangeRefused`` when it has not.
    """
    wanted = {
        "type": type,
        "name": name,
        "displayNameKey": shown_by,
        "capabilities": {"publishable": {"enabled": True}},
        "access": {"storefront": "PUBLIC_READ"},
        "fieldDefinitions": [
            {"key": each.key, "type": each.type, "required": each.is_required} for each in fields
        ],
    }
    there = await _definition(client, type)
    if there is None:
        operation = "metaobject_definition_create"
        try:
            payload = await change(client, operation, {"definition": wanted}, repeatable=True)
            there = made(client, operation, payload, "metaobjectDefinition")
        except ChangeRefused as refused:
            there = await _definition(client, type) if "TAKEN" in refused.codes else None
            if there is None:
                raise
    _check(type, there, fields)
    gid: str = there["id"]
    return gid


async def metaobject_named(client: AdminClient, name: MetaobjectName) -> Metaobject | None:
    """Return the metaobject, ``None`` when there is none of this name."""
    node = (await ask(client, "metaobject_by_handle", handle=name.as_input()))["metaobjectByHandle"]
    return _read(node) if node else None


async def put_metaobject(
    client: AdminClient, name: MetaobjectName, fields: Mapping[str, str], *, publish: bool
) -> Metaobject:
    """Let the metaobject have these fields, beside others, and be published or not.

    Raises ``ChangeRefused``.
    """
    return await _upsert(client, name, fields, publish=publish)


async def withdraw_metaobject(client: AdminClient, name: MetaobjectName) -> bool:
    """Let the storefront see the metaobject no more; return whether there is one."""
    there = await metaobject_named(client, name)
    if there is None:
        return False
    if there.is_published is not False:
        await _upsert(client, name, {}, publish=False)
    return True


async def delete_metaobject(client: AdminClient, name: MetaobjectName) -> None:
    """Delete the metaobject for good; one that is gone stays gone."""
    there = await metaobject_named(client, name)
    if there is None:
        return
    try:
        await change(client, "metaobject_delete", {"id": there.gid}, repeatable=True)
    except ObjectGone:
        return


async def _upsert(
    client: AdminClient, name: MetaobjectName, fields: Mapping[str, str], *, publish: bool
) -> Metaobject:
    wanted = given(
        fields=[{"key": key, "value": value} for key, value in fields.items()] or None,
        capabilities={"publishable": {"status": "ACTIVE" if publish else "DRAFT"}},
    )
    variables = {"handle": name.as_input(), "metaobject": wanted}
    payload = await change(client, "metaobject_upsert", variables, repeatable=True)
    return _read(made(client, "metaobject_upsert", payload, "metaobject"))


async def _definition(client: AdminClient, type: str) -> Node | None:
    node: Node | None = (await ask(client, "metaobject_definition_by_type", type=type))[
        "metaobjectDefinitionByType"
    ]
    return node


def _check(type: str, there: Node, fields: Sequence[FieldShape]) -> None:
    has = {each["key"]: each["type"]["name"] for each in there["fieldDefinitions"]}
    others = sorted(each.key for each in fields if has.get(each.key) != each.type)
    if others or not there["capabilities"]["publishable"]["enabled"]:
        lacks = f"lacks the fields {', '.join(others)}" if others else "cannot be published"
        raise ChangeRefused(
            f"The shop has a metaobject definition {type} that {lacks}: change it in the shop's admin.",
            codes=("TAKEN",),
        )


def _read(node: Node) -> Metaobject:
    publishable = (node["capabilities"] or {}).get("publishable")
    return Metaobject(
        gid=node["id"],
        name=MetaobjectName(node["type"], node["handle"]),
        fields={each["key"]: each["value"] for each in node["fields"]},
        is_published=publishable["status"] == "ACTIVE" if publishable else None,
    )
