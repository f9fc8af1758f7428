"""The command as people and scripts use it: exit codes, one-line answers, and a run that is killed."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import sys
from pathlib import Path

import orjson
import pytest

from muniment_contracts.topics import Topic
from muniment_ops.replay.manifest import MANIFEST
from muniment_ops.replay.progress import RunFolder
from tests.builders.events import document_produced
from tests.integration.replay.yesterday import Yesterday, renderer_environment
from tests.unit.document_renderer.desk import changed
from tests.unit.document_renderer.orders import Draft
from tests.waiting import eventually

DOCUMENTS = Topic.DOCUMENTS_PRODUCED


class Command:
    """``muniment replay`` against the broker of yesterday."""

    def __init__(self, yesterday: Yesterday, **environment: str) -> None:
        self.environment = {
            "PATH": os.environ["PATH"],
            "HOME": os.environ.get("HOME", "/"),
            "MUNIMENT_KAFKA_BOOTSTRAP_SERVERS": yesterday.settings.kafka_bootstrap_servers,
            "MUNIMENT_TOPIC_PREFIX": yesterday.settings.topic_prefix,
            "MUNIMENT_REQUEST_TIMEOUT_S": "10",
            **renderer_environment(),
            **environment,
        }

    async def start(self, *arguments: object) -> asyncio.subprocess.Process:
        return await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "muniment_ops", "replay"),
            *map(str, arguments),
            env=self.environment,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )

    async def run(self, *arguments: object) -> tuple[int, str]:
        """Run to the end; return exit code and everything that was printed."""
        process = await self.start(*arguments)
        out, err = await process.communicate()
        assert process.returncode is not None
        return process.returncode, (out + err).decode()

    async def plan(self, path: Path, topic: str = DOCUMENTS) -> Path:
        code, told = await self.run("plan", topic, "--out", path)
        assert code == 0, told
        return path


def documents(count: int) -> list[object]:
    return [
        document_produced(f"INV-{n}", content=b"%d" % n, order_id=str(5001 + n % 5)) for n in range(count)
    ]


def record_files(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.glob("*.jsonl")}


async def test_a_run_killed_in_the_middle_gives_the_same_report_when_it_is_resumed(
    yesterday: Yesterday, tmp_path: Path
) -> None:
    await yesterday.filed(*documents(60))  # type: ignore[arg-type]  # events of documents
    await yesterday.tell(document_produced("INV-99", content=b"without receipt"))
    command = Command(yesterday)
    plan = await command.plan(tmp_path / "plan.json")
    whole, cut = tmp_path / "whole", tmp_path / "cut"
    assert (await command.run("run", plan, "--report", whole))[0] == 1
    process = await command.start("run", plan, "--report", cut, "--rate", "20")
    frozen = RunFolder(whole).plan()

    def some_done() -> bool:
        with contextlib.suppress(Exception):
            return RunFolder(cut).read().done(frozen) >= 15
        return False

    await eventually(some_done, what="some records done", timeout_s=30)
    process.send_signal(signal.SIGKILL)
    await process.communicate()
    assert record_files(cut) != record_files(whole)
    code, told = await command.run("run", plan, "--report", cut, "--resume", "--json")
    assert (code, orjson.loads(told)["mismatched"]) == (1, 1)
    assert record_files(cut) == record_files(whole)
    hashes = [
        [(p["sha256"], p["chain"]) for p in orjson.loads((folder / MANIFEST).read_bytes())["partitions"]]
        for folder in (whole, cut)
    ]
    assert hashes[0] == hashes[1]
    assert (await command.run("verify-report", cut))[0] == 0


async def test_what_a_killed_run_wrote_past_its_checkpoint_is_cut_off(
    yesterday: Yesterday, tmp_path: Path
) -> None:
    await yesterday.filed(*documents(30))  # type: ignore[arg-type]  # events of documents
    plan = await yesterday.plan(DOCUMENTS)
    await yesterday.run(plan, tmp_path / "whole")
    await yesterday.cancelled_after(plan, tmp_path / "cut", records=10)
    for path in (tmp_path / "cut").glob("*.jsonl"):
        with path.open("ab") as file:
            file.write(b'{"n":7,"half a li')
    await yesterday.run(plan, tmp_path / "cut", resume=True)
    assert record_files(tmp_path / "cut") == record_files(tmp_path / "whole")


async def test_plan_and_report_in_one_command(yesterday: Yesterday, tmp_path: Path) -> None:
    await yesterday.rendered(changed("order.created", Draft()))
    command = Command(yesterday)
    code, told = await command.run("plan", Topic.COMMERCE_ORDERS, "--verify", tmp_path / "report", "--json")
    assert code == 0, told
    assert orjson.loads(told)["matched"] == 1
    assert (tmp_path / "report" / "report.html").exists()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["plan", "no.such.topic"], "Nothing answers no.such.topic"),
        (["plan", DOCUMENTS, "--from-offset", "3"], "name it with --partition"),
        (["plan", DOCUMENTS, "--from-time", "yesterday"], "is no time"),
        (["plan", DOCUMENTS, "--key-regex", "("], "--key-regex"),
        (["plan", DOCUMENTS, "--header", "nothing"], "name=value"),
        (["plan", DOCUMENTS, "--partition", "9"], "has partitions 0 to 2"),
        (["run", "missing.json"], "There is no plan missing.json"),
        (["status", "nowhere"], "There is no replay in nowhere"),
        (["verify-report", "nowhere"], "holds no report"),
    ],
)
async def test_wrong_use_ends_with_two_and_a_sentence(
    yesterday: Yesterday, arguments: list[str], said: str
) -> None:
    code, told = await Command(yesterday).run(*arguments)
    assert code == 2
    assert said in " ".join(told.split())


async def test_missing_settings_of_a_handler_are_wrong_use(yesterday: Yesterday, tmp_path: Path) -> None:
    await yesterday.rendered(changed("order.created", Draft()))
    command = Command(yesterday)
    plan = await command.plan(tmp_path / "plan.json", Topic.COMMERCE_ORDERS)
    del command.environment["DOCUMENT_RENDERER_SELLER_NAME"]
    code, told = await command.run("run", plan, "--report", tmp_path / "report")
    assert (code, "DOCUMENT_RENDERER_SELLER_NAME is missing" in told) == (2, True), told


async def test_a_broker_that_is_not_there_ends_with_three(yesterday: Yesterday) -> None:
    command = Command(
        yesterday, MUNIMENT_KAFKA_BOOTSTRAP_SERVERS="127.0.0.1:1", MUNIMENT_REQUEST_TIMEOUT_S="2"
    )
    assert (await command.run("plan", DOCUMENTS))[0] == 3


async def test_status_and_cancel_say_how_far_a_run_is(yesterday: Yesterday, tmp_path: Path) -> None:
    await yesterday.filed(*documents(30))  # type: ignore[arg-type]  # events of documents
    plan = await yesterday.plan(DOCUMENTS)
    await yesterday.cancelled_after(plan, tmp_path / "cut", records=10)
    command = Command(yesterday)
    code, told = await command.run("status", tmp_path / "cut", "--json")
    found = orjson.loads(told)
    assert code == 0
    assert (found["state"], found["total"]) == ("cancelled", 30)
    assert 0 < found["done"] == found["matched"] < 30
    assert (await command.run("cancel", tmp_path / "cut"))[0] == 0
