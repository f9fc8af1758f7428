"""A client whose peer is the shop sandbox in this process: no socket, and answers that get lost when told."""

from __future__ import annotations

import base64
import re
from collections.abc import Mapping, Sequence
from random import Random
from typing import Any

import orjson

from muniment_kit.http import Answer, Data, OutcomeUnknown, Peer
from muniment_sandbox.shopify.costs import Bucket
from muniment_sandbox.shopify.graphql.asking import Request
from muniment_sandbox.shopify.graphql.engine import Engine
from muniment_sandbox.shopify.state.clock import SetClock
from muniment_sandbox.shopify.state.disputes import ShopifyPaymentsDispute
from muniment_sandbox.shopify.state.shop import Shop
from muniment_shopify.client import AdminClient
from muniment_shopify.priority import Priority
from muniment_shopify.shop_domain import ShopDomain
from muniment_shopify.tokens import FixedToken
from tests.unit.shopify.scripted import SHOP, HurriedClock, answered

_ENGINE = Engine()
_DISPUTE_FILES = re.compile(r"/disputes/(\d+)/dispute_file_uploads\.json$")


class SandboxedPeer(Peer):
    """Answers from the shop. ``lost_answers`` and ``lost_requests`` are how many changes to lose so.

    A change whose request is lost is not carried out; one whose answer is lost is. What is repeatable is sent
    again at once, as a real peer does; else the outcome is unknown. ``changes`` are those carried out.
    """

    def __init__(self, shop: Shop, *, scopes: frozenset[str] | None = None) -> None:
        super().__init__("shopify", f"https://{SHOP}")
        self.shop = shop
        self.scopes = scopes
        self.lost_answers = 0
        self.lost_requests = 0
        self.changes: list[str] = []
        self._bucket = Bucket(1e9, 1e9)

    async def request(
        self,
        method: str,
        path: str,
        *,
        repeatable: bool,
        headers: Mapping[str, str] | None = None,
        params: Mapping[str, str | int] | Sequence[tuple[str, str | int]] | None = None,
        data: Data | None = None,
        json: Any = None,
        timeout_s: float | None = None,
    ) -> Answer:
        assert isinstance(data, bytes)
        content = orjson.loads(data)
        is_change = "query" not in content or content["query"].lstrip().startswith("mutation")
        if is_change and self.lost_requests:
            self.lost_requests -= 1
            if not repeatable:
                raise OutcomeUnknown("lost on the way there")
        answer = self._answer(path, content)
        if is_change and self.lost_answers:
            self.lost_answers -= 1
            if not repeatable:
                raise OutcomeUnknown("lost on the way back")
            answer = self._answer(path, content)
        return answer

    def _answer(self, path: str, content: dict[str, Any]) -> Answer:
        if (file := _DISPUTE_FILES.search(path)) is not None:
            self.changes.append("dispute_file_uploads")
            return self._take_file(f"gid://shopify/ShopifyPaymentsDispute/{file[1]}", content)
        asked = Request(self.shop, "2026-10", self.scopes, f"https://{SHOP}")
        if content["query"].lstrip().startswith("mutation"):
            self.changes.append(content["query"].split("(", 1)[0].split()[-1])
        body = _ENGINE.answer(asked, content["query"], content["variables"] or {}, None, self._bucket)
        return answered(body)

    def _take_file(self, gid: str, content: dict[str, Any]) -> Answer:
        dispute = self.shop.get(ShopifyPaymentsDispute, gid)
        assert dispute is not None
        told = content["dispute_file_upload"]
        size = len(base64.b64decode(told["data"]))
        made = self.shop.upload_dispute_file(dispute, told["filename"], told["mimetype"], size)
        return answered({"dispute_file_upload": {"id": made.number}}, 201)


class SharedClock(HurriedClock):
    """A clock whose sleeps pass at once, also for the shop."""

    def __init__(self, shop_clock: SetClock) -> None:
        super().__init__()
        self._shop_clock = shop_clock

    async def sleep(self, seconds: float) -> None:
        self._shop_clock.advance(max(1.0, seconds))
        await super().sleep(seconds)


def sandboxed(peer: SandboxedPeer, clock: HurriedClock | None = None) -> AdminClient:
    """Return a client of the shop behind ``peer``."""
    return AdminClient(
        ShopDomain(SHOP),
        peer,
        FixedToken("token"),
        priority=Priority.DECISION,
        clock=clock or HurriedClock(),
        random=Random(0),
    )
