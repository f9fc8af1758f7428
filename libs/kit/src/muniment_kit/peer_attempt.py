"""One attempt of a call: through the gate and the breaker, over the wire, and what it means."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass

import aiohttp

from muniment_kit.breaker import Breaker, Permit
from muniment_kit.clock import Clock
from muniment_kit.concurrency import AdaptiveLimit, Gate
from muniment_kit.http_answer import Answer, StreamingAnswer
from muniment_kit.http_errors import (
    AddressRefused,
    AnswerTooLarge,
    CircuitOpen,
    OutcomeUnknown,
    PeerUnavailable,
    RedirectRefused,
)
from muniment_kit.http_request import Request
from muniment_kit.http_transport import Transport, fault_of
from muniment_kit.peer_observer import PeerObserver
from muniment_kit.peer_retries import AttemptError, Verdict, judge_answer, judge_fault, retry_after
from muniment_kit.peer_settings import PeerSettings

_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_OVERLOAD = frozenset({429, 503})
_CHUNK_BYTES = 64 * 1024


@dataclass(frozen=True, slots=True)
class Tried:
    """What one attempt came to.

    Delivered: ``answer``, or ``stream`` with the response still open. Else ``error`` is what to raise when it
    is not tried again. ``outcome`` is a word for metrics.
    """

    verdict: Verdict
    outcome: str
    answer: Answer | None = None
    stream: StreamingAnswer | None = None
    error: PeerUnavailable | OutcomeUnknown | None = None


class Attempts:
    """Makes single attempts at one peer. Tells breaker, concurrency limit and observer what they show."""

    def __init__(
        self,
        name: str,
        transport: Transport,
        settings: PeerSettings,
        clock: Clock,
        *,
        is_transient: Callable[[Answer], bool],
        observer: PeerObserver,
    ) -> None:
        self._name = name
        self._transport = transport
        self._settings = settings
        self._clock = clock
        self._is_transient = is_transient
        self._observer = observer
        self._limit = AdaptiveLimit(settings.min_concurrency, settings.max_concurrency)
        self._gate = Gate(self._limit)
        self._breaker = Breaker(
            failures=settings.breaker_failures,
            open_s=settings.breaker_open_s,
            open_cap_s=settings.breaker_open_cap_s,
            clock=clock,
            on_change=lambda state: observer.circuit(name, state.value),
        )

    async def attempt(self, request: Request, held: AsyncExitStack, *, streaming: bool) -> Tried:
        """Try ``request`` once; its place and its response are kept as long as ``held``.

        Raises ``CircuitOpen``, ``PeerUnavailable`` (no place came free), ``RedirectRefused``,
        ``AnswerTooLarge``.
        """
        ticket = await self._place(request, held)
        permit = self._permit(request)
        began = self._clock.monotonic()
        outcome = "cancelled"
        try:
            tried = await self._exchange(request, held, permit, ticket, streaming=streaming)
            outcome = tried.outcome
        except (RedirectRefused, AnswerTooLarge) as error:
            outcome = "redirect" if isinstance(error, RedirectRefused) else "too_large"
            raise
        finally:
            self._breaker.abandoned(permit)  # has no effect once the call has said how it ended
            self._observer.attempt(self._name, request.method, outcome, self._clock.monotonic() - began)
        return tried

    async def _place(self, request: Request, held: AsyncExitStack) -> int:
        held.callback(self._tell_concurrency)  # entered first, so called once the place is free again
        try:
            ticket = await held.enter_async_context(self._gate.slot(self._settings.retry_within_s))
        except TimeoutError:
            raise PeerUnavailable(
                f"{self._name}: {request.what} found no free place in {self._settings.retry_within_s:g} s; "
                "the peer is slower than what is asked of it."
            ) from None
        self._tell_concurrency()
        return ticket

    def _permit(self, request: Request) -> Permit:
        admitted = self._breaker.admit()
        if isinstance(admitted, Permit):
            return admitted
        raise CircuitOpen(
            f"{self._name}: {request.what} was not tried, the peer failed too often; wait {admitted:.1f} s.",
            after=admitted,
        )

    async def _exchange(
        self, request: Request, held: AsyncExitStack, permit: Permit, ticket: int, *, streaming: bool
    ) -> Tried:
        try:
            response = await held.enter_async_context(self._transport.exchange(request))
            if response.status in _REDIRECTS:
                raise RedirectRefused(
                    f"{self._name}: {request.what} was redirected with {response.status}; redirects are not "
                    "followed. Check the base URL.",
                    status=response.status,
                )
            if streaming and response.status < 400:
                self._went_well(permit)
                return Tried(Verdict.DELIVER, str(response.status), stream=self._stream(request, response))
            answer = Answer(response.status, response.headers, await self._whole_body(request, response))
        except AttemptError as fault:
            self._went_wrong(permit, ticket, is_overload=fault.is_overload)
            return self._without_answer(fault, request)
        return self._with_answer(answer, request, permit, ticket)

    def _with_answer(self, answer: Answer, request: Request, permit: Permit, ticket: int) -> Tried:
        is_transient = self._is_transient(answer)
        if is_transient and answer.status != 429:
            self._went_wrong(permit, ticket, is_overload=answer.status in _OVERLOAD)
        elif is_transient:
            self._breaker.succeeded(permit)
            self._limit.overloaded(ticket)
        else:
            self._went_well(permit)
        verdict = judge_answer(answer, is_transient=is_transient, repeatable=request.repeatable)
        outcome = str(answer.status)
        if verdict is Verdict.DELIVER:
            return Tried(verdict, outcome, answer=answer)
        after = retry_after(answer, self._clock.now())
        if verdict is Verdict.UNKNOWN:
            return Tried(
                verdict, outcome, error=self._unknown(request, f"it answered {outcome}", after, answer.status)
            )
        reason = f"{self._name}: {request.what} was answered {outcome}, which is transient; try again."
        return Tried(verdict, outcome, error=PeerUnavailable(reason, after=after, status=answer.status))

    def _without_answer(self, fault: AttemptError, request: Request) -> Tried:
        verdict = judge_fault(fault, repeatable=request.repeatable)
        if verdict is Verdict.UNKNOWN:
            return Tried(verdict, fault.outcome, error=self._unknown(request, fault.why, None, None))
        kind = AddressRefused if fault.outcome == "address" else PeerUnavailable
        return Tried(verdict, fault.outcome, error=kind(f"{self._name}: {request.what} failed: {fault.why}."))

    def _unknown(self, request: Request, why: str, after: float | None, status: int | None) -> OutcomeUnknown:
        return OutcomeUnknown(
            f"{self._name}: {request.what} was sent and may have been carried out: {why}. "
            "Look for its effect before it is sent again.",
            after=after,
            status=status,
        )

    def _stream(self, request: Request, response: aiohttp.ClientResponse) -> StreamingAnswer:
        async def chunks() -> AsyncIterator[bytes]:
            try:
                async for chunk in response.content.iter_chunked(_CHUNK_BYTES):
                    yield chunk
            except (aiohttp.ClientError, TimeoutError, OSError) as error:
                why = fault_of(error, was_sent=True).why
                raise PeerUnavailable(f"{self._name}: {request.what} failed: {why}.") from error

        return StreamingAnswer(response.status, response.headers, chunks)

    async def _whole_body(self, request: Request, response: aiohttp.ClientResponse) -> bytes:
        highest = self._settings.max_answer_bytes
        body = bytearray()
        try:
            async for chunk in response.content.iter_any():
                body += chunk
                if len(body) > highest:
                    raise AnswerTooLarge(
                        f"{self._name}: the answer to {request.what} is larger than {highest} bytes "
                        "(max_answer_bytes of this peer)."
                    )
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise fault_of(error, was_sent=True) from error
        return bytes(body)

    def _went_well(self, permit: Permit) -> None:
        self._limit.succeeded()
        self._breaker.succeeded(permit)

    def _went_wrong(self, permit: Permit, ticket: int, *, is_overload: bool) -> None:
        if is_overload:
            self._limit.overloaded(ticket)
        self._breaker.failed(permit)

    def _tell_concurrency(self) -> None:
        self._observer.concurrency(self._name, self._limit.limit, self._gate.in_flight)
