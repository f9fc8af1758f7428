"""Client of the OpenText Content Server REST API, and an archive on top of it.

Knows Content Server and nothing of the business. Start with ``Archive``; ``ContentServer`` has the single
resources.
"""

from __future__ import annotations

from muniment_ecm.archive import Archive
from muniment_ecm.attributes import Value
from muniment_ecm.errors import (
    AnswerNotUnderstood,
    CategoryAlreadyApplied,
    CategoryNotApplied,
    ContentMismatch,
    EcmError,
    EditConflict,
    FinalRecord,
    InvalidValue,
    LoginRefused,
    MissingParameter,
    NameTaken,
    NameTakenByOther,
    NicknameTaken,
    NodeNotAccessible,
    NotLoggedIn,
    NotPermitted,
    OnHold,
    RefusedByServer,
    ReservedByOther,
    SetUpMissing,
    UnknownRoute,
)
from muniment_ecm.filing_plan import Filed, FilingOutcome, FilingPlan, Sort, WorkspacePlan
from muniment_ecm.holds import Hold, HoldDraft, NodeHold
from muniment_ecm.layout import ArchiveLayout, CategoryLayout, WorkspaceLayout
from muniment_ecm.record_state import Record, RecordDetails
from muniment_ecm.relations import RelatedWorkspace, Relation
from muniment_ecm.search_query import Query, Region
from muniment_ecm.server import ContentServer
from muniment_ecm.server_settings import Account, ContentServerSettings
from muniment_ecm.workflow_errors import TaskNotAccessible
from muniment_ecm.workflow_plans import WorkflowPlan
from muniment_ecm.workflow_progress import Decision, Outcome, ProcessRecord, ProcessState, ProcessStatus

__all__ = [
    "Account",
    "AnswerNotUnderstood",
    "Archive",
    "ArchiveLayout",
    "CategoryAlreadyApplied",
    "CategoryLayout",
    "CategoryNotApplied",
    "ContentMismatch",
    "ContentServer",
    "ContentServerSettings",
    "Decision",
    "EcmError",
    "EditConflict",
    "Filed",
    "FilingOutcome",
    "FilingPlan",
    "FinalRecord",
    "Hold",
    "HoldDraft",
    "InvalidValue",
    "LoginRefused",
    "MissingParameter",
    "NameTaken",
    "NameTakenByOther",
    "NicknameTaken",
    "NodeHold",
    "NodeNotAccessible",
    "NotLoggedIn",
    "NotPermitted",
    "OnHold",
    "Outcome",
    "ProcessRecord",
    "ProcessState",
    "ProcessStatus",
    "Query",
    "Record",
    "RecordDetails",
    "RefusedByServer",
    "Region",
    "RelatedWorkspace",
    "Relation",
    "ReservedByOther",
    "SetUpMissing",
    "Sort",
    "TaskNotAccessible",
    "UnknownRoute",
    "Value",
    "WorkflowPlan",
    "WorkspaceLayout",
    "WorkspacePlan",
]
