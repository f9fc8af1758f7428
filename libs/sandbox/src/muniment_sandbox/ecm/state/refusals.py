"""Why the server says no: one exception with a kind; the HTTP side knows the status of each kind."""

from __future__ import annotations

from enum import Enum, auto


class Kind(Enum):
    """What went wrong, before any HTTP status."""

    INVALID = auto()
    """A missing or malformed argument."""
    NODE_MISSING = auto()
    """The node is not there, in every call but reading the node itself."""
    NODE_UNREADABLE = auto()
    """The node is not there, in the call that reads it."""
    NOT_FOUND = auto()
    """An unknown nickname, business object or workspace."""
    DUPLICATE = auto()
    """The name is taken in that container."""
    CONFLICT = auto()
    """The metadata token is stale."""
    FAILED = auto()
    """Any other permanent business error."""
    UNAUTHENTICATED = auto()
    """No session, or one that has expired."""


class Refused(Exception):
    """The request cannot be carried out; ``text`` is the answer, ``detail`` its ``errorDetail``."""

    def __init__(self, kind: Kind, text: str, detail: str | int | None = None) -> None:
        super().__init__(text)
        self.kind = kind
        self.text = text
        self.detail = detail


def missing_node(node_id: int | str) -> Refused:
    return Refused(Kind.NODE_MISSING, f"Could not get a node for {node_id}")


def hidden(kind: Kind = Kind.NODE_MISSING) -> Refused:
    """What the server says of an item that may not be seen: the same as of one that is not there."""
    return Refused(
        kind,
        "Sorry, the item you requested could not be accessed. Either it does not exist or you do not have "
        "permission to access it. If you were sent a link to this item, please contact the sender for "
        "assistance.",
    )


def not_permitted() -> Refused:
    return Refused(Kind.FAILED, "Insufficient permissions to perform that action")


def duplicate(name: str) -> Refused:
    return Refused(Kind.DUPLICATE, f"An item with the name '{name}' already exists.")


def invalid_argument(name: str) -> Refused:
    return Refused(Kind.INVALID, f"Invalid datatype specified for argument '{name}'")


def missing_argument(name: str) -> Refused:
    return Refused(Kind.INVALID, f"Missing required parameter '{name}'")


def inaccessible() -> Refused:
    return Refused(
        Kind.FAILED,
        "Sorry, the item you requested could not be accessed. Either it does not exist or you do not have "
        "permission to access it. If you were sent a link to this item, please contact the sender for "
        "assistance.",
    )
