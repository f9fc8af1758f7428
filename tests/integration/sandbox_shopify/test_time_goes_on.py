"""The shop's time passes by itself, whatever becomes of what is due."""

from __future__ import annotations

import logging

import pytest

from muniment_sandbox.shopify.testing import running_shop
from tests.waiting import eventually


async def test_a_fault_in_what_is_due_is_told_and_the_next_thing_happens(
    caplog: pytest.LogCaptureFixture,
) -> None:
    happened: list[str] = []

    def fail() -> None:
        raise RuntimeError("no room")

    async with running_shop(seed="empty") as shop:
        shop.state.later(0, fail)
        shop.state.later(0, happened.append, "the next")
        with caplog.at_level(logging.ERROR):
            await eventually(lambda: happened == ["the next"], what="time has gone on")
    assert "What was due in the shop did not happen" in caplog.text
