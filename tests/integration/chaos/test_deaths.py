"""Lives of a toy role: armed for one life only, missed points disarmed, wrong clocks for one life."""

from __future__ import annotations

import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from muniment_kit.crash_points import CrashPoint
from muniment_kit.settings import KitSettings
from muniment_ops.chaos.deaths import Deaths
from muniment_ops.chaos.journal import Journal
from muniment_ops.chaos.poison import Poison
from muniment_ops.chaos.schedule import Arm
from muniment_ops.chaos.switches import Switches
from muniment_ops.restart_policy import RestartPolicy
from muniment_ops.supervisor import Role, Supervisor
from tests.waiting import eventually

pytestmark = pytest.mark.asyncio

#: Says what armed it and what time it believes in, then passes one point again and again.
TOY = """
import os, time
from muniment_kit.clock import SystemClock
from muniment_kit.crash_points import CrashPoint, passing
off = SystemClock().now().timestamp() - time.time()
print("life", os.environ.get("MUNIMENT_CRASH_AT", "-"), round(off), flush=True)
while True:
    passing(CrashPoint.AFTER_COMMIT)
    time.sleep(0.02)
"""


@asynccontextmanager
async def toy(folder: Path, *, reach_s: float = 20.0) -> AsyncIterator[tuple[Supervisor, Deaths, Journal]]:
    role = Role("record", [sys.executable, "-c", TOY], {"PYTHONUNBUFFERED": "1"})
    quick = RestartPolicy(first_s=0.05, factor=1.0, longest_s=0.05)
    kit = KitSettings(kafka_bootstrap_servers="127.0.0.1:9")
    journal = Journal()
    async with Supervisor([role], logs=folder, policy=quick) as processes:
        await processes.line("record", lambda line: line.startswith("life"), timeout_s=30)
        deaths = Deaths(
            processes,
            poison=Poison(kit, 1),
            switches=Switches(shop_url="http://127.0.0.1:9", ecm_origin="http://127.0.0.1:9"),
            journal=journal,
            reach_s=reach_s,
        )
        yield processes, deaths, journal


def lives(folder: Path) -> list[str]:
    return [line for line in (folder / "record.log").read_text().splitlines() if line.startswith("life")]


async def test_an_armed_life_ends_at_its_point_and_the_next_one_is_an_ordinary_one(tmp_path: Path) -> None:
    async with toy(tmp_path) as (_, deaths, journal):
        await deaths.live(Arm("record", CrashPoint.AFTER_COMMIT, nth=3))
        await eventually(lambda: len(lives(tmp_path)) == 3, what="a third life", timeout_s=30)
    assert lives(tmp_path) == ["life - 0", "life after-commit:3 0", "life - 0"]
    assert journal.reached == {("record", CrashPoint.AFTER_COMMIT): 1}
    assert journal.happenings[0].outcome == "reached"


async def test_a_point_never_passed_is_tried_twice_and_leaves_no_armed_life(
    tmp_path: Path,
) -> None:
    async with toy(tmp_path, reach_s=0.5) as (_, deaths, journal):
        await deaths.live(Arm("record", CrashPoint.BEFORE_COMMIT))
        await eventually(lambda: lives(tmp_path)[-1] == "life - 0", what="an ordinary life", timeout_s=30)
    assert journal.missed == {("record", CrashPoint.BEFORE_COMMIT): 2}


async def test_a_wrong_clock_is_for_one_life(tmp_path: Path) -> None:
    async with toy(tmp_path) as (_, deaths, _journal):
        await deaths.live(Arm("record", clock_offset_s=-3600.0))
        await eventually(lambda: len(lives(tmp_path)) == 2, what="a second life", timeout_s=30)
        await deaths.live(Arm("record", clock_offset_s=90.0))
        await eventually(lambda: len(lives(tmp_path)) == 3, what="a third life", timeout_s=30)
    assert lives(tmp_path) == ["life - 0", "life - -3600", "life - 90"]
