"""A secret is rotated without a restart: two are valid, then only the new one."""

from __future__ import annotations

from contextlib import AbstractAsyncContextManager
from pathlib import Path

import pytest

from muniment_kit.clock import Clock
from muniment_kit.testing import ManualClock
from shopify_ingest.receive.secrets import Secrets, rereading, secrets_of
from shopify_ingest.settings import ReceiveSettings
from tests.waiting import eventually


@pytest.fixture
def file(tmp_path: Path) -> Path:
    file = tmp_path / "secrets"
    file.write_text("new\nold\n")
    return file


def write(file: Path, text: str | None) -> None:
    """Write the file anew, or take it away."""
    if text is None:
        file.unlink()
    else:
        file.write_text(text)


def settings_with(file: Path) -> ReceiveSettings:
    return ReceiveSettings(shop="northwind.myshopify.com", webhook_secrets_file=str(file), reread_secrets_s=5)


def watching(file: Path, taken: list[Secrets], clock: Clock) -> AbstractAsyncContextManager[None]:
    """Read the file, and have ``taken`` gather what it says afterwards."""
    settings = settings_with(file)
    return rereading(settings, secrets_of(settings), taken.append, clock=clock)


async def test_a_secret_taken_out_of_the_file_is_refused_a_moment_later(file: Path) -> None:
    clock, taken = ManualClock(), list[Secrets]()
    async with watching(file, taken, clock):
        await eventually(lambda: clock.sleeping == 1)
        write(file, "new\n")
        assert taken == []
        await clock.advance(5)
        await eventually(lambda: bool(taken), what="the new secrets are taken")
    assert taken == [{"northwind": (b"new",)}]


async def test_a_change_between_the_first_reading_and_the_watch_is_not_missed(file: Path) -> None:
    clock, taken = ManualClock(), list[Secrets]()
    watch = watching(file, taken, clock)
    write(file, "new\n")
    async with watch:
        await eventually(lambda: clock.sleeping == 1)
        await clock.advance(5)
        await eventually(lambda: bool(taken), what="the new secrets are taken")
    assert taken == [{"northwind": (b"new",)}]


@pytest.mark.parametrize("text", ["", None], ids=["an empty file", "no file"])
async def test_a_file_that_cannot_be_read_leaves_the_secrets_as_they_are(
    file: Path, text: str | None
) -> None:
    clock, taken = ManualClock(), list[Secrets]()
    async with watching(file, taken, clock):
        await eventually(lambda: clock.sleeping == 1)
        write(file, text)
        for _ in range(2):
            await clock.advance(5)
            await eventually(lambda: clock.sleeping == 1, what="the file was tried")
        assert taken == []
        write(file, "newer\n")
        await clock.advance(5)
        await eventually(lambda: bool(taken), what="the new secrets are taken")
    assert taken == [{"northwind": (b"newer",)}]


async def test_secrets_in_variables_are_not_asked_for_again() -> None:
    clock = ManualClock()
    settings = ReceiveSettings.model_validate({"shop": "northwind.myshopify.com", "webhook_secrets": "a"})
    async with rereading(settings, secrets_of(settings), list[Secrets]().append, clock=clock):
        assert clock.sleeping == 0
