"""A desk whose shop has lived through one morning of which no hook ever arrived."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from muniment_sandbox.shopify.costs import Bucket
from muniment_sandbox.shopify.morning import FLOWS, Morning
from muniment_sandbox.shopify.testing import running_shop
from tests.integration.reconcile.desk import Desk, desk_of


@pytest.fixture
async def desk(kafka: str, topic_prefix: str) -> AsyncIterator[Desk]:
    """The shop is quick to answer, and everything that can happen in it has happened."""
    async with running_shop(seed="empty", bucket=Bucket(100_000, 100_000)) as shop:
        for step in Morning(seed=3, orders=22, flows=frozenset(FLOWS)).steps():
            step.act(shop.state)
        async with desk_of(shop, kafka, topic_prefix) as desk:
            yield desk
