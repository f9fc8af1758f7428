"""Whether the account may do what it has to do where it writes: asked of the server, never tried."""

from __future__ import annotations

from collections.abc import Iterable

from muniment_ecm.errors import NodeNotAccessible
from muniment_ecm.expected_set_up import ExpectedSetUp
from muniment_ecm.finding import Finding, bad, good
from muniment_ecm.nodes import NodeType
from muniment_ecm.server import ContentServer
from muniment_ecm.workspace_types import WorkspaceType

#: To make a workspace in the folder of its type.
IN_THE_FOLDER = ("see", "see_contents", "add_items")
#: To file into a workspace: documents, versions, attributes, and the name that follows the order's.
IN_A_WORKSPACE = (*IN_THE_FOLDER, "modify", "edit_attributes", "reserve", "add_major_version")

_REMEDY = "Give the service account, or a group it is in, these rights: section 1."


async def rights_findings(server: ContentServer, expected: ExpectedSetUp) -> list[Finding]:
    """Look at the folder of each expected workspace type, where it is fixed, and at a workspace in it."""
    member_id = (await server.members.myself()).id
    wanted = {one.name for one in expected.workspace_types}
    kinds = [one for one in await server.workspace_types.all() if one.name in wanted and one.location_id]
    return [await _of_type(server, member_id, kind) for kind in kinds]


async def _of_type(server: ContentServer, member_id: int, kind: WorkspaceType) -> Finding:
    name = f"{kind.name} workspaces"
    try:
        lacking = await _lacking(server, kind.location_id, member_id, IN_THE_FOLDER)
        if lacking:
            return bad("rights", name, f"It lacks {lacking} on the folder of {name}.", _REMEDY)
        one = await _any_workspace(server, kind.location_id)
        lacking = "" if one is None else await _lacking(server, one, member_id, IN_A_WORKSPACE)
    except NodeNotAccessible:
        return bad("rights", name, f"It cannot see the folder of {name}.", _REMEDY)
    if lacking:
        return bad("rights", name, f"It lacks {lacking} in {name}, for example in {one}.", _REMEDY)
    return good("rights", name, f"May make {name}." if one is None else f"May make and fill {name}.")


async def _lacking(server: ContentServer, node_id: int, member_id: int, needed: Iterable[str]) -> str:
    has = await server.permissions.effective(node_id, member_id)
    return ", ".join(right for right in needed if right not in has)


async def _any_workspace(server: ContentServer, folder_id: int) -> int | None:
    node = await anext(server.nodes.children(folder_id, of_type=NodeType.WORKSPACE), None)
    return None if node is None else node.id
