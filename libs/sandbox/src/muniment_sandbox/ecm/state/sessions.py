"""Sessions: sealed tickets that carry who, when and which login; nothing grows with the number of log-ins.

The life of a ticket slides by re-issue: each answer carries a ticket to go on with. A client that keeps its
first ticket is logged out when that one's life is over, however busy it is.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
import struct
from dataclasses import dataclass
from enum import IntEnum

from muniment_sandbox.ecm.state.clock import Clock
from muniment_sandbox.ecm.state.tables import ForgetfulJournal, Journal, Table

DEFAULT_LIFE_S = 1800.0
_LAYOUT = struct.Struct(">BIQIQ")
_SEAL_BYTES = 20
_RENEWALS_A_LIFE = 30
_GENERATION = "generation"


class Purpose(IntEnum):
    """What a sealed string is good for."""

    TICKET = 1
    OTDS_TICKET = 2
    BEARER = 3


@dataclass(frozen=True, slots=True)
class Session:
    """What an accepted credential says. ``issued_ms`` is the time of this ticket, not of the login."""

    purpose: Purpose
    member_id: int
    login: int
    generation: int
    issued_ms: int


class Sessions:
    """Issues and checks tickets, OTDS tickets and bearer tokens; ``life_s`` may be set at any time.

    ``journal`` hears what is void, so that it stays void after a restart.
    """

    def __init__(self, clock: Clock, key: bytes | None = None, journal: Journal | None = None) -> None:
        self._clock = clock
        self._key = key or secrets.token_bytes(32)
        self._ended = Table[int, float]("ended_logins", journal or ForgetfulJournal())
        self._counts = Table[str, int]("session_counts", journal or ForgetfulJournal())
        self._opened: dict[str, Session] = {}
        self.life_s = DEFAULT_LIFE_S

    def issue(self, purpose: Purpose, member_id: int) -> str:
        """A new login of the member."""
        return self._seal(purpose, member_id, secrets.randbits(63))

    def renewed(self, session: Session, ticket: str) -> str:
        """The ticket to carry on with: the same while it is young, else a new one of the same login."""
        if session.purpose is Purpose.TICKET and self._age_s(session) < self.life_s / _RENEWALS_A_LIFE:
            return ticket
        return self._seal(Purpose.TICKET, session.member_id, session.login)

    def check(self, purpose: Purpose, sealed: str) -> Session | None:
        """Return what a sealed string says; ``None`` when forged, ended, expired or of another purpose."""
        session = self._opened.get(sealed) or self._open(sealed)
        if session is None or session.purpose is not purpose:
            return None
        if session.generation != self._generation or session.login in self._ended:
            return None
        if self._age_s(session) > self.life_s:
            self._opened.pop(sealed, None)
            return None
        return session

    def end(self, session: Session) -> None:
        """Log out: every ticket of this login is void."""
        now = self._clock.now()
        for login in [login for login, until in self._ended.items() if until <= now]:
            self._ended.remove(login)
        self._ended.put(session.login, now + self.life_s)

    def expire_all(self) -> None:
        """Make every credential issued so far void at once."""
        self._counts.put(_GENERATION, self._generation + 1)
        self._opened.clear()

    @property
    def _generation(self) -> int:
        return self._counts.get(_GENERATION) or 0

    def _age_s(self, session: Session) -> float:
        return self._clock.now() - session.issued_ms / 1000

    def _seal(self, purpose: Purpose, member_id: int, login: int) -> str:
        issued_ms = int(self._clock.now() * 1000)
        packed = _LAYOUT.pack(purpose, member_id, login, self._generation, issued_ms)
        sealed = base64.urlsafe_b64encode(packed + self._mac(packed)).decode()
        return f"*OTDSSSO*{sealed}*" if purpose is Purpose.OTDS_TICKET else sealed

    def _open(self, sealed: str) -> Session | None:
        try:
            raw = base64.b64decode(
                sealed.removeprefix("*OTDSSSO*").rstrip("*"), altchars=b"-_", validate=True
            )
        except ValueError:
            return None
        packed, mac = raw[: _LAYOUT.size], raw[_LAYOUT.size :]
        if len(packed) != _LAYOUT.size or not hmac.compare_digest(mac, self._mac(packed)):
            return None
        purpose, member_id, login, generation, issued_ms = _LAYOUT.unpack(packed)
        session = Session(Purpose(purpose), member_id, login, generation, issued_ms)
        if len(self._opened) > 10_000:
            self._opened.clear()
        self._opened[sealed] = session
        return session

    def _mac(self, packed: bytes) -> bytes:
        return hmac.digest(self._key, packed, hashlib.sha256)[:_SEAL_BYTES]
