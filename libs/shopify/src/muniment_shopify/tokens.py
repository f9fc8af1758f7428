"""Access tokens for the Admin API: a fixed one, or asked for with client id and secret and renewed in time.

https://shopify.dev/docs/apps/build/authentication-authorization/access-tokens/client-credentials-grant
"""

from __future__ import annotations

import asyncio
import re
from dataclasses import dataclass, field
from typing import Protocol

from muniment_kit.clock import Clock, SystemClock
from muniment_kit.errors import Retryable
from muniment_kit.http import Answer, Peer
from muniment_shopify.errors import AnswerUnusable, TokenRefused

_PATH = "/admin/oauth/access_token"
_LIFE_S = 24 * 3600.0
_CODE = re.compile(r"[a-z_]{1,40}", re.ASCII)


class Tokens(Protocol):
    """Where the client gets its access token."""

    async def token(self) -> str:
        """Return a token to use now. Raises ``TokenRefused`` or another ``Retryable``."""

    async def renew(self, refused: str) -> str | None:
        """Return another token than the one Shopify just refused, or ``None`` when there is no other."""


@dataclass(frozen=True, slots=True)
class FixedToken:
    """A permanent token (``shpat_…``) of an app created in the shop's admin."""

    value: str = field(repr=False)

    async def token(self) -> str:
        return self.value

    async def renew(self, refused: str) -> str | None:  # noqa: ARG002 - the protocol's
        return None


class ClientCredentials:
    """Tokens by the client credentials grant, for apps of the shop's own organisation; each lives about 24
    hours.

    However many calls need a token at once, one request is made. A token is renewed when less than
    ``renew_before_s`` of its life is left; as long as it still lives, a failed renewal does no harm.
    """

    def __init__(
        self,
        peer: Peer,
        client_id: str,
        client_secret: str,
        *,
        clock: Clock | None = None,
        renew_before_s: float = 1800.0,
    ) -> None:
        self._peer = peer
        self._client_id = client_id
        self._client_secret = client_secret
        self._clock = clock if clock is not None else SystemClock()
        self._renew_before_s = renew_before_s
        self._lock = asyncio.Lock()
        self._token: str | None = None
        self._expires_at = 0.0
        self._renew_at = 0.0

    async def token(self) -> str:
        """Return a token that is good now. Raises ``TokenRefused``, ``PeerUnavailable`` or
        ``AnswerUnusable``.
        """
        token = self._live(self._renew_at)
        if token is not None:
            return token
        async with self._lock:
            return self._live(self._renew_at) or await self._renewed()

    async def renew(self, refused: str) -> str | None:
        """Return a new token instead of ``refused``; the one another call fetched meanwhile counts as new."""
        async with self._lock:
            if self._token == refused:
                self._token = None
            return self._live(self._expires_at) or await self._renewed()

    @property
    def expires_in_s(self) -> float | None:
        """Return how long the token at hand is still good, ``None`` before the first."""
        return None if self._token is None else max(0.0, self._expires_at - self._clock.monotonic())

    def _live(self, until: float) -> str | None:
        return self._token if self._token is not None and self._clock.monotonic() < until else None

    async def _renewed(self) -> str:
        try:
            await self._ask()
        except Retryable:
            still_good = self._live(self._expires_at)
            if still_good is None:
                raise
            return still_good
        assert self._token is not None
        return self._token

    async def _ask(self) -> None:
        answer = await self._peer.request(
            "POST",
            _PATH,
            repeatable=True,  # asking twice gives two good tokens
            headers={"Accept": "application/json"},
            data={
                "grant_type": "client_credentials",
                "client_id": self._client_id,
                "client_secret": self._client_secret,
            },
        )
        token, life_s = _granted(answer)
        now = self._clock.monotonic()
        self._token = token
        self._expires_at = now + life_s
        self._renew_at = now + max(life_s / 2, life_s - self._renew_before_s)


def _granted(answer: Answer) -> tuple[str, float]:
    if not answer.is_success:
        raise TokenRefused(
            f"Shopify gave no access token ({answer.status}, {_error_code(answer)}). "
            "Check client id and secret, and that the app is of the shop's organisation and installed."
        )
    content = answer.json()
    token = content.get("access_token") if isinstance(content, dict) else None
    if not isinstance(token, str) or not token.isascii() or not token.isprintable() or not token:
        raise AnswerUnusable("Shopify's answer to the request for an access token holds none.")
    life_s = content.get("expires_in")
    is_number = isinstance(life_s, int | float) and not isinstance(life_s, bool) and life_s > 0
    return token, float(life_s) if is_number else _LIFE_S


def _error_code(answer: Answer) -> str:
    """Return the OAuth error code (RFC 6749 5.2), never free text."""
    try:
        content = answer.json()
    except Retryable:
        return "no code"
    code = content.get("error") if isinstance(content, dict) else None
    return code if isinstance(code, str) and _CODE.fullmatch(code) else "no code"
