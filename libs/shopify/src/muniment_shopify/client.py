"""The Admin GraphQL API of one shop: one ``execute``, everything else is an operation in a file."""

from __future__ import annotations

import asyncio
import copy
from collections.abc import Callable, Mapping
from datetime import datetime
from email.utils import parsedate_to_datetime
from random import Random, SystemRandom
from typing import Any, NoReturn

import orjson

from muniment_kit.clock import Clock, SystemClock
from muniment_kit.http import Answer, NotJson, OutcomeUnknown, Peer, PeerObserver, PeerSettings
from muniment_shopify.cost_bucket import Cost, CostBucket
from muniment_shopify.errors import (
    AccessDenied,
    AnswerUnusable,
    QueryRefused,
    ShopFrozen,
    ShopNotFound,
    Throttled,
    TokenRefused,
    WrongApiVersion,
)
from muniment_shopify.graphql_answer import (
    ACCESS_DENIED,
    INTERNAL,
    THROTTLED,
    Envelope,
    Result,
    parse_envelope,
)
from muniment_shopify.links import ShopLinks
from muniment_shopify.operations import Operation, operation
from muniment_shopify.points_queue import PointsQueue
from muniment_shopify.priority import Priority
from muniment_shopify.shop_domain import ShopDomain
from muniment_shopify.tokens import Tokens

API_VERSION = "2026-10"
_VERSION_HEADER = "X-Shopify-API-Version"
_FIRST_GUESS = 100.0
"""Points set aside for an operation that was never sent; its first answer tells the real number."""
_ATTEMPTS_WHEN_THROTTLED = 5
_FROZEN = frozenset({402, 423, 430})
_BULK_AT_ONCE = 5
"""How many bulk queries of one app Shopify runs at once in a shop, since 2026-01.

https://shopify.dev/docs/api/usage/bulk-operations/queries
"""

_Priced = tuple[str, tuple[int, ...]]
"""What a price is known for: an operation with its page sizes."""


def is_transient(answer: Answer) -> bool:
    """Tell whether the same request may succeed later: 429, any 5xx, or a page of HTML where JSON was to
    come.
    """
    if answer.status == 429 or answer.status >= 500:
        return True
    return answer.is_success and "json" not in answer.headers.get("Content-Type", "")


def shop_peer(
    shop: ShopDomain,
    settings: PeerSettings | None = None,
    *,
    base_url: str | None = None,
    observer: PeerObserver | None = None,
    clock: Clock | None = None,
) -> Peer:
    """Return the HTTP client of one shop. ``base_url`` is for a sandbox; else it is the shop's own domain."""
    return Peer(
        "shopify",
        base_url or f"https://{shop}",
        settings,
        is_transient=is_transient,
        observer=observer,
        clock=clock,
    )


