"""The fault switches of both sandboxes, over their control addresses."""

from __future__ import annotations

from types import TracebackType
from typing import Self

import aiohttp

from muniment_kit.errors import MunimentError

_ANSWER_S = 10.0


class SwitchRefused(MunimentError):
    """A sandbox did not take a switch."""


class Switches:
    """Switches faults on and off. Use it as an async context manager.

    Faults of the Content Server are in its own words (``status=503;times=2``); several may be on at a time.
    """

    def __init__(self, *, shop_url: str, ecm_origin: str) -> None:
        self._shop = shop_url.rstrip("/")
        self._ecm = f"{ecm_origin}/_sandbox/faults"
        self._on: list[str] = []
        self._shop_on: list[tuple[str, float]] = []
        self._session: aiohttp.ClientSession | None = None

    async def __aenter__(self) -> Self:
        self._session = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=_ANSWER_S))
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._session is not None:
            await self._session.close()

    async def ecm_on(self, fault: str) -> None:
        """Switch a fault of the Content Server on."""
        self._on.append(fault)
        await self._ask("PUT", self._ecm, {"faults": self._on})

    async def ecm_off(self, fault: str) -> None:
        """Switch it off again."""
        if fault in self._on:
            self._on.remove(fault)
        await self._ask("PUT", self._ecm, {"faults": self._on})

    async def shop(self, **faults: float) -> None:
        """Set switches of the shop: a probability, or seconds where the name ends in ``_s``."""
        await self._ask("POST", f"{self._shop}/_sandbox/faults", faults)

    async def shop_on(self, name: str, value: float) -> None:
        """Switch a fault of the shop on; of several on the same switch the strongest counts."""
        self._shop_on.append((name, value))
        await self._set_shop(name)

    async def shop_off(self, name: str, value: float) -> None:
        """Switch it off again; what others switched on stays."""
        if (name, value) in self._shop_on:
            self._shop_on.remove((name, value))
        await self._set_shop(name)

    async def _set_shop(self, name: str) -> None:
        await self.shop(**{name: max((value for on, value in self._shop_on if on == name), default=0.0)})

    async def place_order(self) -> None:
        """Let a passer-by place an order in the shop."""
        await self._ask("POST", f"{self._shop}/_sandbox/orders", {})

    async def expire_shop_tokens(self) -> None:
        """Let every token that the shop granted expire."""
        await self._ask("POST", f"{self._shop}/_sandbox/tokens/expire", {})

    async def all_off(self) -> None:
        """Switch every fault of both off."""
        self._on.clear()
        self._shop_on.clear()
        await self._ask("DELETE", self._ecm, None)
        names = ("duplicate", "reorder", "delay", "api_latency_s", "api_error", "api_unauthorized")
        await self.shop(**dict.fromkeys((*names, "api_throttled"), 0.0))

    async def _ask(self, method: str, url: str, body: object) -> None:
        if self._session is None:
            raise RuntimeError("Switches is used as an async context manager")
        try:
            async with self._session.request(method, url, json=body) as answer:
                status = answer.status
        except (aiohttp.ClientError, TimeoutError) as error:
            raise SwitchRefused(f"A sandbox does not answer ({type(error).__name__}).") from error
        if status >= 400:
            raise SwitchRefused(f"A sandbox refused a switch with {status}.")
