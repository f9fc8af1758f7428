"""Access tokens: the client credentials grant, and which tokens open the door.

Source: https://shopify.dev/docs/apps/build/authentication-authorization/access-tokens/client-credentials-grant
"""

from __future__ import annotations

import hmac
import secrets
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import ClassVar

LIFETIME_S = 86_399


@dataclass(frozen=True, slots=True)
class Grant:
    """A token that was handed out."""

    access_token: str
    scope: str
    expires_in: int


class GrantRefused(Exception):
    """The grant is refused; ``code`` is OAuth's error name."""

    def __init__(self, code: str, description: str) -> None:
        super().__init__(description)
        self.code = code
        self.description = description


@dataclass
class Tokens:
    """The tokens of one app in one shop. ``permanent`` is an old custom app's token: it does not expire.

    ``client_secret`` is the oldest that is not revoked: hooks are signed with it.
    """

    kept: ClassVar[tuple[str, ...]] = (
        "client_id",
        "client_secret",
        "newer_secrets",
        "permanent",
        "scope",
        "installed",
        "_expiries",
        "_scopes",
    )
    client_id: str
    client_secret: str
    permanent: str
    scope: str
    installed: bool = True
    lifetime_s: int = LIFETIME_S
    now: Callable[[], float] = time.time
    _expiries: dict[str, float] = field(default_factory=dict)
    _scopes: dict[str, str] = field(default_factory=dict)
    newer_secrets: list[str] = field(default_factory=list)

    @property
    def secrets(self) -> list[str]:
        """The client secrets that are not revoked, the oldest first."""
        return [self.client_secret, *self.newer_secrets]

    def grant(self, form: Mapping[str, object]) -> Grant:
        """Hand out a token; raises GrantRefused."""
        if form.get("grant_type") != "client_credentials":
            raise GrantRefused("unsupported_grant_type", "Only client_credentials is supported.")
        same_id = hmac.compare_digest(str(form.get("client_id")).encode(), self.client_id.encode())
        given = str(form.get("client_secret")).encode()
        same_secret = any(hmac.compare_digest(given, secret.encode()) for secret in self.secrets)
        if not (same_id and same_secret):
            raise GrantRefused("invalid_client", "Client authentication failed.")
        if not self.installed:
            raise GrantRefused("app_not_installed", "The app is not installed in this shop.")
        token = f"shpat_{secrets.token_hex(16)}"
        self._expiries[token] = self.now() + self.lifetime_s
        self._scopes[token] = self.scope
        return Grant(token, self.scope, self.lifetime_s)

    def opens(self, token: str | None) -> bool:
        """Return whether the token is valid now."""
        if token is None or not self.installed:
            return False
        if hmac.compare_digest(token.encode(), self.permanent.encode()):
            return True
        return self._expiries.get(token, 0.0) > self.now()

    def scopes_of(self, token: str | None) -> frozenset[str]:
        """Return what the token may do: the scopes when it was granted; a permanent one has today's."""
        return frozenset(self._scopes.get(token or "", self.scope).split(","))

    def expire_all(self) -> None:
        """Let every granted token expire at once."""
        self._expiries.clear()
