"""What holds for every test: who may open a socket, which fixtures are everywhere, how hypothesis behaves."""

from __future__ import annotations

import os
from pathlib import Path

import hypothesis
import pytest
import pytest_socket

pytest_plugins = ["tests.fixtures.broker", "tests.fixtures.browser"]

_CONNECTED = {"integration", "e2e"}
_TESTS = Path(__file__).parent

# A deadline for one example measures the machine's other work; each test has its time limit anyway.
hypothesis.settings.register_profile(
    "house",
    deadline=None,
    max_examples=100 if os.environ.get("CI") else 40,  # quick between edits, thorough where it counts
    suppress_health_check=[hypothesis.HealthCheck.too_slow],
    derandomize=bool(os.environ.get("CI")),
)
hypothesis.settings.load_profile("house")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark everything below ``integration`` and ``e2e`` as connected."""
    for item in items:
        if item.path.is_relative_to(_TESTS) and item.path.relative_to(_TESTS).parts[0] in _CONNECTED:
            item.add_marker(pytest.mark.connected)


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """Refuse sockets to tests that are not connected; event loops keep their own pair."""
    if item.get_closest_marker("connected") is None:
        pytest_socket.disable_socket(allow_unix_socket=True)
    else:
        pytest_socket.enable_socket()


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_teardown() -> None:
    """Give the sockets back: what is torn down now may be a broker that an earlier test started."""
    pytest_socket.enable_socket()
