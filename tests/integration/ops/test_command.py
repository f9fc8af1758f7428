"""The muniment command as a process: ready lines, exit codes, sentences."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass

import pytest

from muniment_ops.broker import ask
from muniment_sandbox.ecm.testing import running_ecm
from muniment_sandbox.shopify.testing import running_shop
from tests.processes import is_alive
from tests.waiting import eventually


@dataclass(frozen=True)
class Ended:
    """How a command ended."""

    code: int
    out: str
    err: str


async def muniment(*arguments: str, env: Mapping[str, str] | None = None) -> Ended:
    """Run the command to its end, with none of our own settings but ``env``."""
    process = await _start(*arguments, env=env)
    out, err = await process.communicate()
    assert process.returncode is not None
    return Ended(process.returncode, out.decode(), err.decode())


async def _start(*arguments: str, env: Mapping[str, str] | None = None) -> asyncio.subprocess.Process:
    own = {name: value for name, value in os.environ.items() if name in {"PATH", "HOME", "MUNIMENT_CACHE"}}
    return await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "muniment_ops", *arguments),
        env={**own, **(env or {})},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )


@asynccontextmanager
async def running(*arguments: str) -> AsyncIterator[tuple[asyncio.subprocess.Process, dict[str, object]]]:
    """Run a foreground command, yield it with its ready line, and end it if it still runs."""
    process = await _start(*arguments)
    try:
        assert process.stdout is not None
        line = await process.stdout.readline()
        yield process, json.loads(line)
    finally:
        if process.returncode is None:
            process.kill()
        await process.communicate()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
async def test_broker_prints_one_ready_line_and_ends_on_a_signal(number: signal.Signals) -> None:
    async with running("broker", "--port", "0") as (process, ready):
        host, _, port = str(ready["bootstrap_servers"]).partition(":")
        assert (await ask(host, int(port))).is_ready
        process.send_signal(number)
        assert await process.wait() == 0
        assert not is_alive(int(str(ready["pid"])))


async def test_broker_says_so_when_kafka_dies_under_it() -> None:
    async with running("broker", "--port", "0") as (process, ready):
        os.kill(int(str(ready["pid"])), signal.SIGKILL)
        _out, err = await process.communicate()
        assert process.returncode == 3
        assert b"Kafka ended by itself" in err


@pytest.mark.parametrize("which", ["shopify", "ecm"])
async def test_a_sandbox_prints_one_ready_line_and_ends_on_ctrl_c(which: str) -> None:
    async with running("sandbox", which, "--port", "0", "--seed", "empty") as (process, ready):
        assert ready["ready"] is True
        assert str(ready["url"]).startswith("http://127.0.0.1:")
        process.send_signal(signal.SIGINT)
        assert await process.wait() == 0


@pytest.mark.parametrize("which", ["shopify", "ecm"])
async def test_a_sandbox_on_a_port_that_is_taken_says_so(which: str, kafka: str) -> None:
    host, _, port = kafka.partition(":")
    ended = await muniment("sandbox", which, "--host", host, "--port", port, "--seed", "empty")
    assert ended.code == 2
    assert ended.err.splitlines() == [f"{kafka} is taken; choose another --port, or 0 for a free one."]


async def test_topics_are_planned_and_applied(kafka: str, topic_prefix: str) -> None:
    env = {"MUNIMENT_KAFKA_BOOTSTRAP_SERVERS": kafka, "MUNIMENT_TOPIC_PREFIX": topic_prefix}
    before = await muniment("topics", "plan", "--json", env=env)
    assert before.code == 1
    missing = {topic["name"] for topic in json.loads(before.out)["missing"]}
    assert {f"{topic_prefix}shopify.hooks", f"{topic_prefix}documents.produced.dlq.ecm-archiver"} <= missing
    applied = await muniment("topics", "apply", "--json", env=env)
    assert applied.code == 0
    assert set(json.loads(applied.out)["created"]) == missing
    after = await muniment("topics", "plan", "--json", env=env)
    assert (after.code, json.loads(after.out)) == (0, {"missing": [], "different": [], "extra": []})


async def test_an_unreachable_broker_is_one_sentence_and_exit_code_3() -> None:
    ended = await muniment("topics", "plan", env={"MUNIMENT_KAFKA_BOOTSTRAP_SERVERS": "127.0.0.1:1"})
    assert (ended.code, ended.out) == (3, "")
    assert ended.err.count("\n") == 1
    assert "Traceback" not in ended.err


async def test_a_missing_setting_is_named_and_exit_code_2() -> None:
    ended = await muniment("up")
    assert (ended.code, ended.out) == (2, "")
    assert "MUNIMENT_KAFKA_BOOTSTRAP_SERVERS" in ended.err


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("up", "cook"), "There is no role cook"),
        (("sandbox", "ecm", "--seed", "nope"), "There is no seed nope"),
        (("sandbox", "ecm", "--fault", "nope"), "nope"),
        (("sandbox", "shopify", "--fault", "nope=1"), "nope"),
        (("sandbox", "shopify", "--seed", "history", "--years", "0"), "A history goes back at most 50 years"),
        (("doctor", "stomach"), "nothing to check called stomach"),
        (("dance",), "dance"),
    ],
    ids=lambda value: "-".join(value) if isinstance(value, tuple) else None,
)
async def test_wrong_use_is_told_with_exit_code_2(arguments: tuple[str, ...], told: str) -> None:
    ended = await muniment(*arguments)
    assert ended.code == 2
    assert told in ended.err
    assert "Traceback" not in ended.err


async def test_errors_are_json_when_asked_for() -> None:
    ended = await muniment("doctor", "stomach", "--json")
    assert json.loads(ended.out)["exit_code"] == ended.code == 2


async def test_doctor_finds_a_broker_without_topics(kafka: str, topic_prefix: str) -> None:
    env = {"MUNIMENT_KAFKA_BOOTSTRAP_SERVERS": kafka, "MUNIMENT_TOPIC_PREFIX": topic_prefix}
    ended = await muniment("doctor", "kafka", "--json", env=env)
    assert ended.code == 1
    findings = json.loads(ended.out)["findings"]
    assert [finding["verdict"] for finding in findings] == ["good", "problem"]
    assert findings[1]["remedy"] == "run: muniment topics apply"


async def test_doctor_goes_through_all_that_an_administrator_prepares_in_the_content_server() -> None:
    async with running_ecm() as ecm:
        env = {
            "ECM_ARCHIVER_URL": ecm.url,
            "ECM_ARCHIVER_USERNAME": ecm.credentials.username,
            "ECM_ARCHIVER_PASSWORD": ecm.credentials.password,
        }
        ended = await muniment("doctor", "ecm", "--json", env=env)
    findings = json.loads(ended.out)["findings"]
    assert {finding["verdict"] for finding in findings} == {"good"}, findings
    assert len(findings) > 10
    assert ended.code == 0


async def test_doctor_names_each_thing_an_empty_content_server_lacks() -> None:
    async with running_ecm("empty") as ecm:
        env = {
            "ECM_ARCHIVER_URL": ecm.url,
            "ECM_ARCHIVER_USERNAME": ecm.credentials.username,
            "ECM_ARCHIVER_PASSWORD": ecm.credentials.password,
        }
        ended = await muniment("doctor", "ecm", "--json", env=env)
    problems = [f for f in json.loads(ended.out)["findings"] if f["verdict"] == "problem"]
    assert any("Shopify Document" in problem["what"] for problem in problems)
    assert all(problem["remedy"] for problem in problems)
    assert ended.code == 1


async def test_doctor_finds_a_shop_that_grants_what_the_archive_reads() -> None:
    async with running_shop() as shop:
        env = {
            "SHOPIFY_INGEST_SHOP": shop.shop,
            "SHOPIFY_INGEST_ACCESS_TOKEN": shop.access_token,
            "SHOPIFY_INGEST_ADMIN_URL": shop.url,
            "SHOPIFY_INGEST_ALLOW_PRIVATE_ADDRESSES": "true",
        }
        ended = await muniment("doctor", "shopify", "--json", env=env)
    assert ended.code == 0, ended.out


async def test_killing_the_broker_command_leaves_no_java() -> None:
    async with running("broker", "--port", "0") as (process, ready):
        process.kill()
        await eventually(lambda: not is_alive(int(str(ready["pid"]))), what="Kafka is gone")
