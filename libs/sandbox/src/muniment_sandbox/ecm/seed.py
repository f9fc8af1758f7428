"""Fills a state from a seed file (``seeds/*.toml``): what an administrator would have set up."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from importlib import resources
from typing import Any

from muniment_sandbox.ecm.seed_content import sow_document
from muniment_sandbox.ecm.seed_records import sow_records
from muniment_sandbox.ecm.seed_workflows import sow_workflow_map
from muniment_sandbox.ecm.state import EcmState
from muniment_sandbox.ecm.state.creation import NewNode
from muniment_sandbox.ecm.state.definitions import Attribute, AttributeSet, AttributeType, CategoryDefinition
from muniment_sandbox.ecm.state.members import GROUP, USER, Member, OAuthClient
from muniment_sandbox.ecm.state.nodes import Node, Subtype
from muniment_sandbox.ecm.state.rights import mask_of
from muniment_sandbox.ecm.state.tree import ROOT
from muniment_sandbox.ecm.state.workspace_types import BusinessObjectType, ExternalSystem, WorkspaceType
from muniment_sandbox.ecm.state.workspaces import Role, Workspace

_SEEDS = resources.files("muniment_sandbox.ecm") / "seeds"
_FIRST_MEMBER_ID = 1002


@dataclass(frozen=True, slots=True)
class Credentials:
    """How the seed's service account logs in."""

    username: str
    password: str
    client_id: str
    client_secret: str


def seed_names() -> list[str]:
    """The seeds there are."""
    return sorted(one.name.removesuffix(".toml") for one in _SEEDS.iterdir() if one.name.endswith(".toml"))


def seeded(name: str = "demo", state: EcmState | None = None) -> tuple[EcmState, Credentials]:
    """Return a state filled from a seed, and its service account; ``ValueError`` for an unknown seed."""
    state = state or EcmState()
    layers = _layers(name)
    state.directory.found()
    for layer in layers:
        _Sower(state, layer).sow()
    state.commit()
    return state, Credentials(**layers[-1]["credentials"])


def credentials_of(name: str) -> Credentials:
    """The service account of a seed; ``ValueError`` for an unknown seed."""
    return Credentials(**_layers(name)[-1]["credentials"])


def _layers(name: str) -> list[dict[str, Any]]:
    if name not in seed_names():
        message = f"there is no seed '{name}'; there are {', '.join(seed_names())}"
        raise ValueError(message)
    layer = tomllib.loads((_SEEDS / f"{name}.toml").read_text(encoding="utf-8"))
    return [*(_layers(layer["base"]) if "base" in layer else []), layer]


