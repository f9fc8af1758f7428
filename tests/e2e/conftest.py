"""One stage for all end-to-end tests: real processes, a real broker, both sandboxes."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from muniment_ops.demo.stage import stage
from tests.e2e.scene import Scene

#: The sandbox's retries of hooks: four hours become half a minute.
TIME_SCALE = "0.002"


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def scene(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Scene]:
    """Everything running, for the whole session; each test adds its own morning and audits all of them."""
    folder: Path = tmp_path_factory.mktemp("stage")
    async with stage(folder, shop_arguments=("--seed", "empty", "--time-scale", TIME_SCALE)) as running:
        yield Scene(running)
