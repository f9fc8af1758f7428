"""What a call to a peer can raise.

::

    Retryable
    ├── PeerUnavailable       refused, timed out, or answered transient statuses to the end
    │   ├── AddressRefused    the name resolved to an address we do not call
    │   ├── CircuitOpen       not even tried: the peer failed too often a moment ago
    │   ├── NotJson           the body was to be JSON and is not (a proxy's page, most often)
    │   └── RedirectRefused   the peer pointed elsewhere; redirects are never followed
    └── OutcomeUnknown        sent, not repeatable, no trustworthy answer: look before you repeat
    Rejected
    └── AnswerTooLarge        the answer is larger than this peer may send

No message holds a query string, a header or a body: they carry secrets and personal data.
"""

from __future__ import annotations

from muniment_kit.errors import Rejected, Retryable


class PeerUnavailable(Retryable):
    """The peer could not be reached or could not serve the call, which may be repeated.

    ``status`` is the last HTTP status seen, or ``None`` when there was no answer.
    """

    def __init__(self, reason: str, *, after: float | None = None, status: int | None = None) -> None:
        super().__init__(reason, after=after)
        self.status = status


class AddressRefused(PeerUnavailable):
    """The peer's name resolved to a private, loopback or reserved address, and its settings do not allow
    that.
    """


class CircuitOpen(PeerUnavailable):
    """The call was not tried: the peer failed too often. ``after`` says in how many seconds it is tried
    again.
    """


class NotJson(PeerUnavailable):
    """The answer's body was to be JSON and is not."""


class RedirectRefused(PeerUnavailable):
    """The peer answered with a redirect; they are never followed. Check the base URL."""


class OutcomeUnknown(Retryable):
    """The peer may have carried out a request that must not simply be repeated.

    Look for its effect first. ``status`` is the HTTP status, or ``None`` when the answer was lost.
    """

    def __init__(self, reason: str, *, after: float | None = None, status: int | None = None) -> None:
        super().__init__(reason, after=after)
        self.status = status


class AnswerTooLarge(Rejected):
    """The answer is larger than ``max_answer_bytes`` of the peer's settings."""