class _Sower:
    """Puts one layer of a seed into a state; the administrator (1000) is who does it."""

    def __init__(self, state: EcmState, layer: Mapping[str, Any]) -> None:
        self._state = state
        self._layer = layer
        self._by = 1000

    def sow(self) -> None:
        self._members()
        for given in self._layer.get("volume", []):
            self._node(ROOT, given["type"], given["name"], given["id"])
        for given in self._layer.get("permission", []):
            self._permission(given)
        for given in self._layer.get("folder", []):
            self._folder(Subtype.ENTERPRISE, given["path"])
        for given in self._layer.get("category", []):
            self._category(given)
        for given in self._layer.get("external_system", []):
            self._state.workspace_types.add_system(
                ExternalSystem(**given, node_id=self._state.sequence.next())
            )
        for given in self._layer.get("workspace_type", []):
            self._workspace_type(given)
        for given in self._layer.get("business_object_type", []):
            kind = self._state.workspace_types.named(given["workspace_type"])
            self._state.workspace_types.add_object_type(
                BusinessObjectType(given["id"], given["bo_type"], given["name"], given["system"], kind.id)
            )
        for given in self._layer.get("classification_tree", []):
            self._classification_tree(given)
        sow_records(self._state, self._layer, self._by)
        self._documents()
        for given in self._layer.get("workflow_map", []):
            self._workflow_map(given)

    def _documents(self) -> None:
        for given in self._layer.get("document", []):
            folder = self._folder(Subtype.ENTERPRISE, given["path"])
            sow_document(self._state, given, folder, self._by)
        for given in self._layer.get("saved_query", []):
            folder = self._folder(Subtype.ENTERPRISE, given["path"])
            node = self._node(folder.id, Subtype.SAVED_QUERY, given["name"])
            self._state.saved_queries.keep(node, given["where"])

    def _members(self) -> None:
        members = self._state.members
        for given in self._layer.get("member", []):
            kind = GROUP if given.get("type") == "group" else USER
            member = Member(
                id=given.get("id", _FIRST_MEMBER_ID + len(list(members.all()))),
                type=kind,
                name=given["name"],
                first_name=given.get("first_name", ""),
                last_name=given.get("last_name", ""),
                email=given.get("email", ""),
                title=given.get("title", ""),
                password=given.get("password", ""),
                group_id=1001 if kind == USER else 0,
                is_admin=given.get("admin", False),
            )
            members.add(member)
            for name in given.get("members", []):
                members.join(self._member(name), member)
        for given in self._layer.get("oauth_client", []):
            members.add_client(
                OAuthClient(given["client_id"], given["secret"], self._member(given["member"]).id)
            )

    def _member(self, name: str) -> Member:
        member = self._state.members.named(name)
        if member is None:
            message = f"the seed names a member '{name}' that it does not define"
            raise ValueError(message)
        return member

    def _permission(self, given: Mapping[str, Any]) -> None:
        """Rights on a folder, which is made where it is missing; what is made in it later has them too."""
        node = self._folder(given.get("volume", Subtype.ENTERPRISE), given.get("path", []))
        acl = node.acl
        if "public" in given:
            acl = replace(acl, public=mask_of(given["public"]))
        for name, rights in given.get("members", {}).items():
            acl = acl.with_assigned(self._member(name).id, mask_of(rights))
        self._state.access.set_acl(node, acl, self._by)

    def _category(self, given: Mapping[str, Any]) -> None:
        folder = self._folder(Subtype.CATEGORIES_VOLUME, [given["folder"]], Subtype.CATEGORY_FOLDER)
        node = self._node(folder.id, Subtype.CATEGORY, given["name"])
        definition = CategoryDefinition(node.id, node.name)
        for item in given["attributes"]:
            definition.items.append(_attribute_or_set(item, definition.next_id))
        self._state.categories.define(definition)

    def _workspace_type(self, given: Mapping[str, Any]) -> None:
        state = self._state
        folder = self._folder(Subtype.DOCUMENT_TEMPLATES, ["Business Workspaces"])
        template = self._node(folder.id, Subtype.WORKSPACE, given["name"])
        template.workspace_type_id, template.workspace_template_id = given["id"], template.id
        for name in given["folders"]:
            self._node(template.id, Subtype.FOLDER, name)
        for name in given["categories"]:
            state.categories.apply(template, state.categories.named(name).id, {})
        state.tree.touch(template, self._by)
        roles = [
            Role(
                id=state.sequence.next(),
                name=role["name"],
                is_leader=role.get("leader", False),
                perms=mask_of(role["rights"]),
                member_ids=[self._member(name).id for name in role["members"]],
            )
            for role in given["roles"]
        ]
        state.workspaces.add(Workspace(template.id, given["id"], template.id, roles=roles), is_template=True)
        location = self._folder(Subtype.ENTERPRISE, given["location"])
        config = self._node(self._volume(Subtype.WORKSPACES_VOLUME).id, Subtype.FOLDER, given["name"])
        state.workspace_types.add(
            WorkspaceType(given["id"], given["name"], config.id, [template.id], location.id)
        )

    def _workflow_map(self, given: Mapping[str, Any]) -> None:
        folder = self._folder(Subtype.ENTERPRISE, given["folder"])
        node = self._node(folder.id, Subtype.WORKFLOW_MAP, given["name"])
        sow_workflow_map(self._state, node, given, lambda name: self._member(name).id)

    def _classification_tree(self, given: Mapping[str, Any]) -> None:
        tree = self._node(
            self._volume(Subtype.CLASSIFICATION_VOLUME).id, Subtype.CLASSIFICATION_TREE, given["name"]
        )
        for name in given["classifications"]:
            self._node(tree.id, Subtype.CLASSIFICATION, name)

    def _folder(self, volume: int, path: list[str], subtype: int = Subtype.FOLDER) -> Node:
        """The folder at a path, made where it is missing."""
        node = self._volume(volume)
        for name in path:
            node = self._state.tree.child_named(node.id, name) or self._node(node.id, subtype, name)
        return node

    def _volume(self, subtype: int) -> Node:
        volume = self._state.tree.volume(subtype)
        if volume is None:
            message = f"the seed uses volume {subtype} that it does not define"
            raise ValueError(message)
        return volume

    def _node(self, parent_id: int, subtype: int, name: str, node_id: int | None = None) -> Node:
        return self._state.creation.create(NewNode(parent_id, subtype, name, node_id=node_id), self._by)


def _attribute_or_set(given: Mapping[str, Any], first_id: int) -> Attribute | AttributeSet:
    if "attributes" not in given:
        return _attribute(given, first_id)
    inner = [_attribute(one, first_id + number) for number, one in enumerate(given["attributes"], start=1)]
    return AttributeSet(first_id, given["name"], tuple(inner), given.get("max_rows", 1))


def _attribute(given: Mapping[str, Any], attribute_id: int) -> Attribute:
    return Attribute(
        id=attribute_id,
        name=given["name"],
        type=AttributeType(given.get("type", "text")),
        description=given.get("description", ""),
        required=given.get("required", False),
        max_length=given.get("max_length"),
        max_values=given.get("max_values", 1),
        valid_values=tuple(given.get("valid_values", ())),
    )
