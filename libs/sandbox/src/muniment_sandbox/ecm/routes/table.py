"""Every call this server answers, in one table."""

from __future__ import annotations

from itertools import chain

from muniment_sandbox.ecm.routes import (
    assignments,
    audit,
    categories,
    children,
    classifications,
    documents,
    forms,
    holds,
    managed_items,
    members,
    nicknames,
    nodes,
    otds,
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

_RESOURCES = (
    assignments, audit, categories, children, classifications, documents, forms, holds,
    managed_items, members, nicknames, nodes, otds, permissions, records, recycle_bin, relations,
    retention, roles, search, server, sessions, uploads, volumes, workflow_status, workflows,
    workspace_types, workspaces, )  # fmt: skip


def build_router() -> Router:
    """Return the router over all resources."""
    return Router(chain.from_iterable(resource.routes for resource in _RESOURCES))
