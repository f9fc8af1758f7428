"""What a refusal means, told by its text: Content Server's status codes do not tell (opentext.md section 1).

A 500 with a JSON ``error`` is a permanent business error. A 500 with HTML, and 502, 503, 504 and a gateway's
429, are transient.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Protocol

import orjson

from muniment_ecm.errors import (
    CategoryAlreadyApplied,
    CategoryNotApplied,
    EcmError,
    EditConflict,
    FinalRecord,
    InvalidValue,
    MissingParameter,
    NameTaken,
    NicknameTaken,
    NodeNotAccessible,
    NotLoggedIn,
    NotPermitted,
    OnHold,
    RefusedByServer,
    ReservedByOther,
    UnknownRoute,
)

TRANSIENT_STATUSES = frozenset({429, 502, 503, 504})

_ByText = tuple[re.Pattern[str], type[EcmError], str]


class Answered(Protocol):
    """What is needed of an answer to judge it."""

    @property
    def status(self) -> int: ...
    @property
    def headers(self) -> Mapping[str, str]: ...
    @property
    def body(self) -> bytes: ...


def is_transient(answer: Answered) -> bool:
    """Say whether the same request may succeed later: gateway trouble, or a 500 that is no JSON error."""
    if answer.status in TRANSIENT_STATUSES:
        return True
    return answer.status == 500 and error_text(answer) is None


def refusal(answer: Answered, what: str) -> EcmError | None:
    """Return the error that ``answer`` stands for, ``None`` for a success.

    ``what`` completes "could not …".
    """
    if answer.status < 400:
        return None
    text = error_text(answer) or ""
    found = _matching(_BY_TEXT, text) or _matching(_BY_TEXT_OUTSIDE_QUOTES, scrubbed(text))
    if found is not None:
        error, remedy = found
        return error(f"Could not {what}: {remedy}")
    by_status = _BY_STATUS.get(answer.status)
    if by_status is not None:
        error, remedy = by_status
        return error(f"Could not {what}: {remedy}")
    said = f'it said "{scrubbed(text)}"' if text else "it gave no reason"
    return RefusedByServer(
        f"Could not {what}: Content Server refused with status {answer.status}, {said}.", status=answer.status
    )


def error_text(answer: Answered) -> str | None:
    """Return the ``error`` (or the records module's ``errMsg``) of a JSON answer, ``None`` if it has none."""
    try:
        content = orjson.loads(answer.body)
    except orjson.JSONDecodeError:
        return None
    if not isinstance(content, dict):
        return None
    text = content.get("error")
    results = content.get("results")
    if text is None and isinstance(results, dict):
        text = results.get("errMsg")
    return text if isinstance(text, str) else None


def scrubbed(text: str) -> str:
    """Return a server's text without what it quotes: that may be personal. At most 200 characters."""
    without_quotes = re.sub(r"'.*'|\".*\"", "'…'", text, flags=re.DOTALL)
    return " ".join(without_quotes.split())[:200]


def _matching(rules: tuple[_ByText, ...], text: str) -> tuple[type[EcmError], str] | None:
    return next(((error, remedy) for pattern, error, remedy in rules if pattern.search(text)), None)


def _rule(pattern: str, error: type[EcmError], remedy: str) -> _ByText:
    return re.compile(pattern, re.IGNORECASE | re.DOTALL), error, remedy


_BY_TEXT: tuple[_ByText, ...] = (
    _rule(
        "could not be found in the mappings registry",
        UnknownRoute,
        "Content Server has no such REST call. Check the URL's cgi path and that the module is installed.",
    ),
    _rule("Authentication Required", NotLoggedIn, "the session is not logged in."),
    _rule(
        "An item with the name '.*' already exists",
        NameTaken,
        "the container already has a node of this name.",
    ),
    _rule(
        "The attribute group '.*' already exists",
        CategoryAlreadyApplied,
        "the node already has the category.",
    ),
    _rule("is not a category on node", CategoryNotApplied, "the node does not have the category."),
    _rule("edit conflict", EditConflict, "its metadata was changed at the same time."),
    _rule(
        "Could not get (a )?node for|Cannot retrieve node|Could not locate node|"
        "could not be accessed\\. Either it does not exist",
        NodeNotAccessible,
        "the node does not exist or the service account may not see it.",
    ),
    _rule(
        "Missing required parameter|Argument '.*' is required",
        MissingParameter,
        "the request lacked a parameter.",
    ),
    _rule(
        "Invalid datatype specified|greater than the maximum length|Could not set feature|"
        "non-matching attribute",
        InvalidValue,
        "a value has the wrong type, is too long, or is not among the valid ones.",
    ),
)

_BY_TEXT_OUTSIDE_QUOTES: tuple[_ByText, ...] = (  # plain words, which a node's quoted name may hold too
    _rule("under a hold|on hold", OnHold, "a hold keeps it, something above it or something in it."),
    _rule(
        "final record|finali[sz]ed",
        FinalRecord,
        "it is, or it contains, a record that was declared final.",
    ),
    _rule("reserved by", ReservedByOther, "somebody has it checked out."),
    _rule("nicknames? must be unique", NicknameTaken, "another node has the nickname."),
    _rule(
        "insufficient permission|no permission to|not enough permission|do not have permission",
        NotPermitted,
        "the service account lacks the right. Give it the right, or leave it to people.",
    ),
)

_BY_STATUS: dict[int, tuple[type[EcmError], str]] = {
    401: (NotLoggedIn, "the session is not logged in."),
    404: (NodeNotAccessible, "there is no such thing, or the service account may not see it."),
    409: (EditConflict, "its metadata was changed at the same time."),
}
