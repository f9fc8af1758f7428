"""Whether a call is delivered, repeated, given up, or of unknown outcome. Pure.

What happened, and what follows for a request that may be repeated and for one that may not:

=====================================================  ============  ==========================
what happened                                          repeatable    not repeatable
=====================================================  ============  ==========================
no connection: refused, unknown name, TLS, timeout     repeat        repeat (nothing was sent)
address not allowed, certificate not trusted           give up       give up
sent, then: timeout, connection lost, broken answer    repeat        unknown
429; 503 with ``Retry-After``                          repeat        repeat (declared not done)
503 without it, 502, 504, whatever is transient else   repeat        unknown (it may hide a commit)
any other status, 4xx included                         deliver       deliver
=====================================================  ============  ==========================

A connection taken from the pool counts as *sent* from the moment it is taken: a keep-alive connection that
the server closes just then looks the same as one it closed after reading the request.
"""

from __future__ import annotations

from datetime import datetime
from email.utils import parsedate_to_datetime
from enum import Enum, auto

from muniment_kit.http_answer import Answer

_TRANSIENT = frozenset({429, 502, 503, 504})


class Verdict(Enum):
    """What follows from one attempt."""

    DELIVER = auto()
    REPEAT = auto()
    UNKNOWN = auto()
    GIVE_UP = auto()


class AttemptError(Exception):
    """One attempt brought no answer. ``outcome`` is a word for metrics, ``why`` ends a sentence.

    ``was_sent`` is false only when surely not a byte of the request left; ``is_lasting`` when trying again
    now is pointless; ``is_overload`` when it is a sign that the peer has too much to do.
    """

    def __init__(
        self, outcome: str, why: str, *, was_sent: bool, is_lasting: bool = False, is_overload: bool = False
    ) -> None:
        super().__init__(why)
        self.outcome = outcome
        self.why = why
        self.was_sent = was_sent
        self.is_lasting = is_lasting
        self.is_overload = is_overload


def is_transient_status(answer: Answer) -> bool:
    """Tell whether the status alone says that the same request may succeed later: 429, 502, 503, 504."""
    return answer.status in _TRANSIENT


def judge_answer(answer: Answer, *, is_transient: bool, repeatable: bool) -> Verdict:
    """Say what follows from ``answer``."""
    if not is_transient:
        return Verdict.DELIVER
    declared_not_done = answer.status == 429 or (answer.status == 503 and "Retry-After" in answer.headers)
    return Verdict.REPEAT if repeatable or declared_not_done else Verdict.UNKNOWN


def judge_fault(fault: AttemptError, *, repeatable: bool) -> Verdict:
    """Say what follows from an attempt without an answer."""
    if fault.is_lasting:
        return Verdict.GIVE_UP
    return Verdict.REPEAT if repeatable or not fault.was_sent else Verdict.UNKNOWN


def retry_after(answer: Answer, now: datetime) -> float | None:
    """Return the seconds ``Retry-After`` asks for (RFC 9110 10.2.3; Shopify sends a float), never below 0."""
    value = answer.headers.get("Retry-After")
    if value is None:
        return None
    try:
        seconds = float(value)
    except ValueError:
        try:
            until = parsedate_to_datetime(value)
        except ValueError:
            return None
        if until.tzinfo is None:
            return None
        seconds = (until - now).total_seconds()
    return max(0.0, seconds) if seconds < float("inf") else None


class RetryBudget:
    """Keeps the retries of a peer below a share of its calls, so that an outage is not made worse by us.

    Holds up to ``tokens``; every call puts in ``ratio``, every retry takes out 1 (gRFC A6, retry throttling).
    """

    def __init__(self, tokens: float, ratio: float) -> None:
        self._highest = tokens
        self._ratio = ratio
        self._tokens = tokens

    def call(self) -> None:
        """A new call begins."""
        self._tokens = min(self._highest, self._tokens + self._ratio)

    def take(self) -> bool:
        """Take one retry out of the budget; false when there is none left."""
        if self._tokens < 1.0:
            return False
        self._tokens -= 1.0
        return True
