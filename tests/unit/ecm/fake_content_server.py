"""A Content Server in memory, as small as the archive allows: every fault at every request, in milliseconds.

The ECM sandbox is the faithful one; the integration tests file through it over HTTP.
"""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from enum import Enum, auto
from urllib.parse import unquote

from muniment_ecm import ArchiveLayout
from muniment_kit.http import Answer, OutcomeUnknown, PeerUnavailable, StreamingAnswer
from tests.unit.ecm.form_reading import fields_of, inner
from tests.unit.ecm.scripted_transport import answer, html, refused


class Fault(Enum):
    """What goes wrong with one request, as the kit's peer tells it."""

    LOST_BEFORE = auto()
    LOST_AFTER = auto()
    EXPIRED = auto()
    EMPTY_ANSWER = auto()
    PAGE_INSTEAD_OF_ANSWER = auto()
    NOT_NOW = auto()


@dataclass
class FakeNode:
    """A node with its versions and flat category values."""

    id: int
    parent_id: int
    type: int
    name: str
    description: str = ""
    values: dict[str, object] = field(default_factory=dict)
    versions: list[tuple[bytes, str]] = field(default_factory=list)
    edits: int = 0
    record: dict[str, object] = field(default_factory=dict)
    classified: int = 0


Reply = Callable[..., Answer]
CATEGORIES, CLASSIFICATIONS, LOCATION = 2006, 2007, 3000
RECORD_CLASSES = {70: "Accounting documents", 71: "Fulfilment documents"}
DOCUMENT_CATEGORY, ORDER_CATEGORY = 50, 60
TEMPLATE_FOLDERS = ("Order", "Payment")


