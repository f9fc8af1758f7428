"""One system we call over HTTP, with everything that keeps a call bounded and honest."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from random import Random, SystemRandom
from typing import Any

from muniment_kit.backoff import Backoff
from muniment_kit.clock import Clock, SystemClock
from muniment_kit.http_answer import Answer, StreamingAnswer, streamed
from muniment_kit.http_errors import OutcomeUnknown, PeerUnavailable
from muniment_kit.http_request import Data, Params, Request
from muniment_kit.http_transport import Transport
from muniment_kit.peer_attempt import Attempts, Tried
from muniment_kit.peer_observer import PeerObserver, Unobserved
from muniment_kit.peer_retries import RetryBudget, Verdict, is_transient_status
from muniment_kit.peer_settings import PeerSettings


class Peer:
    """The HTTP client of one system. One instance, one connection pool, used inside one event loop.

    ``name`` labels errors and metrics; it is ours, never the peer's. ``is_transient`` says which answers may
    become good by waiting (default: 429, 502, 503, 504). ``muniment_kit.peer_retries`` has the table of what
    is repeated.
    """

    def __init__(
        self,
        name: str,
        base_url: str,
        settings: PeerSettings | None = None,
        *,
        clock: Clock | None = None,
        is_transient: Callable[[Answer], bool] = is_transient_status,
        observer: PeerObserver | None = None,
        random: Random | None = None,
    ) -> None:
        self._name = name
        self._settings = settings if settings is not None else PeerSettings()
        self._clock = clock if clock is not None else SystemClock()
        self._observer = observer if observer is not None else Unobserved()
        self._random = random if random is not None else SystemRandom()
        self._backoff = Backoff(self._settings.backoff_base_s, self._settings.backoff_cap_s)
        self._budget = RetryBudget(self._settings.retry_budget_tokens, self._settings.retry_budget_ratio)
        self._transport = Transport(base_url, self._settings)
        self._attempts = Attempts(
            name,
            self._transport,
            self._settings,
            self._clock,
            is_transient=is_transient,
            observer=self._observer,
        )

    @property
    def name(self) -> str:
        """Return the name that errors and metrics carry."""
        return self._name

    async def request(
        self,
        method: str,
        path: str,
        *,
        repeatable: bool,
        headers: Mapping[str, str] | None = None,
        params: Params | None = None,
        data: Data | None = None,
        json: Any = None,
        timeout_s: float | None = None,
    ) -> Answer:
        """Call the peer and return its whole answer, whatever its status, unless that is transient.

        Raises ``PeerUnavailable``, ``CircuitOpen``, ``OutcomeUnknown`` (only when not ``repeatable``),
        ``RedirectRefused``, ``AnswerTooLarge``. ``timeout_s`` bounds each attempt.
        """
        request = Request(method, path, repeatable, headers or {}, params, data, json, timeout_s)
        async with AsyncExitStack() as held:
            tried = await self._try(request, held, streaming=False)
        assert tried.answer is not None
        return tried.answer

    @asynccontextmanager
    async def stream(
        self,
        method: str,
        path: str,
        *,
        repeatable: bool,
        headers: Mapping[str, str] | None = None,
        params: Params | None = None,
        data: Data | None = None,
        json: Any = None,
        timeout_s: float | None = None,
    ) -> AsyncIterator[StreamingAnswer]:
        """Call the peer and give its answer with the body still to be read, in order, by ``answer.chunks()``.

        Repeats and raises like :meth:`request` until the body begins; ``max_answer_bytes`` does not bind a
        stream. ``timeout_s`` bounds the attempt with its body.
        """
        request = Request(method, path, repeatable, headers or {}, params, data, json, timeout_s)
        async with AsyncExitStack() as held:
            tried = await self._try(request, held, streaming=True)
            if tried.answer is not None:
                yield streamed(tried.answer)
            else:
                assert tried.stream is not None
                yield tried.stream

    async def close(self) -> None:
        """Close all connections, for good. May be called twice."""
        await self._transport.close()

    async def _try(self, request: Request, held: AsyncExitStack, *, streaming: bool) -> Tried:
        """Attempt until something is delivered; place and response are then kept as long as ``held``."""
        self._budget.call()
        deadline = self._clock.monotonic() + self._settings.retry_within_s
        attempt = 1
        while True:
            async with AsyncExitStack() as kept:
                tried = await self._attempts.attempt(request, kept, streaming=streaming)
                if tried.error is None:
                    held.push_async_exit(kept.pop_all())
                    return tried
            await self._pause(tried, tried.error, attempt, deadline)
            attempt += 1

    async def _pause(
        self, tried: Tried, error: PeerUnavailable | OutcomeUnknown, attempt: int, deadline: float
    ) -> None:
        """Wait before the next attempt, or raise ``error`` when there is to be none."""
        if tried.verdict is not Verdict.REPEAT or attempt >= self._settings.max_attempts:
            raise error
        wait_s = self._backoff.delay(attempt, self._random)
        if error.after is not None:
            wait_s += error.after
        is_too_long = error.after is not None and error.after > self._settings.max_retry_wait_s
        if is_too_long or self._clock.monotonic() + wait_s > deadline or not self._budget.take():
            raise error
        self._observer.retry(self._name, tried.outcome)
        await self._clock.sleep(wait_s)
