"""API versions: which are served, and what becomes of a request for an expired one (it falls forward)."""

from __future__ import annotations

import re
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ApiVersion:
    """A version of the Admin API as ``publicApiVersions`` lists it."""

    handle: str
    display_name: str
    supported: bool


SCHEMA_VERSION = "2026-10"
PUBLIC_VERSIONS = (
    ApiVersion("2026-01", "2026-01", True),
    ApiVersion("2026-04", "2026-04", True),
    ApiVersion("2026-07", "2026-07", True),
    ApiVersion("2026-10", "2026-10 (Latest)", True),
    ApiVersion("2027-01", "2027-01 (Release candidate)", False),
    ApiVersion("unstable", "unstable", False),
)

_QUARTER = re.compile(r"^20\d\d-(01|04|07|10)$")


def answering_version(asked: str) -> str | None:
    """Return the version that answers: the asked one, or for an expired one the oldest supported; None for
    no version.
    """
    handles = [version.handle for version in PUBLIC_VERSIONS]
    if asked in handles:
        return asked
    if _QUARTER.match(asked) and asked < handles[0]:
        return handles[0]
    return None


def version_named(handle: str) -> ApiVersion:
    """Return the public version of that handle."""
    return next(version for version in PUBLIC_VERSIONS if version.handle == handle)