class AdminClient:
    """Executes operations on one shop; waits for points, and throttling out, up to ``max_wait_s``.

    ``peer`` comes from :func:`shop_peer`, ``links`` from :func:`shop_links`. One client a shop, app and
    process: its views by :meth:`at` share everything but their priority, and so know whom to let go before
    them.
    """

    def __init__(
        self,
        shop: ShopDomain,
        peer: Peer,
        tokens: Tokens,
        bucket: CostBucket | None = None,
        *,
        links: ShopLinks | None = None,
        priority: Priority = Priority.RECORD,
        version: str = API_VERSION,
        max_wait_s: float = 20.0,
        clock: Clock | None = None,
        random: Random | None = None,
    ) -> None:
        self._shop = ShopDomain(shop)
        self._peer = peer
        self._tokens = tokens
        self._clock = clock if clock is not None else SystemClock()
        self._version = version
        self._max_wait_s = max_wait_s
        self._random = random if random is not None else SystemRandom()
        self._priority = priority
        self._links = links if links is not None else ShopLinks(clock=self._clock)
        self._bucket = bucket if bucket is not None else CostBucket(self._clock)
        self._queue = PointsQueue(self._bucket, self._clock, self._random, ask=self._hear_what_is_left)
        self._prices: dict[_Priced, float] = {}
        self._bulk_slots = asyncio.Semaphore(_BULK_AT_ONCE)
        self._on_cost: Callable[[Cost], None] | None = None

    @property
    def shop(self) -> ShopDomain:
        """Return the shop this client speaks to."""
        return self._shop

    @property
    def version(self) -> str:
        """Return the API version that is asked for and must be answered."""
        return self._version

    @property
    def priority(self) -> Priority:
        """Return how urgent the operations of this view are."""
        return self._priority

    @property
    def bucket(self) -> CostBucket:
        """Return what is known of the shop's points."""
        return self._bucket

    @property
    def tokens(self) -> Tokens:
        """Return where the access tokens come from."""
        return self._tokens

    @property
    def links(self) -> ShopLinks:
        """Return what calls the links that the shop's answers name."""
        return self._links

    @property
    def bulk_slots(self) -> asyncio.Semaphore:
        """Return the places for bulk queries of this process; one is held from start to end of each."""
        return self._bulk_slots

    def at(
        self,
        priority: Priority,
        *,
        max_wait_s: float | None = None,
        on_cost: Callable[[Cost], None] | None = None,
    ) -> AdminClient:
        """Return a view of this client for operations of ``priority``, with its own wait if one is given.

        ``on_cost`` hears what each operation of the view cost. Connections, tokens, points and prices are the
        same; closing one closes all.
        """
        view = copy.copy(self)
        view._priority = priority
        view._on_cost = on_cost
        view._max_wait_s = self._max_wait_s if max_wait_s is None else max_wait_s
        return view

    async def execute(
        self,
        operation: Operation,
        variables: Mapping[str, Any] | None = None,
        *,
        repeatable: bool | None = None,
    ) -> Result:
        """Run ``operation`` and return its data, with the errors of single fields beside it.

        Raises ``Throttled``, ``AnswerUnusable``, an ``OperatorNeeded``, ``PeerUnavailable``,
        ``QueryRefused``, and for what is not ``repeatable`` (mutations, unless said otherwise)
        ``OutcomeUnknown``.
        """
        is_repeatable = operation.kind == "query" if repeatable is None else repeatable
        priced = _priced(operation, variables or {})
        body = orjson.dumps({"query": operation.text, "variables": variables or {}})
        deadline = self._clock.monotonic() + self._max_wait_s
        for attempt in range(1, _ATTEMPTS_WHEN_THROTTLED + 1):
            price = self._prices.get(priced, _FIRST_GUESS)
            async with self._queue.points(price, deadline, self._priority) as paid:
                envelope = await self._ask(operation, body, repeatable=is_repeatable)
                paid.cost = envelope.cost
            if envelope.cost is not None and envelope.cost.requested > 0:
                self._prices[priced] = envelope.cost.requested
            if envelope.cost is not None and self._on_cost is not None:
                self._on_cost(envelope.cost)
            if not envelope.has(THROTTLED):
                return self._judged(operation, envelope, repeatable=is_repeatable)
            self._refuse_unaffordable(operation, envelope)
            if not _tells_a_wait(envelope.cost):
                await self._clock.sleep(attempt * self._random.uniform(0.5, 1.5))
        raise Throttled(
            f"{self._shop} throttled {operation.name} {_ATTEMPTS_WHEN_THROTTLED} times in a row.",
            after=self._max_wait_s,
        )

    async def post(self, path: str, content: Mapping[str, object], *, repeatable: bool) -> object:
        """Send ``content`` as JSON to a path of the REST Admin API and return the JSON it answers.

        Only for what GraphQL cannot do: REST has a limit of its own, a few calls a second. Raises what
        ``execute`` raises.
        """
        url = f"/admin/api/{self._version}/{path}"
        return (await self._post(path, url, orjson.dumps(content), repeatable=repeatable)).json()

    async def shop_time(self) -> datetime | None:
        """Ask what time it is at the shop, to a second; ``None`` if it does not say."""
        asked = operation("points_left")
        answer = await self._post(
            asked.name, self._graphql, orjson.dumps({"query": asked.text}), repeatable=True
        )
        try:
            return parsedate_to_datetime(answer.headers.get("Date", ""))
        except ValueError:
            return None

    async def close(self) -> None:
        """Close the connections to the shop and to where its links lead."""
        await self._peer.close()
        await self._links.close()

    async def _hear_what_is_left(self) -> None:
        asked = operation("points_left")
        envelope = await self._ask(asked, orjson.dumps({"query": asked.text}), repeatable=True)
        self._bucket.hear(envelope.cost.throttle if envelope.cost is not None else None)

    async def _ask(self, operation: Operation, body: bytes, *, repeatable: bool) -> Envelope:
        answer = await self._post(operation.name, self._graphql, body, repeatable=repeatable)
        return self._envelope(operation, answer, repeatable=repeatable)

    @property
    def _graphql(self) -> str:
        return f"/admin/api/{self._version}/graphql.json"

    async def _post(self, what: str, path: str, body: bytes, *, repeatable: bool) -> Answer:
        token = await self._tokens.token()
        answer = await self._send(path, token, body, repeatable=repeatable)
        if answer.status == 401:
            renewed = await self._tokens.renew(token)
            if renewed is not None:
                answer = await self._send(path, renewed, body, repeatable=repeatable)
        if not answer.is_success:
            self._raise_for(what, answer)
        return answer

    async def _send(self, path: str, token: str, body: bytes, *, repeatable: bool) -> Answer:
        return await self._peer.request(
            "POST",
            path,
            repeatable=repeatable,
            headers={
                "Content-Type": "application/json",
                "Accept": "application/json",
                "X-Shopify-Access-Token": token,
            },
            data=body,
        )

    def _envelope(self, operation: Operation, answer: Answer, *, repeatable: bool) -> Envelope:
        version = answer.headers.get(_VERSION_HEADER)
        if version != self._version:
            raise WrongApiVersion(
                f"{self._shop} answered with API version {_printable(version)} instead of {self._version}. "
                "The version may be out of support; update the client."
            )
        try:
            envelope = parse_envelope(answer.json())
        except NotJson:
            envelope = None
        if envelope is not None:
            return envelope
        what = f"{self._shop} answered {operation.name} with something that is no GraphQL answer"
        if repeatable:
            raise AnswerUnusable(f"{what}; try again.")
        raise OutcomeUnknown(f"{what}; look for its effect before it is sent again.", status=answer.status)

    def _judged(self, operation: Operation, envelope: Envelope, *, repeatable: bool) -> Result:
        if envelope.data is not None and any(value is not None for value in envelope.data.values()):
            return Result(envelope.data, envelope.errors, envelope.cost)
        if envelope.has(*INTERNAL):
            what = f"{self._shop} reported an internal error for {operation.name}"
            if repeatable:
                raise AnswerUnusable(f"{what}; try again.")
            raise OutcomeUnknown(f"{what}; look for its effect before it is sent again.")
        if envelope.has(ACCESS_DENIED):
            raise AccessDenied(
                f"{self._shop} does not grant what {operation.name} needs. Add the missing scope."
            )
        if envelope.data is None or envelope.errors:
            codes = ", ".join(sorted({_printable(error.code) for error in envelope.errors})) or "no code"
            raise QueryRefused(f"{self._shop} refuses {operation.name} ({codes}): the query must be changed.")
        return Result(envelope.data, (), envelope.cost)

    def _refuse_unaffordable(self, operation: Operation, envelope: Envelope) -> None:
        cost = envelope.cost
        if cost is not None and cost.requested > cost.throttle.maximum:
            raise QueryRefused(
                f"{operation.name} costs {cost.requested:.0f} points, more than the "
                f"{cost.throttle.maximum:.0f} that {self._shop} ever grants at once: it must be made smaller."
            )

    def _raise_for(self, what: str, answer: Answer) -> NoReturn:
        status = answer.status
        if status == 401:
            raise TokenRefused(
                f"{self._shop} does not accept the access token. Renew it or reinstall the app."
            )
        if status == 403:
            raise AccessDenied(f"{self._shop} forbids {what} (403). Check the app's scopes.")
        if status == 404:
            raise ShopNotFound(f"There is no Admin API {self._version} at {self._shop} (404).")
        if status in _FROZEN:
            raise ShopFrozen(f"{self._shop} is frozen, locked or blocks this client ({status}).")
        raise QueryRefused(f"{self._shop} answered {what} with {status}: it is not accepted.")


def _tells_a_wait(cost: Cost | None) -> bool:
    """Tell whether points are missing by this answer; else the queue would send again at once."""
    return cost is not None and cost.requested > cost.throttle.available


def _priced(operation: Operation, variables: Mapping[str, Any]) -> _Priced:
    return operation.name, tuple(value for _, value in sorted(variables.items()) if isinstance(value, int))


def _printable(text: str | None) -> str:
    """Return a header or code of the peer's only as far as it is harmless in a message."""
    return (
        "none" if not text else "".join(c for c in text[:40] if c.isascii() and (c.isalnum() or c in "-._"))
    )
