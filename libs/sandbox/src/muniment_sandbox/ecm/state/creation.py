"""New nodes: made from scratch, or copied with everything below."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

from muniment_sandbox.ecm.jsontype import Json
from muniment_sandbox.ecm.state.categories import Categories
from muniment_sandbox.ecm.state.clock import Clock, iso_local
from muniment_sandbox.ecm.state.documents import Documents
from muniment_sandbox.ecm.state.names import checked_name
from muniment_sandbox.ecm.state.nodes import NO_ORIGIN, VOLUMES, External, Node, Subtype
from muniment_sandbox.ecm.state.records import Records
from muniment_sandbox.ecm.state.refusals import Kind, Refused, duplicate, missing_argument
from muniment_sandbox.ecm.state.rights import OPEN, Acl
from muniment_sandbox.ecm.state.tables import Sequence
from muniment_sandbox.ecm.state.tree import NodeTree
from muniment_sandbox.ecm.state.upload import Upload


@dataclass(frozen=True, slots=True)
class NewNode:
    """What a client asks for when it creates an item."""

    parent_id: int
    type: int
    name: str
    description: str = ""
    names: Mapping[str, str] = field(default_factory=dict)
    external: External = NO_ORIGIN
    original_id: int = 0
    url: str = ""
    categories: Mapping[str, Json] = field(default_factory=dict)
    classifications: tuple[int, ...] = ()
    upload: Upload | None = None
    node_id: int | None = None


def _adopt_nothing(_source: Node, _copy: Node) -> None:
    """Keep nothing elsewhere."""


class Creation:
    """Creates and copies; a refused creation leaves nothing behind."""

    def __init__(
        self,
        tree: NodeTree,
        documents: Documents,
        categories: Categories,
        records: Records,
        sequence: Sequence,
        clock: Clock,
    ) -> None:
        self._tree = tree
        self._documents = documents
        self._categories = categories
        self._records = records
        self._sequence = sequence
        self._clock = clock
        self.adopt: Callable[[Node, Node], None] = _adopt_nothing
        """Hears of every copied node: what is kept of it elsewhere is copied there."""

    def create(self, new: NewNode, member_id: int) -> Node:
        """Create one item; refuse a document without a file, a shortcut to nowhere, a taken name."""
        name = checked_name(new.name)
        self._check(new)
        if self._tree.child_named(new.parent_id, name) is not None:
            raise duplicate(name)
        node = self._blank(new, name, member_id)
        self._inherit_categories(node)
        node.categories = self._categories.merged(node, new.categories)
        self._tree.add(node)
        self._records.inherit(node, self._today())
        if new.upload is not None:
            self._documents.add_version(node, new.upload, member_id, external=new.external)
        node.edits = 0
        self._tree.changed(node)
        self._tree.touch_parent(node, member_id)
        return node

    def copy(self, source: Node, parent_id: int, name: str | None, member_id: int) -> Node:
        """Copy an item and everything below it to another place."""
        if source.type in VOLUMES:
            raise Refused(Kind.INVALID, f"The item '{source.name}' ({source.id}) cannot be copied.")
        parent = self._tree.get(parent_id)
        if any(above.id == source.id for above in self._tree.ancestors(parent)):
            raise Refused(
                Kind.FAILED, f"Could not copy item '{source.name}': it cannot be copied into itself."
            )
        copied = self._copy_one(source, parent_id, name if name is not None else source.name, member_id)
        waiting = [(source.id, copied.id)]
        while waiting:
            from_id, to_id = waiting.pop()
            for child_id in list(self._tree.children(from_id).ids()):
                child = self._tree.get(child_id)
                waiting.append((child_id, self._copy_one(child, to_id, child.name, member_id).id))
        self._tree.touch_parent(copied, member_id)
        return copied

    def _copy_one(self, source: Node, parent_id: int, name: str, member_id: int) -> Node:
        now = self._clock.seconds()
        node = replace(
            source,
            id=self._sequence.next(),
            parent_id=parent_id,
            name=name,
            names=dict(source.names),
            descriptions=dict(source.descriptions),
            create_date=now,
            modify_date=now,
            create_user_id=member_id,
            modify_user_id=member_id,
            owner_user_id=member_id,
            nickname="",
            acl=self._acl_below(parent_id),
            edits=0,
            reserved_user_id=0,
            reserved_date=None,
            versions=[],
            categories={key: applied.copy() for key, applied in source.categories.items()},
            classifications=list(source.classifications),
        )
        self._tree.add(node)
        self._records.inherit(node, self._today(), source)
        self.adopt(source, node)
        if source.is_document:
            self._documents.copy_versions(source, node)
        return node

    def _blank(self, new: NewNode, name: str, member_id: int) -> Node:
        now = self._clock.seconds()
        return Node(
            id=new.node_id if new.node_id is not None else self._sequence.next(),
            parent_id=new.parent_id,
            type=new.type,
            name=name,
            create_date=now,
            modify_date=now,
            create_user_id=member_id,
            modify_user_id=member_id,
            owner_user_id=member_id,
            description=new.description,
            names=dict(new.names),
            external=new.external,
            original_id=new.original_id,
            url=new.url,
            classifications=list(new.classifications),
            acl=self._acl_below(new.parent_id),
        )

    def _acl_below(self, parent_id: int) -> Acl:
        """A new item has the access list of the container it is put into."""
        parent = self._tree.find(parent_id)
        return OPEN if parent is None else parent.acl

    def _today(self) -> str:
        return (iso_local(self._clock.seconds()) or "")[:10]

    def _check(self, new: NewNode) -> None:
        if new.type == Subtype.DOCUMENT and new.upload is None:
            raise missing_argument("File")
        if new.type == Subtype.SHORTCUT:
            if not new.original_id:
                raise missing_argument("original_id")
            self._tree.get(new.original_id)
        if new.type == Subtype.URL and not new.url:
            raise missing_argument("url")
        if new.type in VOLUMES and new.node_id is None:
            raise Refused(Kind.INVALID, f"Could not create a new item of type {new.type}.")

    def _inherit_categories(self, node: Node) -> None:
        parent = self._tree.find(node.parent_id)
        for applied in parent.categories.values() if parent is not None else ():
            if applied.inherited:
                node.categories[applied.category_id] = applied.copy()
