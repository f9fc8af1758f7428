"""A logged-in session: every call goes through it, no call knows about tickets.

Content Server's tickets end some time after the *last login they were issued by*, unless the client adopts
the renewed ticket that each answer carries in ``OTCSTicket``. So the session adopts it, and on a 401 logs in
once, under a lock that all callers share, and repeats the call once: a 401 means that nothing was carried
out.

The account is never locked by us: a refused login, or a 401 right after a login, pauses further logins for 5
s, then 1, 5 and 15 minutes. Calls meanwhile raise ``LoginRefused`` with the rest of the pause in ``after``. A
password that was changed thus costs four attempts in the first 20 minutes. The first success ends the pauses.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field

from muniment_ecm.answers import confirmation
from muniment_ecm.classify import is_transient, refusal
from muniment_ecm.errors import LoginRefused, NotLoggedIn
from muniment_ecm.forms import Form
from muniment_ecm.login import TICKET_HEADER, Credential, Login
from muniment_ecm.transport import Params, Transport
from muniment_kit.clock import Clock, SystemClock
from muniment_kit.http import Answer, PeerUnavailable, StreamingAnswer

REFUSAL_PAUSES_S = (5.0, 60.0, 300.0, 900.0)
_RENEW_BEFORE_EXPIRY_S = 30.0


@dataclass(slots=True)
class RequestCount:
    """Counts the calls made inside ``counted_requests``; retries within the peer count as one."""

    made: int = 0


_COUNT: ContextVar[RequestCount | None] = ContextVar("muniment_ecm_request_count", default=None)


@asynccontextmanager
async def counted_requests() -> AsyncIterator[RequestCount]:
    """Count every call that the current task, and tasks it starts, make inside the block."""
    count = RequestCount()
    token = _COUNT.set(count)
    try:
        yield count
    finally:
        _COUNT.reset(token)


@dataclass(slots=True)
class _Held:
    """One login's credential.

    Renewed tickets replace ``value`` in place, so late answers of an older login do no harm.
    """

    header: str
    value: str = field(repr=False)
    expires_at: float | None
    is_refused: bool = False

    def headers(self, form: Form | None) -> Mapping[str, str]:
        own = {self.header: self.value}
        return own if form is None else {**own, "Content-Type": form.content_type}


class Session:
    """Authenticated calls to one Content Server; ``transport`` points at ``…/cs/api`` or ``…/cs.exe/api``.

    Raises the errors of ``errors`` for refusals, and lets those of the kit's peer pass.
    """

    def __init__(self, transport: Transport, login: Login, *, clock: Clock | None = None) -> None:
        self._transport = transport
        self._login = login
        self._clock = clock or SystemClock()
        self._lock = asyncio.Lock()
        self._held: _Held | None = None
        self._refusals = 0
        self._no_login_before = 0.0

    async def request(
        self,
        method: str,
        path: str,
        *,
        what: str,
        repeatable: bool,
        params: Params | None = None,
        form: Form | None = None,
        timeout_s: float | None = None,
    ) -> Answer:
        """Make one call and return its success answer. ``what`` completes "could not …" in error messages.

        ``repeatable`` says that carrying it out twice does no harm.
        """
        _count_one()
        held = await self._credential()
        data = form.body if form else None
        answer = await self._transport.request(
            method,
            path,
            repeatable=repeatable,
            headers=held.headers(form),
            params=params,
            data=data,
            timeout_s=timeout_s,
        )
        if answer.status == 401:
            held = await self._log_in(stale=held)
            answer = await self._transport.request(
                method,
                path,
                repeatable=repeatable,
                headers=held.headers(form),
                params=params,
                data=data,
                timeout_s=timeout_s,
            )
        return self._judged(held, answer, what)

    async def change(
        self,
        method: str,
        path: str,
        *,
        what: str,
        repeatable: bool,
        params: Params | None = None,
        form: Form | None = None,
        timeout_s: float | None = None,
    ) -> None:
        """Make one call whose answer says nothing but that it was carried out, and check that it says so.

        Raises ``AnswerNotUnderstood`` for a page that did not come from Content Server.
        """
        answer = await self.request(
            method, path, what=what, repeatable=repeatable, params=params, form=form, timeout_s=timeout_s
        )
        confirmation(answer, what)

    @asynccontextmanager
    async def stream(
        self,
        method: str,
        path: str,
        *,
        what: str,
        params: Params | None = None,
        timeout_s: float | None = None,
    ) -> AsyncIterator[StreamingAnswer]:
        """Make one repeatable call and give its success answer with the body still to be read."""
        _count_one()
        for is_last in (False, True):
            held = await self._credential()
            async with self._transport.stream(
                method, path, repeatable=True, headers=held.headers(None), params=params, timeout_s=timeout_s
            ) as answer:
                if answer.status < 400:
                    self._adopt(held, answer.headers)
                    yield answer
                    return
                refused = await _whole(answer)
            if is_transient(refused):
                raise PeerUnavailable(
                    f"Could not {what}: Content Server is not able to now.", status=refused.status
                )
            if refused.status != 401 or is_last:
                self._judged(held, refused, what)
            await self._log_in(stale=held)

    def _judged(self, held: _Held, answer: Answer, what: str) -> Answer:
        trouble = refusal(answer, what)
        if isinstance(trouble, NotLoggedIn):
            raise self._ticket_refused(held)
        self._adopt(held, answer.headers)
        if trouble is not None:
            raise trouble
        return answer

    def _adopt(self, held: _Held, headers: Mapping[str, str]) -> None:
        self._refusals = 0
        renewed = headers.get(TICKET_HEADER)
        if renewed:
            held.header, held.value, held.expires_at = TICKET_HEADER, renewed, None

    async def _credential(self) -> _Held:
        held = self._held
        if held is None or (held.expires_at is not None and held.expires_at <= self._clock.monotonic()):
            return await self._log_in(stale=held)
        return held

    async def _log_in(self, *, stale: _Held | None) -> _Held:
        async with self._lock:
            if self._held is not None and self._held is not stale:
                return self._held
            wait_s = self._no_login_before - self._clock.monotonic()
            if self._refusals and wait_s > 0:
                raise LoginRefused(
                    "Content Server refused the last login; the next is not tried yet.", after=wait_s
                )
            try:
                self._held = self._hold(await self._login())
            except LoginRefused as refused:
                raise LoginRefused(refused.reason, after=self._pause()) from None
            return self._held

    def _hold(self, credential: Credential) -> _Held:
        expires_at = None
        if credential.valid_s is not None:
            expires_at = self._clock.monotonic() + max(credential.valid_s - _RENEW_BEFORE_EXPIRY_S, 1.0)
        return _Held(credential.header, credential.value, expires_at)

    def _ticket_refused(self, held: _Held) -> LoginRefused:
        if not held.is_refused:
            held.is_refused = True
            self._pause()
        wait_s = max(self._no_login_before - self._clock.monotonic(), 0.0)
        return LoginRefused(
            "Content Server does not accept the ticket of a login made just now.", after=wait_s
        )

    def _pause(self) -> float:
        pause_s = REFUSAL_PAUSES_S[min(self._refusals, len(REFUSAL_PAUSES_S) - 1)]
        self._refusals += 1
        self._no_login_before = self._clock.monotonic() + pause_s
        return pause_s


def _count_one() -> None:
    count = _COUNT.get()
    if count is not None:
        count.made += 1


async def _whole(answer: StreamingAnswer) -> Answer:
    body = b"".join([chunk async for chunk in answer.chunks()])
    return Answer(answer.status, answer.headers, body)
