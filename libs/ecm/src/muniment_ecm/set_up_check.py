"""Compares a Content Server with what the suite expects, and lists all that is missing in one go.

Nothing is changed. Each part is looked at by itself: one that the account may not see hides no other.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence

from muniment_ecm.attributes import Attribute, AttributeType
from muniment_ecm.errors import EcmError, LoginRefused, SetUpMissing
from muniment_ecm.expected_set_up import (
    ExpectedAttribute,
    ExpectedCategory,
    ExpectedSetUp,
    ExpectedWorkspaceType,
)
from muniment_ecm.finding import Finding, bad, good
from muniment_ecm.names import comparable
from muniment_ecm.nodes import NodeType
from muniment_ecm.rights_check import rights_findings
from muniment_ecm.server import ContentServer
from muniment_ecm.server_info import server_info
from muniment_ecm.workspace_types import WorkspaceType


async def check_set_up(server: ContentServer, expected: ExpectedSetUp) -> list[Finding]:
    """Look at everything expected; one finding a thing. A refused login is the only finding then.

    Raises what the kit's peer raises where the server is not reachable.
    """
    try:
        found = [await _account(server)]
    except LoginRefused as refused:
        return [bad("login", "service account", refused.reason, "Correct the account; see section 1.")]
    for subject, look in _LOOKS:
        try:
            found += await look(server, expected)
        except EcmError as trouble:
            found.append(bad(subject, subject, str(trouble), "Give the service account the right to see it."))
    return found


async def _account(server: ContentServer) -> Finding:
    who = await server.members.myself()
    info = await server_info(server.session)
    version = f"Content Server {info.version}" if info.version else "a Content Server that hides its version"
    return good("login", who.name, f"Logged in to {version}.")


async def _categories(server: ContentServer, expected: ExpectedSetUp) -> list[Finding]:
    found: list[Finding] = []
    for category in expected.categories:
        try:
            there = (await server.categories.require({category.name: ()}))[category.name]
        except SetUpMissing as missing:
            found.append(bad("category", category.name, _sentence(missing), "Create it: section 2."))
        else:
            found += _attributes(category, there.attributes)
    return found


def _attributes(category: ExpectedCategory, there: Mapping[str, Attribute]) -> list[Finding]:
    faults = [
        fault
        for wanted in category.attributes
        if (fault := _fault_of(wanted, there.get(wanted.name))) is not None
    ]
    if not faults:
        return [good("category", category.name, f"Has its {len(category.attributes)} attributes.")]
    return [
        bad(
            "attribute", f"{category.name}: {name}", what, "Correct it, then upgrade the category: section 2."
        )
        for name, what in faults
    ]


def _fault_of(wanted: ExpectedAttribute, found: Attribute | None) -> tuple[str, str] | None:
    if found is None:
        return wanted.name, "The category has no such attribute."
    if found.type not in _HOLDS[wanted.type]:
        return wanted.name, f"It holds {found.type.value}, and {wanted.type.value} is to be written."
    if wanted.max_length and found.max_length and found.max_length < wanted.max_length:
        return wanted.name, f"It holds {found.max_length} characters; longer values would be cut."
    if wanted.is_multi_value and not found.is_multi_value:
        return wanted.name, "It holds one value, and several are to be written."
    return None


async def _workspace_types(server: ContentServer, expected: ExpectedSetUp) -> list[Finding]:
    types = {found.name: found for found in await server.workspace_types.all()}
    return [
        await _workspace_type(server, wanted, types.get(wanted.name)) for wanted in expected.workspace_types
    ]


async def _workspace_type(
    server: ContentServer, wanted: ExpectedWorkspaceType, there: WorkspaceType | None
) -> Finding:
    subject = "workspace type"
    if there is None:
        what = "There is no such workspace type that the account can see."
        return bad(subject, wanted.name, what, "Create it: section 4.")
    template_id = there.templates.get(wanted.template)
    if template_id is None:
        what = f'It has no template "{wanted.template}".'
        return bad(subject, wanted.name, what, "Assign the template to it: section 4.")
    folders = [node.name async for node in server.nodes.children(template_id, of_type=NodeType.FOLDER)]
    known = {comparable(name) for name in folders}
    missing = [name for name in wanted.folders if comparable(name) not in known]
    if missing:
        what = f"Its template lacks the folders {', '.join(missing)}."
        return bad(subject, wanted.name, what, "Add them to the template: section 4.")
    return good(subject, wanted.name, f"Has its template with {len(wanted.folders)} folders.")


async def _object_types(server: ContentServer, expected: ExpectedSetUp) -> list[Finding]:
    registered = {
        (found.system, found.type): found.workspace_type_id
        for found in await server.workspace_types.business_object_types()
    }
    types = {found.name: found.id for found in await server.workspace_types.all()}
    found: list[Finding] = []
    for wanted in expected.workspace_types:
        kind = wanted.business_object_type
        type_id = registered.get((expected.external_system, kind))
        if type_id is None:
            what = f'The external system "{expected.external_system}" has no such business object type.'
            found.append(bad("business object type", kind, what, "Register it: section 3."))
        elif wanted.name in types and type_id != types[wanted.name]:
            what = f'It belongs to another workspace type than "{wanted.name}".'
            found.append(bad("business object type", kind, what, "Assign it: section 3."))
        else:
            found.append(good("business object type", kind, f'Belongs to "{wanted.name}".'))
    return found


async def _record_classes(server: ContentServer, expected: ExpectedSetUp) -> list[Finding]:
    return await _by_name("RM classification", expected.record_classes, server.records.require, "section 6")


async def _maps(server: ContentServer, expected: ExpectedSetUp) -> list[Finding]:
    return await _by_name("workflow map", expected.workflow_maps, _map_of(server), "section 5")


def _map_of(server: ContentServer) -> Callable[[Sequence[str]], Awaitable[object]]:
    async def require(names: Sequence[str]) -> None:
        for name in names:
            await server.workflows.map_named(name)

    return require


async def _by_name(
    subject: str, names: Sequence[str], require: Callable[[Sequence[str]], Awaitable[object]], where: str
) -> list[Finding]:
    found: list[Finding] = []
    for name in names:
        try:
            await require([name])
        except SetUpMissing as missing:
            found.append(bad(subject, name, _sentence(missing), f"Create it: {where}."))
        else:
            found.append(good(subject, name, "Is there."))
    return found


def _sentence(missing: SetUpMissing) -> str:
    text = "; ".join(missing.missing)
    return f"{text[:1].upper()}{text[1:]}."


_LOOKS: tuple[tuple[str, Callable[[ContentServer, ExpectedSetUp], Awaitable[list[Finding]]]], ...] = (
    ("categories", _categories),
    ("workspace types", _workspace_types),
    ("business object types", _object_types),
    ("RM classifications", _record_classes),
    ("workflow maps", _maps),
    ("rights", rights_findings),
)
_TEXT_TOO = {AttributeType.TEXT, AttributeType.OTHER}
_HOLDS: dict[AttributeType, set[AttributeType]] = {
    AttributeType.TEXT: _TEXT_TOO,
    AttributeType.INTEGER: {AttributeType.INTEGER, AttributeType.REAL, *_TEXT_TOO},
    AttributeType.REAL: {AttributeType.REAL, *_TEXT_TOO},
    AttributeType.BOOLEAN: {AttributeType.BOOLEAN, *_TEXT_TOO},
    AttributeType.DATE: {AttributeType.DATE, AttributeType.DATE_TIME, *_TEXT_TOO},
    AttributeType.DATE_TIME: {AttributeType.DATE_TIME, *_TEXT_TOO},
    AttributeType.OTHER: set(AttributeType),
}
"""Which types of attributes can hold what is to be written; a date alone would lose the time of day."""
