"""Whatever is sent, the server answers as it is described, and goes on."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings

from tests.unit.sandbox_ecm.fuzzing import Target, described_requests, wild_requests

#: The same examples in every run; no shrinking, because what was sent before has changed the server.
BOUNDED = settings(
    max_examples=3,
    deadline=None,
    database=None,
    derandomize=True,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)


@pytest.mark.timeout(120)
@pytest.mark.parametrize("requests", [described_requests, wild_requests])
def test_no_request_breaks_the_server(requests: Callable[..., Any]) -> None:
    target = Target()
    for operation in target.operations:

        @BOUNDED
        @given(requests(operation, target.ids))
        def sent(request: tuple[str, str, str, str, bytes]) -> None:
            target.send(*request)

        sent()
    assert target.still_answers()
