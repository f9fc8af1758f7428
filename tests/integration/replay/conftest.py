"""Yesterday for every test, and the settings of the services' own."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from tests.integration.replay.yesterday import Yesterday, renderer_environment


@pytest.fixture
async def yesterday(
    kafka: str, topic_prefix: str, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Yesterday]:
    for name, value in renderer_environment().items():
        monkeypatch.setenv(name, value)
    async with Yesterday(kafka, topic_prefix) as running:
        yield running
