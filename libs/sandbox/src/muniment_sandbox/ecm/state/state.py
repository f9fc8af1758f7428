"""Everything the server knows, in one object: no HTTP here, nothing waits, every call is one step."""

from __future__ import annotations

from muniment_sandbox.ecm.state.access import Access
from muniment_sandbox.ecm.state.audit import Audit, AuditEntry
from muniment_sandbox.ecm.state.categories import Categories
from muniment_sandbox.ecm.state.clock import Clock
from muniment_sandbox.ecm.state.creation import Creation
from muniment_sandbox.ecm.state.definitions import CategoryDefinition
from muniment_sandbox.ecm.state.directory import AccessRole, Directory, Licensed, Partition
from muniment_sandbox.ecm.state.documents import Documents
from muniment_sandbox.ecm.state.favorites import Favorites
from muniment_sandbox.ecm.state.holds import Held, Hold, Holds
from muniment_sandbox.ecm.state.members import Member, Members, OAuthClient
from muniment_sandbox.ecm.state.nodes import Node
from muniment_sandbox.ecm.state.preservation import Preservation
from muniment_sandbox.ecm.state.records import Record, RecordClass, Records
from muniment_sandbox.ecm.state.recycle_bin import Deleted, RecycleBin
from muniment_sandbox.ecm.state.retention import Code, Retention, Rsi
from muniment_sandbox.ecm.state.saved_queries import SavedQueries
from muniment_sandbox.ecm.state.search import Search
from muniment_sandbox.ecm.state.sessions import Sessions
from muniment_sandbox.ecm.state.tables import (
    Contents,
    ForgetfulJournal,
    Indexed,
    Journal,
    Ledger,
    Sequence,
    Table,
)
from muniment_sandbox.ecm.state.tree import NodeTree
from muniment_sandbox.ecm.state.upload import PART_SIZE_BYTES, PartedUpload, Uploads
from muniment_sandbox.ecm.state.workflow_attachments import WorkflowAttachments
from muniment_sandbox.ecm.state.workflow_maps import WorkflowMap
from muniment_sandbox.ecm.state.workflow_processes import Draft, Process
from muniment_sandbox.ecm.state.workflow_writes import WorkflowWrites
from muniment_sandbox.ecm.state.workflows import Workflows
from muniment_sandbox.ecm.state.workspace_creation import WorkspaceCreation
from muniment_sandbox.ecm.state.workspace_types import (
    BusinessObjectType,
    ExternalSystem,
    WorkspaceType,
    WorkspaceTypes,
)
from muniment_sandbox.ecm.state.workspaces import Workspace, Workspaces


class EcmState:
    """One Content Server and its OTDS.

    ``clock``, ``journal``, ``contents`` (the bytes of versions) and ``session_key`` may be given;
    ``commit()`` makes the writes since the last one durable and is called before an answer leaves. Every
    table is made as ``Table[key, entity](name, keeper)``: so a data file knows what it holds.
    """

    def __init__(
        self,
        *,
        clock: Clock | None = None,
        journal: Journal | None = None,
        contents: Contents | None = None,
        session_key: bytes | None = None,
    ) -> None:
        self.clock = clock or Clock()
        self.ledger = keeper = Ledger(journal or ForgetfulJournal())
        self.sequence = Sequence(keeper)
        self.members = Members(
            Table[int, Member]("members", keeper), Table[str, OAuthClient]("oauth_clients", keeper)
        )
        self.directory = Directory(
            Table[str, Partition]("partitions", keeper),
            Table[str, AccessRole]("access_roles", keeper),
            Table[str, Licensed]("licensed", keeper),
            self.members,
        )
        self.sessions = Sessions(self.clock, session_key, keeper)
        self.saved_queries = SavedQueries(Table[int, str]("saved_queries", keeper))
        self.favorites = Favorites(Table[int, list[int]]("favorites", keeper))
        deleted = Table[int, Deleted]("recycle_bin", keeper)
        self.tree = NodeTree(Table[int, Node]("nodes", keeper), self.clock, deleted)
        self.categories = Categories(Table[int, CategoryDefinition]("categories", keeper))
        self.audit = Audit(Table[int, AuditEntry]("audit", keeper), self.clock)
        self.holds = Holds(
            Table[int, Hold]("holds", keeper),
            Table[str, Held]("held", keeper),
            self.tree,
            self.sequence,
            self.clock,
        )
        self.records = Records(
            Table[int, Record]("records", keeper),
            Table[int, RecordClass]("record_classes", keeper),
            self.tree,
        )
        self.retention = Retention(
            Table[int, Rsi]("rsis", keeper), Table[str, list[Code]]("codes", keeper), self.sequence
        )
        self.preservation = Preservation(self.tree, self.holds, self.records)
        if contents is None:
            contents = Table[int, bytes]("contents", keeper)
        self.documents = Documents(self.tree, contents, self.sequence, self.clock, self.preservation)
        self.uploads = Uploads(
            Table[str, PartedUpload]("uploads", keeper), contents, self.sequence, PART_SIZE_BYTES
        )
        self.creation = Creation(
            self.tree, self.documents, self.categories, self.records, self.sequence, self.clock
        )
        self.workspace_types = WorkspaceTypes(
            Table[int, WorkspaceType]("workspace_types", keeper),
            Table[int, BusinessObjectType]("business_object_types", keeper),
            Table[str, ExternalSystem]("external_systems", keeper),
        )
        self.workspaces = Workspaces(Table[int, Workspace]("workspaces", keeper), self.tree)
        self.workspace_creation = WorkspaceCreation(
            self.tree, self.creation, self.categories, self.workspaces, self.workspace_types, self.sequence
        )
        self.creation.adopt = self.workspace_creation.adopt
        self.access = Access(self.tree, self.members, self.workspaces)
        self.search = Search(self.tree, self.documents, keeper, self.clock)
        self.recycle_bin = RecycleBin(
            deleted, self.tree, self.documents, self.workspaces, self.preservation, self.clock
        )
        attachments = WorkflowAttachments(self.tree, self.creation, self.workspaces, self.recycle_bin)
        self.workflows = Workflows(
            Table[int, WorkflowMap]("workflow_maps", keeper),
            Table[int, Draft]("workflow_drafts", keeper),
            Table[int, Process]("workflow_processes", keeper),
            members=self.members,
            attachments=attachments,
            writes=WorkflowWrites(self.tree, self.categories, self.members, attachments),
            sequence=self.sequence,
            clock=self.clock,
        )

    def commit(self) -> None:
        """Make every write since the last commit durable."""
        self.ledger.commit()

    def rebuild(self) -> None:
        """Derive all indexes again, after the tables were loaded."""
        for part in vars(self).values():
            if isinstance(part, Indexed):
                part.rebuild()
