"""What Shopify can refuse, as types.

::

    Retryable
    ├── Throttled             the shop's cost bucket is empty for longer than one call waits
    ├── AnswerUnusable        not JSON, or an internal error of Shopify
    ├── BulkFailed            a bulk operation ended without a result, or not in time
    ├── FileNotReady          a file's upload or processing did not end well, or not in time
    ├── ChangeNotDone         a change was not carried out, for a reason that may pass
    │   └── StaleObject       what was to be changed is not any more as it was read
    └── OperatorNeeded        waiting alone does not help: a person must act, and then the same call works
        ├── TokenRefused      401 with a fresh token, or no token given for client id and secret
        ├── AccessDenied      403, or a scope the app was not granted
        ├── ShopFrozen        402, 423, 430
        ├── ShopNotFound      404
        ├── ShopStorageFull   the plan allows no more files
        ├── LinkRefused       an answer names a link whose host is not allowed
        └── WrongApiVersion   the answer comes from another API version than asked for
    Rejected
    ├── QueryRefused          the query itself is not accepted, or costs more than the shop's whole bucket
    ├── FileRefused           Shopify does not take the file as it is
    ├── ChangeRefused         Shopify does not carry out a change: a person must decide anew
    │   ├── ObjectGone        what was to be changed is not there (any more)
    │   └── StateForbids      what was to be changed is in a state that does not allow it
    └── BulkTooLarge          a bulk result is beyond what we hold: ask for less

What only a person can repair is still ``Retryable``: the event is not at fault, and it must not become a dead
letter because a token was revoked or a quarterly version went out of support.
"""

from __future__ import annotations

from muniment_kit.errors import Rejected, Retryable

PERSON_NEEDED_AFTER_S = 60.0


class Throttled(Retryable):
    """The cost bucket of the shop is empty for longer than a call waits; ``after`` says when it is filled."""


class AnswerUnusable(Retryable):
    """Shopify answered something that is not a GraphQL answer, or reported an internal error."""


class OperatorNeeded(Retryable):
    """The call works again once a person has acted."""

    def __init__(self, reason: str, *, after: float | None = PERSON_NEEDED_AFTER_S) -> None:
        super().__init__(reason, after=after)


class TokenRefused(OperatorNeeded):
    """Shopify does not accept the access token, or gives none for the client id and secret."""


class AccessDenied(OperatorNeeded):
    """The app may not do or see this; a scope is missing."""


class ShopFrozen(OperatorNeeded):
    """The shop is frozen, locked or blocks the call (402, 423, 430)."""


class ShopNotFound(OperatorNeeded):
    """There is no Admin API at this shop's address (404)."""


class ShopStorageFull(OperatorNeeded):
    """The shop's plan allows no more files, or not of this type."""


class LinkRefused(OperatorNeeded):
    """Shopify named a link that we do not call: its host is not allowed, or it is not https."""


class WrongApiVersion(OperatorNeeded):
    """The answer comes from another API version: an expired version falls forward without a word."""


class BulkFailed(Retryable):
    """A bulk operation came to no result; it may be started again.

    ``code`` is ``INTERNAL_SERVER_ERROR``, ``TIMEOUT`` (ask for less at once), ``CANCELED``, ``EXPIRED``,
    ``UNFINISHED`` (not done by the deadline) or ``GONE``. ``partial_url`` leads to what it found before it
    failed, if anything; the link is signed and belongs into no log.
    """

    def __init__(
        self, reason: str, *, code: str, partial_url: str | None = None, after: float | None = None
    ) -> None:
        super().__init__(reason, after=after)
        self.code = code
        self.partial_url = partial_url


class FileNotReady(Retryable):
    """A file did not get there, for a reason that may pass; upload and create it again.

    ``codes`` are Shopify's (``FileErrorCode``, ``FilesErrorCode``); none when its time ran out.
    """

    def __init__(self, reason: str, *, codes: tuple[str, ...] = (), after: float | None = None) -> None:
        super().__init__(reason, after=after)
        self.codes = codes


class FileRefused(Rejected):
    """Shopify does not take a file as it is. ``codes`` are as in ``FileNotReady``."""

    def __init__(self, reason: str, *, codes: tuple[str, ...] = ()) -> None:
        super().__init__(reason)
        self.codes = codes


class BulkTooLarge(Rejected):
    """A bulk result is larger than what we hold of it; the same query will not get through."""


class QueryRefused(Rejected):
    """Shopify will never carry out this query as it is."""


class ChangeNotDone(Retryable):
    """Shopify did not carry out a change, for a reason that may pass; ``codes`` are of its user errors."""

    def __init__(self, reason: str, *, codes: tuple[str, ...] = (), after: float | None = None) -> None:
        super().__init__(reason, after=after)
        self.codes = codes


class StaleObject(ChangeNotDone):
    """Somebody changed the object since it was read: read it again, then decide."""


class ChangeRefused(Rejected):
    """Shopify does not carry out a change as it is asked for.

    ``codes`` are of its user errors (some mutations give none), ``fields`` the inputs they are about.
    ``said`` are Shopify's own sentences: they may name values of the shop, so they are for the person who
    decided, and for no log.
    """

    def __init__(
        self,
        reason: str,
        *,
        codes: tuple[str, ...] = (),
        fields: tuple[str, ...] = (),
        said: tuple[str, ...] = (),
    ) -> None:
        super().__init__(reason)
        self.codes = codes
        self.fields = fields
        self.said = said


class ObjectGone(ChangeRefused):
    """What was to be changed is not there (any more)."""


class StateForbids(ChangeRefused):
    """What was to be changed is in a state that does not allow it: declined already, sent already, …"""
