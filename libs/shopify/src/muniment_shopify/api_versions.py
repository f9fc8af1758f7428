"""Versions of the Admin API: which a shop serves, and until when one is safe to ask for.

A version is served for at least twelve months from its first day. What is asked for after that is answered by
the oldest that is served, without a word. https://shopify.dev/docs/api/usage/versioning
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from muniment_shopify.asking import ask
from muniment_shopify.client import AdminClient

_HANDLE = re.compile(r"(\d{4})-(\d{2})", re.ASCII)


@dataclass(frozen=True, slots=True)
class ApiVersion:
    """A version as a shop lists it; release candidates and ``unstable`` are not supported ones."""

    handle: str
    is_supported: bool


async def api_versions(client: AdminClient) -> list[ApiVersion]:
    """Return the versions that the shop serves, oldest first as it lists them."""
    listed = (await ask(client, "public_api_versions"))["publicApiVersions"]
    return [ApiVersion(each["handle"], each["supported"]) for each in listed]


def served_until(handle: str) -> date | None:
    """Return the first day on which the version may be gone, ``None`` for what is no dated version."""
    named = _HANDLE.fullmatch(handle)
    if named is None or not 1 <= int(named[2]) <= 12:
        return None
    return date(int(named[1]) + 1, int(named[2]), 1)