class FakeContentServer:
    """Answers as a transport. ``faults`` are by the number of the request, from 0."""

    def __init__(self, layout: ArchiveLayout | None = None) -> None:
        self.layout = layout or ArchiveLayout()
        self.nodes: dict[int, FakeNode] = {}
        self.links: dict[str, int] = {}
        self.calls: list[str] = []
        self.faults: dict[int, Fault] = {}
        self._next_id = 10_000
        self._document_category = DOCUMENT_CATEGORY
        self._keys = {
            DOCUMENT_CATEGORY: self.layout.document_category.attributes,
            ORDER_CATEGORY: self.layout.workspaces[0].category.attributes,
        }
        self._routes: list[tuple[re.Pattern[str], Reply]] = [
            (re.compile(pattern + r"\Z"), reply)
            for pattern, reply in (
                (r"GET /v2/volumes/(133|198|550)", self._volume),
                (r"GET /v1/nodes/(\d+)/rmclassifications", self._record),
                (r"POST /v1/nodes/(\d+)/rmclassifications", self._classify),
                (r"GET /v1/forms/nodes/properties/specific", self._form),
                (r"GET /v2/businessworkspacetypes", self._types),
                (r"GET /v2/businessobjecttypes", self._object_types),
                (r"GET /v2/externalsystems/SHOPIFY/botypes/order/boids/(.+)", self._linked),
                (r"POST /v2/businessworkspaces", self._create_workspace),
                (r"POST /v2/nodes", self._create),
                (r"GET /v2/nodes/(\d+)/nodes", self._children),
                (r"GET /v2/nodes/(\d+)", self._get),
                (r"PUT /v2/nodes/(\d+)/categories/(\d+)", self._update_category),
                (r"GET /v2/nodes/(\d+)/versions", self._versions),
                (r"POST /v2/nodes/(\d+)/versions", self._add_version),
                (r"GET /v2/nodes/(\d+)/versions/(\d+)/content", self._content),
            )
        ]

    def below(self, parent_id: int, node_type: int) -> list[FakeNode]:
        """Return the nodes of a type directly below a parent."""
        return [
            node for node in self.nodes.values() if node.parent_id == parent_id and node.type == node_type
        ]

    @property
    def documents(self) -> list[FakeNode]:
        return [node for node in self.nodes.values() if node.type == 144]

    @property
    def workspaces(self) -> list[FakeNode]:
        return [node for node in self.nodes.values() if node.type == 848]

    def add(self, parent_id: int, node_type: int, name: str, **more: object) -> FakeNode:
        """Put a node there, as a person would."""
        self._next_id += 1
        node = FakeNode(self._next_id, parent_id, node_type, name, **more)  # type: ignore[arg-type]  # test convenience
        self.nodes[node.id] = node
        return node

    def delete(self, node_id: int) -> None:
        """Delete a node with all below it."""
        for child in [node.id for node in self.nodes.values() if node.parent_id == node_id]:
            self.delete(child)
        self.nodes.pop(node_id, None)
        self.links = {key: linked for key, linked in self.links.items() if linked != node_id}

    def replace_document_category(self, category: int | None) -> None:
        """Delete the document category, and define it anew under another id unless that is ``None``."""
        self._keys.pop(self._document_category, None)
        self._document_category = category or 0
        if category is not None:
            self._keys[category] = self.layout.document_category.attributes

    def shown(self, node: FakeNode, category: int) -> dict[str, object]:
        """Return a node's category values by attribute name."""
        return {
            name: node.values.get(f"{category}_{n}") for n, name in enumerate(self._keys[category], start=2)
        }

    async def request(
        self,
        method: str,
        path: str,
        *,
        repeatable: bool,
        headers: Mapping[str, str] | None = None,
        params: Sequence[tuple[str, str | int]] | None = None,
        data: bytes | None = None,
        timeout_s: float | None = None,
    ) -> Answer:
        fault = self.faults.pop(len(self.calls), None)
        self.calls.append(f"{method} {path}")
        lost = PeerUnavailable("lost") if repeatable else OutcomeUnknown("lost")
        if fault is Fault.LOST_BEFORE:
            raise lost
        if fault is Fault.NOT_NOW:
            raise PeerUnavailable("not now", after=1.0)
        if fault is Fault.EXPIRED:
            return refused("Authentication Required", 401)
        told = self._reply(method, path, dict(params or ()), *fields_of(headers or {}, data))
        if fault is Fault.LOST_AFTER or (fault is Fault.EMPTY_ANSWER and path.endswith("/content")):
            raise lost  # content that does not come whole is noticed by its length
        if fault is Fault.EMPTY_ANSWER:
            return answer({})
        return html(200) if fault is Fault.PAGE_INSTEAD_OF_ANSWER else told

    @asynccontextmanager
    async def stream(
        self,
        method: str,
        path: str,
        *,
        repeatable: bool,
        headers: Mapping[str, str] | None = None,
        params: Sequence[tuple[str, str | int]] | None = None,
        timeout_s: float | None = None,
    ) -> AsyncIterator[StreamingAnswer]:
        is_broken = self.faults.get(len(self.calls)) in (Fault.LOST_AFTER, Fault.EMPTY_ANSWER)
        if is_broken:
            del self.faults[len(self.calls)]
        whole = await self.request(method, path, repeatable=repeatable, headers=headers, params=params)

        async def chunks() -> AsyncIterator[bytes]:
            yield whole.body[:3]
            if is_broken:
                raise PeerUnavailable("its answer broke off")
            yield whole.body[3:]

        yield StreamingAnswer(whole.status, whole.headers, chunks)

    async def close(self) -> None: ...

    def _reply(
        self,
        method: str,
        path: str,
        params: Mapping[str, str | int],
        body: dict[str, object],
        file: bytes | None,
    ) -> Answer:
        for pattern, reply in self._routes:
            found = pattern.match(f"{method} {path}")
            if found:
                return reply(*found.groups(), params=params, body=body, file=file)
        return refused("The REST API URL could not be found in the mappings registry", 400)

    def _volume(self, volume: str, **_: object) -> Answer:
        if volume == "550":
            return refused("Could not get a node for volume 550", 400)
        node_id = CATEGORIES if volume == "133" else CLASSIFICATIONS
        return answer(
            {"results": {"data": {"properties": {"id": node_id, "name": "Volume", "type": int(volume)}}}}
        )

    def _record(self, node_id: str, **_: object) -> Answer:
        node = self.nodes.get(int(node_id))
        if node is None:
            return refused(f"Could not get node for {node_id}", 400)
        shown = {"data": [node.record] if node.record else [], "rm_metadataToken": f"r{node.classified}"}
        return answer(shown)

    def _classify(self, node_id: str, *, body: dict[str, object], **_: object) -> Answer:
        node = self.nodes.get(int(node_id))
        if node is None:
            return refused(f"Could not get node for {node_id}", 400)
        if body.get("rm_metadataToken", "r0") != f"r{node.classified}":
            return refused("Could not update metadata (edit conflict).", 400)
        class_id = int(str(body["class_id"]))
        node.classified += 1
        node.record = {
            "rmclassification_id": class_id,
            "name": RECORD_CLASSES[class_id],
            "record_date": f"{body['record_date']}T00:00:00",
        }
        return self._record(node_id)

    def _form(self, *, params: Mapping[str, object], **_: object) -> Answer:
        category = int(str(params["id"]))
        properties = {
            f"{category}_{n}": {"title": name, "type": "string", "maxLength": 254}
            for n, name in enumerate(self._keys[category], start=2)
        }
        return answer({"forms": [{"schema": {"properties": properties}}]})

    def _types(self, **_: object) -> Answer:
        properties = {
            "wksp_type_id": 4,
            "wksp_type_name": "Order",
            "templates": [{"id": 40, "name": "Order"}],
        }
        return answer({"results": [{"data": {"properties": properties}}]})

    def _object_types(self, **_: object) -> Answer:
        properties = {"ext_system_id": "SHOPIFY", "bo_type": "order", "workspace_type_id": 4}
        return answer({"results": [{"data": {"properties": properties}}]})

    def _linked(self, business_object_id: str, **_: object) -> Answer:
        linked = self.links.get(unquote(business_object_id))
        if linked is None:
            return refused("There is no workspace for the business object.", 404)
        return answer({"results": [self._result(self.nodes[linked])]})

    def _create_workspace(self, *, body: dict[str, object], **_: object) -> Answer:
        business_object_id = str(body["bo_id"])
        if business_object_id in self.links:
            return refused("The business object is in use by another workspace.", 400)
        if self._named(LOCATION, str(body["name"])):
            return refused(f"An item with the name '{body['name']}' already exists.")
        workspace = self.add(LOCATION, 848, str(body["name"]))
        for values in inner(body, "roles", "categories").values():
            assert isinstance(values, dict)
            workspace.values.update(values)
        for name in TEMPLATE_FOLDERS:
            self.add(workspace.id, 0, name)
        self.links[business_object_id] = workspace.id
        return answer({"results": {"id": workspace.id, "direct_open": True, "sub_folder_id": 0}})

    def _create(self, *, body: dict[str, object], file: bytes | None, **_: object) -> Answer:
        parent_id, name = int(str(body["parent_id"])), str(body["name"])
        if parent_id not in self.nodes:
            return refused(f"Could not get a node for {parent_id}", 400)
        if self._named(parent_id, name):
            return refused(f"An item with the name '{name}' already exists.")
        values = dict(inner(body, "roles", "categories"))
        if any(int(key.partition("_")[0]) not in self._keys for key in values):
            return refused("Error retrieving the version of the attribute definition node", 400)
        node = self.add(parent_id, int(str(body["type"])), name, description=str(body.get("description", "")))
        if file is not None:
            node.values = values
            node.versions.append((file, ""))
        return answer({"results": self._result(node)})

    def _children(self, parent: str, *, params: Mapping[str, object], **_: object) -> Answer:
        if int(parent) == CATEGORIES:
            named = ((self._document_category, "Shopify Document"), (ORDER_CATEGORY, "Shopify Order"))
            found = [FakeNode(category, CATEGORIES, 131, name) for category, name in named if category]
        elif int(parent) == CLASSIFICATIONS:
            found = [FakeNode(key, CLASSIFICATIONS, 551, name) for key, name in RECORD_CLASSES.items()]
        elif int(parent) in RECORD_CLASSES:
            found = []
        elif int(parent) not in self.nodes:
            return refused(f"Could not get a node for {parent}")
        else:
            part = str(params.get("where_name", "")).casefold()
            found = [
                node
                for node in self.nodes.values()
                if node.parent_id == int(parent)
                and part in node.name.casefold()
                and params.get("where_type", node.type) == node.type
            ]
        return answer({"results": [self._result(node) for node in found]})

    def _get(self, node_id: str, **_: object) -> Answer:
        node = self.nodes.get(int(node_id))
        if node is None:
            return refused(f"Could not get a node for {node_id}", 400)
        tokens = {f"{ORDER_CATEGORY}_1": {"metadata_token": f"t{node.edits}"}}
        return answer({"results": {**self._result(node), "state": {"categories": tokens}}})

    def _update_category(
        self, node_id: str, category: str, *, body: dict[str, object], **_: object
    ) -> Answer:
        node = self.nodes.get(int(node_id))
        if node is None:
            return refused(f"Could not get a node for {node_id}")
        if not any(key.startswith(f"{category}_") for key in node.values):
            return refused(f"Category ID '{category}' is not a category on node '{node_id}'", 400)
        holder = body.pop(f"{category}_1", None)
        if isinstance(holder, dict) and holder.get("metadata_token") != f"t{node.edits}":
            return refused("Could not update metadata (edit conflict).", 409)
        node.values.update(body)
        node.edits += 1
        return answer({"results": {"data": {}}})

    def _versions(self, node_id: str, **_: object) -> Answer:
        versions = self.nodes[int(node_id)].versions
        return answer(
            {
                "results": [
                    {
                        "data": {
                            "versions": {"version_number": n, "description": text, "file_size": len(content)}
                        }
                    }
                    for n, (content, text) in enumerate(versions, start=1)
                ]
            }
        )

    def _add_version(
        self, node_id: str, *, body: dict[str, object], file: bytes | None, **_: object
    ) -> Answer:
        assert file is not None
        node = self.nodes[int(node_id)]
        node.versions.append((file, str(body.get("description", ""))))
        return answer({"results": {"data": {"versions": {"version_number": len(node.versions)}}}})

    def _content(self, node_id: str, version: str, **_: object) -> Answer:
        node = self.nodes.get(int(node_id))
        if node is None or int(version) > len(node.versions):
            return refused(f"Could not locate node: {node_id}, The version is not found")
        return Answer(200, {}, node.versions[int(version) - 1][0])

    def _named(self, parent_id: int, name: str) -> bool:
        return any(
            node.parent_id == parent_id and node.name.casefold() == name.casefold()
            for node in self.nodes.values()
        )

    def _result(self, node: FakeNode) -> dict[str, object]:
        properties = {
            "id": node.id,
            "parent_id": node.parent_id,
            "type": node.type,
            "name": node.name,
            "description": node.description,
        }
        return {"data": {"properties": properties, "categories": [node.values] if node.values else []}}
