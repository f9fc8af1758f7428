"""The embedded Kafka: what it promises while it runs, when it is killed, and when its parent is."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import subprocess
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from aiokafka.admin import AIOKafkaAdminClient, NewTopic

from muniment_ops.broker import MAX_RECORD_BYTES, BrokerFailed, ClusterAnswer, EmbeddedBroker, ask
from tests.processes import is_alive, parent_of
from tests.waiting import eventually

_PARENT = """
import asyncio, sys
from muniment_ops.broker import EmbeddedBroker

async def main():
    async with EmbeddedBroker() as broker:
        print(broker.pid, broker.log.parent, flush=True)
        await asyncio.Event().wait()

asyncio.run(main())
"""


async def test_ready_means_a_topic_can_be_written_and_read(
    kafka: str, fresh_name: Callable[[str], str]
) -> None:
    topic = fresh_name("ready")
    await _create(kafka, topic)
    await _write(kafka, topic, b"first")
    assert await _read(kafka, topic, 1) == [b"first"]


async def test_a_record_of_16_mib_is_accepted(kafka: str, fresh_name: Callable[[str], str]) -> None:
    topic, record = fresh_name("large"), os.urandom(16 << 20)
    await _create(kafka, topic)
    await _write(kafka, topic, record)
    assert await _read(kafka, topic, 1) == [record]


async def test_acknowledged_records_survive_sigkill_and_restart(killable_kafka: EmbeddedBroker) -> None:
    address = killable_kafka.bootstrap_servers
    await _create(address, "kept")
    await _write(address, "kept", b"before")
    first_pid = killable_kafka.pid
    await killable_kafka.kill()
    assert not is_alive(first_pid)
    await killable_kafka.restart()
    assert killable_kafka.pid not in {None, first_pid}
    assert killable_kafka.bootstrap_servers == address
    await _write(address, "kept", b"after")
    assert await _read(address, "kept", 2) == [b"before", b"after"]


async def test_two_brokers_at_once_are_two_clusters(killable_kafka: EmbeddedBroker, kafka: str) -> None:
    own, shared = [await _ask(address) for address in (killable_kafka.bootstrap_servers, kafka)]
    assert own.cluster_id != shared.cluster_id


async def test_a_kept_data_folder_is_found_again_on_another_port(tmp_path: Path) -> None:
    async with EmbeddedBroker(data=tmp_path / "kafka") as broker:
        await _create(broker.bootstrap_servers, "kept")
        await _write(broker.bootstrap_servers, "kept", b"yesterday")
    async with EmbeddedBroker(data=tmp_path / "kafka") as broker:
        assert await _read(broker.bootstrap_servers, "kept", 1) == [b"yesterday"]


async def test_a_taken_port_is_named(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        with pytest.raises(BrokerFailed, match=f"Port {port} of 127.0.0.1 is taken"):
            await EmbeddedBroker(port=port, data=tmp_path).start()


async def test_a_broker_that_ends_while_starting_says_why(tmp_path: Path) -> None:
    broker = EmbeddedBroker(data=tmp_path, settings={"num.io.threads": "none"})
    with pytest.raises(BrokerFailed, match=r"num\.io\.threads"):
        await broker.start()
    assert broker.pid is None


async def test_stopping_twice_leaves_nothing_behind() -> None:
    broker = EmbeddedBroker()
    await broker.start()
    pid, folder = broker.pid, broker.log.parent
    await broker.stop()
    await broker.stop()
    assert not is_alive(pid)
    assert not folder.exists()


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
async def test_the_parents_end_takes_the_broker_and_its_data_along(number: signal.Signals) -> None:
    async with _parent() as (parent, broker_pid, folder):
        parent.send_signal(number)
        await eventually(lambda: not is_alive(broker_pid), what="the broker is gone")
        await eventually(lambda: not folder.exists(), what="its data are gone")


async def test_killing_the_lifeline_itself_takes_the_broker_along() -> None:
    async with _parent() as (_parent_process, broker_pid, _folder):
        os.kill(parent_of(broker_pid), signal.SIGKILL)
        await eventually(lambda: not is_alive(broker_pid), what="the broker is gone")


@asynccontextmanager
async def _parent() -> AsyncIterator[tuple[asyncio.subprocess.Process, int, Path]]:
    """Run a Python process that runs a broker; yield it, the broker's process id and its folder."""
    parent = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", _PARENT), stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    )
    try:
        assert parent.stdout is not None
        pid, folder = (await parent.stdout.readline()).decode().split()
        yield parent, int(pid), Path(folder)
    finally:
        if parent.returncode is None:
            parent.kill()
        await parent.communicate()


async def _ask(address: str) -> ClusterAnswer:
    host, _, port = address.partition(":")
    return await ask(host, int(port))


async def _create(address: str, topic: str) -> None:
    admin = AIOKafkaAdminClient(bootstrap_servers=address)
    await admin.start()
    try:
        await admin.create_topics([NewTopic(topic, num_partitions=1, replication_factor=1)])
    finally:
        await admin.close()


async def _write(address: str, topic: str, value: bytes) -> None:
    producer = AIOKafkaProducer(bootstrap_servers=address, acks="all", max_request_size=MAX_RECORD_BYTES)
    await producer.start()
    try:
        await producer.send_and_wait(topic, value)
    finally:
        await producer.stop()


async def _read(address: str, topic: str, count: int) -> list[bytes]:
    """Read ``count`` values from the start of the topic, as a member of no group."""
    consumer = AIOKafkaConsumer(
        topic,
        bootstrap_servers=address,
        auto_offset_reset="earliest",
        max_partition_fetch_bytes=MAX_RECORD_BYTES,
    )
    await consumer.start()
    try:
        async with asyncio.timeout(20):
            return [(await consumer.getone()).value for _ in range(count)]
    finally:
        await consumer.stop()
