"""A running shop, and a client to call it."""

from __future__ import annotations

from collections.abc import AsyncIterator

import aiohttp
import pytest

from muniment_sandbox.shopify.testing import RunningShop, running_shop


@pytest.fixture
async def shop() -> AsyncIterator[RunningShop]:
    async with running_shop(seed="empty") as open_shop:
        yield open_shop


@pytest.fixture
async def client() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as session:
        yield session
