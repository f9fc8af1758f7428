"""Roles as supervised processes, with real processes."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from muniment_ops.broker.ports import free_port
from muniment_ops.restart_policy import RestartPolicy
from muniment_ops.supervisor import Change, Role, RoleChange, RoleFailed, Supervisor
from tests.integration.ops import child
from tests.processes import is_alive
from tests.waiting import eventually

QUICK = RestartPolicy(first_s=0.05, longest_s=0.2)
Made = Callable[..., Role]


@pytest.fixture
def role() -> Made:
    """Make a role from ``child.py``: ``role("a", "steady")``."""

    def make(name: str, mode: str = "steady") -> Role:
        port = free_port()
        command = [sys.executable, child.__file__, str(port), mode]
        return Role(name, command, {"GREETING": name}, ready_url=f"http://127.0.0.1:{port}/readyz")

    return make


async def test_roles_are_started_ready_and_stopped_in_order(role: Made, tmp_path: Path) -> None:
    changes: list[RoleChange] = []
    async with Supervisor([role("a"), role("b")], logs=tmp_path, on_change=changes.append) as supervisor:
        await supervisor.wait_ready(timeout_s=20)
        pids = [supervisor.pid(name) for name in supervisor.names]
    assert not any(is_alive(pid) for pid in pids)
    for name in ("a", "b"):
        assert [change.change for change in changes if change.role == name] == [
            Change.STARTED,
            Change.READY,
            Change.STOPPED,
        ]
        assert (tmp_path / f"{name}.log").read_text().endswith("left in order\n")


async def test_a_crashed_role_is_started_again(role: Made, tmp_path: Path) -> None:
    async with Supervisor([role("a")], logs=tmp_path, policy=QUICK) as supervisor:
        await supervisor.wait_ready(timeout_s=20)
        first = supervisor.pid("a")
        assert first is not None
        os.kill(first, signal.SIGKILL)
        await eventually(lambda: supervisor.pid("a") not in {None, first}, what="a new process")
        await supervisor.wait_ready(timeout_s=20)
        assert supervisor.starts("a") == 2


async def test_a_role_killed_on_purpose_stays_down_until_it_is_started(role: Made, tmp_path: Path) -> None:
    async with Supervisor([role("a"), role("b")], logs=tmp_path, policy=QUICK) as supervisor:
        await supervisor.wait_ready(timeout_s=20)
        other = supervisor.pid("b")
        await supervisor.kill("a")
        assert supervisor.pid("a") is None
        assert "left in order" not in supervisor.log("a").read_text()
        await supervisor.start("a")
        await supervisor.wait_ready(timeout_s=20, names=["a"])
        assert supervisor.starts("a") == 2
        assert supervisor.pid("b") == other


async def test_restart_ends_in_order_and_begins_anew(role: Made, tmp_path: Path) -> None:
    async with Supervisor([role("a")], logs=tmp_path) as supervisor:
        await supervisor.wait_ready(timeout_s=20)
        await supervisor.restart("a")
        await supervisor.wait_ready(timeout_s=20)
        assert supervisor.log("a").read_text().count("left in order") == 1


async def test_a_role_that_ignores_sigterm_is_killed_after_the_grace(role: Made, tmp_path: Path) -> None:
    async with Supervisor([role("a", "stubborn")], logs=tmp_path, grace_s=0.3) as supervisor:
        await supervisor.wait_ready(timeout_s=20)
        pid = supervisor.pid("a")
    assert not is_alive(pid)


async def test_wrong_settings_end_the_waiting_with_what_the_role_said(role: Made, tmp_path: Path) -> None:
    async with Supervisor([role("good"), role("bad", "exit:2")], logs=tmp_path, policy=QUICK) as supervisor:
        with pytest.raises(RoleFailed, match=r"(?s)bad cannot run.*cannot go on") as failure:
            await supervisor.wait_ready(timeout_s=20)
        assert failure.value.exit_code == 2
        assert supervisor.starts("bad") == 1


async def test_a_role_that_keeps_failing_is_tried_again_with_growing_waits(
    role: Made, tmp_path: Path
) -> None:
    changes: list[RoleChange] = []
    failing = Supervisor(
        [role("a", "exit:1")], logs=tmp_path, policy=RestartPolicy(0.01, 2, 0.04), on_change=changes.append
    )
    async with failing as supervisor:
        await eventually(lambda: supervisor.starts("a") >= 4, what="the fourth start")
    waits = [change.detail.rpartition("again in ")[2] for change in changes if change.change == Change.ENDED]
    assert waits[:3] == ["0.01 s", "0.02 s", "0.04 s"]


async def test_a_command_that_does_not_exist_is_named(tmp_path: Path) -> None:
    with pytest.raises(RoleFailed, match=r"/no/such/command could not be started: No such file"):
        async with Supervisor([Role("a", ["/no/such/command"], {})], logs=tmp_path):
            pytest.fail("it should not have started")


async def test_an_output_line_can_be_waited_for(role: Made, tmp_path: Path) -> None:
    async with Supervisor([role("a")], logs=tmp_path) as supervisor:
        line = await supervisor.line("a", lambda text: "started" in text, timeout_s=20)
        assert line == f"started as {supervisor.pid('a')} with GREETING=a"
        with pytest.raises(RoleFailed, match=r"a did not print what was awaited within 0\.1 s"):
            await supervisor.line("a", lambda text: "never" in text, timeout_s=0.1)


async def test_leaving_while_a_role_is_being_restarted_leaves_nothing(role: Made, tmp_path: Path) -> None:
    async with Supervisor([role("a", "exit:1")], logs=tmp_path, policy=RestartPolicy(0, 1, 0)) as supervisor:
        await eventually(lambda: supervisor.starts("a") >= 3, what="some starts")
    pids = [line.split()[2] for line in supervisor.log("a").read_text().splitlines() if "started" in line]
    assert not any(is_alive(int(pid)) for pid in pids)
