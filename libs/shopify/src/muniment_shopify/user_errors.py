"""What Shopify's user errors mean: refused, gone, forbidden by its state, to be tried again, not allowed.

A code says it where a mutation gives one; many give none, and are then refusals.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from muniment_kit.errors import MunimentError
from muniment_shopify.errors import (
    AccessDenied,
    ChangeNotDone,
    ChangeRefused,
    ObjectGone,
    StaleObject,
    StateForbids,
)

_STALE = frozenset({"STALE_OBJECT", "INVALID_COMPARE_DIGEST"})
_PASSING = frozenset(
    {
        "FAILED_TO_REQUEST",
        "FILE_LOCKED",
        "GENERIC_ERROR",
        "INTERNAL_ERROR",
        "MEDIA_CANNOT_BE_MODIFIED",
        "MODEL3D_THROTTLE_EXCEEDED",
        "NON_READY_MEDIA",
        "NON_READY_STATE",
        "NOTIFICATION_FAILED",
        "VIDEO_THROTTLE_EXCEEDED",
    }
)
_NOT_ALLOWED = frozenset(
    {
        "APP_NOT_AUTHORIZED",
        "INVALID_ACCESS",
        "MISSING_PERMISSION",
        "NOT_AUTHORIZED",
        "NO_REFUND_PERMISSION",
        "NO_REFUND_TO_STORE_CREDIT_PERMISSION",
    }
)
_STATE = frozenset(
    {
        "AUTH_NOT_SUCCESSFUL",
        "AUTH_NOT_VOIDABLE",
        "EVIDENCE_ALREADY_ACCEPTED",
        "EVIDENCE_PAST_DUE_DATE",
        "INVALID_STATE",
        "NOT_EDITABLE",
        "ORDER_ALREADY_FULFILLED",
        "PRODUCT_SUSPENDED",
    }
)
_GONE = ("NOT_FOUND", "DOES_NOT_EXIST", "DOES_NOT_EXIST_ON_PRODUCT")
_LONGEST_FIELD = 80


def error_of(shop: str, operation: str, errors: Sequence[Mapping[str, Any]]) -> MunimentError:
    """Return what to raise for the user errors of one mutation. What lasts outweighs what passes.

    A ``ChangeRefused``, ``ChangeNotDone`` or ``AccessDenied``; no word of Shopify's is in its message.
    """
    codes = _harmless(error.get("code") for error in errors)
    fields = _harmless(_path(error.get("field")) for error in errors)
    said = tuple(str(error.get("message") or "") for error in errors)
    details = ", ".join((*codes, *fields)) or "no code"
    what = f"{shop} does not carry out {operation} ({details})"
    known = set(codes)
    if known & _NOT_ALLOWED:
        return AccessDenied(f"{what}: grant the app the scope or the permission that is missing.")
    if known and known <= _STALE | _PASSING:
        if known & _STALE:
            return StaleObject(f"{what}: it was changed meanwhile; it is read again.", codes=codes)
        return ChangeNotDone(f"{what}; try again.", codes=codes)
    if any(code.endswith(_GONE) for code in known):
        return ObjectGone(f"{what}: it is not there.", codes=codes, fields=fields, said=said)
    if known & _STATE:
        return StateForbids(f"{what}: its state does not allow it.", codes=codes, fields=fields, said=said)
    return ChangeRefused(f"{what}: what is asked for must be changed.", codes=codes, fields=fields, said=said)


def _harmless(texts: Iterable[object]) -> tuple[str, ...]:
    """Return each text once that is an identifier or a path of some: nothing a buyer wrote."""
    kept = (str(text) for text in texts if text)
    return tuple(
        dict.fromkeys(
            text
            for text in kept
            if text.isascii()
            and text.replace("_", "").replace(".", "").isalnum()
            and len(text) <= _LONGEST_FIELD
        )
    )


def _path(field: object) -> str:
    return ".".join(str(step) for step in field) if isinstance(field, list) else ""
