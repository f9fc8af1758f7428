"""Nodes: folders, documents, workspaces, categories, volumes, all of one shape with a subtype."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import IntEnum

from muniment_sandbox.ecm.state.applied import AppliedCategory
from muniment_sandbox.ecm.state.rights import OPEN, Acl

MAX_NAME_LENGTH = 248


class Subtype(IntEnum):
    """The subtypes of Content Server that this server knows by name."""

    FOLDER = 0
    SHORTCUT = 1
    WORKFLOW_MAP = 128
    CATEGORY = 131
    CATEGORY_FOLDER = 132
    CATEGORIES_VOLUME = 133
    URL = 140
    ENTERPRISE = 141
    DOCUMENT = 144
    WORKFLOW_ATTACHMENTS = 154
    WORKFLOW_VOLUME = 161
    CLASSIFICATION_TREE = 196
    CLASSIFICATION_VOLUME = 198
    CLASSIFICATION = 199
    SAVED_QUERY = 258
    COLLECTION = 298
    RECORDS_VOLUME = 550
    RM_CLASSIFICATION = 551
    EMAIL_FOLDER = 751
    HOLD = 833
    WORKSPACE = 848
    RELATED_WORKSPACE = 854
    WORKSPACES_VOLUME = 862
    EXTENDED_ECM = 882
    DOCUMENT_TEMPLATES = 20541


TYPE_NAMES: dict[int, str] = {
    Subtype.FOLDER: "Folder",
    Subtype.SHORTCUT: "Shortcut",
    Subtype.WORKFLOW_MAP: "Workflow Map",
    Subtype.CATEGORY: "Category",
    Subtype.CATEGORY_FOLDER: "Category Folder",
    Subtype.CATEGORIES_VOLUME: "Categories Volume",
    Subtype.URL: "URL",
    Subtype.ENTERPRISE: "Enterprise Workspace",
    Subtype.DOCUMENT: "Document",
    Subtype.WORKFLOW_ATTACHMENTS: "Workflow Attachments",
    Subtype.WORKFLOW_VOLUME: "Workflow Volume",
    Subtype.CLASSIFICATION_TREE: "Classification Tree",
    Subtype.CLASSIFICATION_VOLUME: "Classification Volume",
    Subtype.CLASSIFICATION: "Classification",
    Subtype.SAVED_QUERY: "Search Query",
    Subtype.COLLECTION: "Collection",
    Subtype.RECORDS_VOLUME: "Records Management",
    Subtype.RM_CLASSIFICATION: "RM Classification",
    Subtype.EMAIL_FOLDER: "Email Folder",
    Subtype.HOLD: "Hold",
    Subtype.WORKSPACE: "Business Workspace",
    Subtype.RELATED_WORKSPACE: "Related Business Workspace",
    Subtype.WORKSPACES_VOLUME: "Business Workspaces Volume",
    Subtype.EXTENDED_ECM: "Extended ECM",
    Subtype.DOCUMENT_TEMPLATES: "Document Templates Volume",
}

LEAVES = frozenset({
    Subtype.SHORTCUT, Subtype.WORKFLOW_MAP, Subtype.CATEGORY, Subtype.URL, Subtype.DOCUMENT, Subtype.HOLD,
    Subtype.RELATED_WORKSPACE, Subtype.SAVED_QUERY,
})  # fmt: skip
VOLUMES = frozenset({
    Subtype.CATEGORIES_VOLUME, Subtype.ENTERPRISE, Subtype.WORKFLOW_VOLUME, Subtype.CLASSIFICATION_VOLUME,
    Subtype.RECORDS_VOLUME, Subtype.WORKSPACES_VOLUME, Subtype.EXTENDED_ECM, Subtype.DOCUMENT_TEMPLATES,
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class External:
    """Where the item came from, as its sender says. Dates are ``YYYY-MM-DD`` or a time without zone."""

    create_date: str | None = None
    modify_date: str | None = None
    identity: str = ""
    identity_type: str = ""
    source: str = ""


NO_ORIGIN = External()


@dataclass(slots=True)
class Version:
    """One version of a document; its bytes lie in the contents table under ``version_id``."""

    version_id: int
    number: int
    major: int
    minor: int
    file_name: str
    mime_type: str
    size_bytes: int
    owner_id: int
    create_date: int
    modify_date: int
    description: str = ""
    locked_user_id: int | None = None
    locked_date: int | None = None
    external: External = NO_ORIGIN


@dataclass(slots=True)
class Node:
    """One item of the tree. Dates are epoch seconds."""

    id: int
    parent_id: int
    type: int
    name: str
    create_date: int
    modify_date: int
    create_user_id: int
    modify_user_id: int
    owner_user_id: int
    description: str = ""
    names: dict[str, str] = field(default_factory=dict)
    descriptions: dict[str, str] = field(default_factory=dict)
    external: External = NO_ORIGIN
    original_id: int = 0
    url: str = ""
    hidden: bool = False
    reserved_user_id: int = 0
    reserved_date: int | None = None
    advanced_versioning: bool = False
    nickname: str = ""
    edits: int = 0
    """Counts writes; the metadata token is made of it."""
    versions: list[Version] = field(default_factory=list)
    categories: dict[int, AppliedCategory] = field(default_factory=dict)
    classifications: list[int] = field(default_factory=list)
    workspace_type_id: int | None = None
    workspace_template_id: int | None = None
    in_recycle_bin: bool = False
    acl: Acl = OPEN
    """Set through :meth:`NodeTree.set_acl` once the node is in the tree; shared by many nodes."""

    @property
    def is_container(self) -> bool:
        return self.type not in LEAVES

    @property
    def is_document(self) -> bool:
        return self.type == Subtype.DOCUMENT

    @property
    def is_workspace(self) -> bool:
        return self.type == Subtype.WORKSPACE

    @property
    def type_name(self) -> str:
        return TYPE_NAMES.get(self.type, f"Item {self.type}")
