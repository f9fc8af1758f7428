"""What Content Server may answer, as types.

::

    MunimentError (kit)
    └── EcmError                          every error of this client
        ├── also Retryable                the surroundings are not right yet; the document is fine
        │   ├── NotLoggedIn               401: the session answers it with one login
        │   ├── LoginRefused              the account does not get in; logins pause so that it is not locked
        │   ├── SetUpMissing              something an administrator must prepare is not there
        │   ├── UnknownRoute              the server has no such REST call: wrong URL or module not installed
        │   ├── NodeNotAccessible         gone or no permission; the server does not tell which
        │   ├── NameTaken                 the container already has a node of this name
        │   ├── CategoryNotApplied        the node lacks the category
        │   ├── CategoryAlreadyApplied    the node has the category already
        │   ├── EditConflict              somebody changed the node since it was read
    │   ├── NotPermitted              the service account sees the node and may not do this with it
    │   ├── ReservedByOther           somebody has the document checked out
        │   ├── TaskNotAccessible         a workflow task is finished, unknown or somebody else's
        │   └── AnswerNotUnderstood       a success without what it must contain; a create may have happened
        └── also Rejected                 this document cannot be filed as it is: dead letter
            ├── MissingParameter          our request lacked something
            ├── InvalidValue              a value has the wrong type, is too long, or is not in the list
            ├── RefusedByServer           any other permanent refusal (JSON error, also with status 500)
            ├── OnHold                    a hold keeps the node: it may not go, nor may its versions
            ├── FinalRecord               the record was declared final: nothing of it may change
            ├── NicknameTaken             another node has the nickname
            ├── NameTakenByOther          a person's node has the name; it stays untouched
            └── ContentMismatch           bytes and recorded SHA-256 differ

Trouble on the way (``PeerUnavailable``, ``CircuitOpen``, ``OutcomeUnknown``) is the kit's. Messages never
carry values or names the server echoed: they may be personal. Source of the table: Content Server REST API
2.0.2, matched by text, because the status codes do not tell the errors apart.
"""

from __future__ import annotations

from collections.abc import Sequence

from muniment_kit.errors import MunimentError, Rejected, Retryable


class EcmError(MunimentError):
    """Base of every error this client raises on purpose."""


class NotLoggedIn(EcmError, Retryable):
    """The ticket is missing or expired (401)."""


class LoginRefused(EcmError, Retryable):
    """The service account does not get in; ``after`` says when the next login may be tried."""


class SetUpMissing(EcmError, Retryable):
    """The administrator's part is not complete; ``missing`` holds a sentence for each thing.

    Retryable, not rejected: the documents are fine and wait until the set-up is completed.
    """

    def __init__(self, missing: Sequence[str]) -> None:
        super().__init__(f"Content Server is not prepared: {'; '.join(missing)}.", after=60.0)
        self.missing = tuple(missing)


class UnknownRoute(EcmError, Retryable):
    """The server does not know the REST call."""


class NodeNotAccessible(EcmError, Retryable):
    """The node does not exist or the service account may not see it."""


class NameTaken(EcmError, Retryable):
    """A node of this name exists in the container (compared without regard to case)."""


class CategoryNotApplied(EcmError, Retryable):
    """The category is not on the node; apply it first."""


class CategoryAlreadyApplied(EcmError, Retryable):
    """The category is on the node already; update it instead."""


class EditConflict(EcmError, Retryable):
    """The node's metadata changed since its token was read; read again."""


class NotPermitted(EcmError, Retryable):
    """The service account sees the node and lacks the right; an administrator may give it."""


class ReservedByOther(EcmError, Retryable):
    """Somebody has reserved the document; it takes versions again when they are done."""


class AnswerNotUnderstood(EcmError, Retryable):
    """A success answer lacks what it must contain, or is no JSON."""


class MissingParameter(EcmError, Rejected):
    """The request lacked a parameter."""


class InvalidValue(EcmError, Rejected):
    """A value has the wrong type, is too long, or is not among the valid ones."""


class RefusedByServer(EcmError, Rejected):
    """A permanent business error that has no type of its own; ``status`` is the HTTP status."""

    def __init__(self, reason: str, *, status: int) -> None:
        super().__init__(reason)
        self.status = status


class OnHold(EcmError, Rejected):
    """A hold on the node, above it or below it forbids to delete it or its versions."""


class FinalRecord(EcmError, Rejected):
    """The record is final: no version, attribute or name of it may change."""


class NicknameTaken(EcmError, Rejected):
    """Another node has the nickname; nicknames are unique in the whole system."""


class NameTakenByOther(EcmError, Rejected):
    """The name belongs to a node that is not ours (``node_id``); use ``plan.under_another_name()``."""

    def __init__(self, reason: str, *, node_id: int) -> None:
        super().__init__(reason)
        self.node_id = node_id


class ContentMismatch(EcmError, Rejected):
    """Bytes do not have the SHA-256 they should have; nothing was changed or deleted because of it."""

    def __init__(self, reason: str, *, expected: str, found: str) -> None:
        super().__init__(f"{reason} (expected SHA-256 {expected}, found {found})")
        self.expected = expected
        self.found = found
