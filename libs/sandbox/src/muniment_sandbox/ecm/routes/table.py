"""Every call this server answers, in one table."""

from __future__ import annotations

from itertools import chain

from muniment_sandbox.ecm.answers import UNKNOWN_URL
from muniment_sandbox.ecm.calls import Answer, Call
from muniment_sandbox.ecm.openapi.calls import unserved_calls
from muniment_sandbox.ecm.routes import (
    actions,
    assignments,
    audit,
    categories,
    children,
    classifications,
    documents,
    facets,
    forms,
    holds,
    managed_items,
    members,
    nicknames,
    nodes,
    otds,
    otds_access,
    otds_identities,
    own_items,
    permissions,
    records,
    recycle_bin,
    relations,
    retention,
    roles,
    search,
    server,
    sessions,
    uploads,
    volumes,
    workflow_status,
    workflows,
    workspace_types,
    workspaces,
)
from muniment_sandbox.ecm.routing import Router
from muniment_sandbox.ecm.state.refusals import Kind, Refused

_RESOURCES = (
    actions, assignments, audit, categories, children, classifications, documents, facets, forms, holds,
    managed_items, members, nicknames, nodes, otds, otds_access, otds_identities,
    own_items, permissions, records, recycle_bin, relations,
    retention, roles, search, server, sessions, uploads, volumes, workflow_status, workflows,
    workspace_types, workspaces, )  # fmt: skip


def build_router() -> Router:
    """Return the router over all resources."""
    router = Router(chain.from_iterable(resource.routes for resource in _RESOURCES))
    for call in unserved_calls(router.routes):
        router.shut(call.method, call.path, _unknown)
    return router


def _unknown(_: Call) -> Answer:
    raise Refused(Kind.INVALID, UNKNOWN_URL)
