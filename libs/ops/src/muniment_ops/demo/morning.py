"""The morning as the shop's sandbox plays it: begun over its control address, asked how far it is."""

from __future__ import annotations

from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self

import aiohttp

from muniment_kit.errors import MunimentError

_ANSWER_S = 10.0


class MorningNotPlayed(MunimentError):
    """The shop's sandbox did not take or not finish the morning."""


@dataclass(frozen=True, slots=True)
class MorningStatus:
    """How far the morning is. ``sent`` counts deliveries begun, ``duplicates`` those of
    them that repeat another, ``delivered`` those answered 2xx.
    """

    orders_planned: int
    orders: int = 0
    sent: int = 0
    duplicates: int = 0
    delivered: int = 0
    pending: int = 0
    is_played: bool = False
    is_settled: bool = False


class ShopControl:
    """The control address of a running Shopify sandbox. Use it as an async context manager."""

    def __init__(self, url: str) -> None:
        self._url = url.rstrip("/")
        self._session: aiohttp.ClientSession | None = None
        self._planned = 0

    async def __aenter__(self) -> Self:
        self._session = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=_ANSWER_S))
        return self

    async def __aexit__(
        self,
        error_type: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._session is not None:
            await self._session.close()

    async def switch(self, **faults: float) -> None:
        """Set fault switches of the shop, ``duplicate=0.2`` and the like."""
        await self._ask("POST", "/_sandbox/faults", dict(faults))

    async def begin(self, *, orders: int, seed: int, steps_per_s: float) -> MorningStatus:
        """Begin a morning of ``orders`` orders; ``steps_per_s`` of 0 plays as fast as possible."""
        self._planned = orders
        wish = {"orders": orders, "seed": seed, "rate": steps_per_s}
        return self._status(await self._ask("POST", "/_sandbox/morning", wish))

    async def status(self) -> MorningStatus:
        """Return how far the morning is."""
        return self._status(await self._ask("GET", "/_sandbox/morning"))

    async def deliveries(self) -> list[dict[str, Any]]:
        """Return every hook delivery with its attempts."""
        told = await self._ask("GET", "/_sandbox/deliveries?limit=1000000")
        found: list[dict[str, Any]] = told["deliveries"]
        return found

    async def _ask(self, method: str, path: str, body: object = None) -> dict[str, Any]:
        if self._session is None:
            raise RuntimeError("ShopControl is used as an async context manager")
        try:
            async with self._session.request(method, f"{self._url}{path}", json=body) as answer:
                content: dict[str, Any] = await answer.json()
        except (aiohttp.ClientError, TimeoutError) as error:
            raise MorningNotPlayed(f"The shop's sandbox does not answer ({type(error).__name__}).") from error
        if answer.status >= 400:
            raise MorningNotPlayed(f"The shop's sandbox refused: {content.get('error', answer.status)}")
        return content

    def _status(self, told: dict[str, Any]) -> MorningStatus:
        hooks = told["hooks"]
        return MorningStatus(
            orders_planned=self._planned,
            orders=told["orders"],
            sent=hooks["published"],
            duplicates=hooks["duplicates"],
            delivered=hooks["delivered"],
            pending=hooks["pending"],
            is_played=told["finished"],
            is_settled=told["settled"],
        )
