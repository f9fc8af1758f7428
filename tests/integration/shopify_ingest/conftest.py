"""A receiver on the session's broker, for tests that do not break the broker."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from tests.integration.shopify_ingest.running_receiver import RunningReceiver, running_receiver


@pytest.fixture
async def receiver(kafka: str, topic_prefix: str) -> AsyncIterator[RunningReceiver]:
    """A receiver with its own topic and the settings of production."""
    async with running_receiver(kafka, prefix=topic_prefix) as running:
        yield running
