"""Global ids of the Admin API: ``gid://shopify/Order/1``."""

from __future__ import annotations

from muniment_kit.errors import Rejected


def gid(kind: str, id: str | int) -> str:
    """Return the global id of the object of this type (``Order``) and numeric id. Raises ``Rejected``."""
    number = str(id)
    if not (number.isascii() and number.isdigit()):
        raise Rejected(f"A {kind} of Shopify has a number as its id.")
    return f"gid://shopify/{kind}/{number}"


def number_in(gid: str) -> str:
    """Return the numeric id at the end of a global id."""
    return gid.rsplit("/", 1)[-1].partition("?")[0]
