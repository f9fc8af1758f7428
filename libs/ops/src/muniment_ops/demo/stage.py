"""The stage: a broker, both sandboxes and every role, as processes of their own on loopback."""

from __future__ import annotations

import os
import sys
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, TypeAlias

import orjson

from muniment_contracts.topics import Topic
from muniment_kit.kafka.topics import create_topics, plan_topics
from muniment_kit.settings import KitSettings
from muniment_ops.broker.embedded import EmbeddedBroker
from muniment_ops.broker.ports import free_port
from muniment_ops.restart_policy import RestartPolicy
from muniment_ops.roles import COMMANDS, roles
from muniment_ops.supervisor import Role, RoleChange, Supervisor

Tell: TypeAlias = Callable[[str], None]
Detours: TypeAlias = Callable[[Mapping[str, str]], Mapping[str, str]]
OnChange: TypeAlias = Callable[[RoleChange], None]

SANDBOXES = ("shop", "ecm")
ROLES = tuple(COMMANDS)
READY_WITHIN_S = 60.0


@dataclass(frozen=True, slots=True)
class Stage:
    """What is running. ``shop`` and ``ecm`` are the ready lines of the sandboxes."""

    broker: EmbeddedBroker
    processes: Supervisor
    kit: KitSettings
    shop: Mapping[str, Any]
    ecm: Mapping[str, Any]
    hooks_url: str
    logs: Path
    environment: Mapping[str, str]

    def another(self, name: str, role: str) -> Role:
        """Return a further process of ``role``, called ``name``, for a supervisor of its own.

        It is no static member of its group, so its partitions move on as soon as it leaves.
        """
        (process,) = roles([role], self.environment)
        env = {key: value for key, value in process.env.items() if key != "MUNIMENT_CLIENT_NAME"}
        return replace(process, name=name, env=env)

    @property
    def shop_url(self) -> str:
        """Address of the shop's page for people."""
        return str(self.shop["url"])

    @property
    def ecm_page(self) -> str:
        """Address of the Content Server's page for people."""
        return str(self.ecm["url"]).removesuffix("/cs/cs") + "/"


@dataclass(frozen=True, slots=True)
class Ports:
    """Chosen before anything starts, so that every process knows where the others are."""

    hooks: int
    shop: int
    ecm: int

    @classmethod
    def choose(cls) -> Ports:
        """Return free ports of loopback, all different."""
        taken: set[int] = set()

        def take() -> int:
            port = free_port(taken=taken)
            taken.add(port)
            return port

        return cls(take(), take(), take())


@asynccontextmanager
async def stage(
    folder: Path,
    *,
    shop_arguments: tuple[str, ...] = (),
    broker_settings: Mapping[str, object] | None = None,
    broker_port: int = 0,
    detours: Detours = dict,
    policy: RestartPolicy | None = None,
    on_change: OnChange | None = None,
    tell: Tell = lambda _: None,
) -> AsyncIterator[Stage]:
    """Start everything, yield it, and stop everything at the end; ``folder`` holds logs, blobs and Kafka's
    files.

    ``detours`` may change the variables with which the roles reach the others; ``policy`` says when a role
    that ended is started again, ``on_change`` hears of it.

    Raises ``BrokerFailed`` or ``RoleFailed``, whose messages end with the last lines of the log concerned.
    """
    ports = Ports.choose()
    logs = folder / "logs"
    logs.mkdir(parents=True, exist_ok=True)
    async with AsyncExitStack() as stack:
        tell("starting Kafka")
        broker = await stack.enter_async_context(
            EmbeddedBroker(data=folder / "kafka", port=broker_port, settings=broker_settings)
        )
        kit = KitSettings(kafka_bootstrap_servers=broker.bootstrap_servers)
        tell("creating topics")
        await create_topics(kit, plan_topics(list(Topic)))
        tell("opening the shop and the Content Server")
        sandboxes = await stack.enter_async_context(Supervisor(_sandboxes(ports, shop_arguments), logs=logs))
        shop = await _ready_line(sandboxes, "shop")
        ecm = await _ready_line(sandboxes, "ecm")
        tell("starting the services")
        environment = detours(role_environment(kit, shop, ecm, ports, blobs=folder / "blobs"))
        processes = await stack.enter_async_context(
            Supervisor(roles(ROLES, environment), logs=logs, policy=policy, on_change=on_change)
        )
        await processes.wait_ready(READY_WITHIN_S)
        yield Stage(broker, processes, kit, shop, ecm, _hooks_url(ports), logs, environment)


def role_environment(
    kit: KitSettings, shop: Mapping[str, Any], ecm: Mapping[str, Any], ports: Ports, *, blobs: Path
) -> Mapping[str, str]:
    """Return the variables with which the roles reach Kafka and the two sandboxes."""
    return {
        **_inherited(),
        "MUNIMENT_KAFKA_BOOTSTRAP_SERVERS": kit.kafka_bootstrap_servers,
        "MUNIMENT_BLOBS_URL": blobs.as_uri(),
        "MUNIMENT_LOG_FORMAT": "json",
        "SHOPIFY_INGEST_SHOP": str(shop["shop"]),
        "SHOPIFY_INGEST_WEBHOOK_SECRETS": str(shop["webhook_secret"]),
        "SHOPIFY_INGEST_CLIENT_ID": str(shop["client_id"]),
        "SHOPIFY_INGEST_CLIENT_SECRET": str(shop["client_secret"]),
        "SHOPIFY_INGEST_ADMIN_URL": str(shop["url"]),
        "SHOPIFY_INGEST_ALLOW_PRIVATE_ADDRESSES": "true",
        "SHOPIFY_INGEST_PORT": str(ports.hooks),
        "SHOPIFY_INGEST_RECONCILE_EVERY_S": "10",  # a day of the demo has minutes
        "SHOPIFY_INGEST_RECONCILE_SETTLE_S": "30",
        "DOCUMENT_RENDERER_SELLER_NAME": "Muniment Papeterie GmbH",
        "DOCUMENT_RENDERER_SELLER_ADDRESS_LINES": '["Wilhelmine-Gemberg-Weg 6", "10179 Berlin", "Germany"]',
        "DOCUMENT_RENDERER_SELLER_EMAIL": "rechnung@papeterie.example",
        "DOCUMENT_RENDERER_SELLER_WEBSITE": "papeterie.example",
        "DOCUMENT_RENDERER_SELLER_TAX_ID": "DE 123 456 789",
        "DOCUMENT_RENDERER_SELLER_REGISTRATION": "Amtsgericht Charlottenburg HRB 12345 B",
        "ECM_ARCHIVER_URL": str(ecm["url"]),
        "ECM_ARCHIVER_USERNAME": str(ecm["username"]),
        "ECM_ARCHIVER_PASSWORD": str(ecm["password"]),
    }


def _sandboxes(ports: Ports, shop_arguments: tuple[str, ...]) -> list[Role]:
    muniment = [sys.executable, "-m", "muniment_ops", "sandbox"]
    shop = [
        *muniment,
        "shopify",
        "--json",
        "--port",
        str(ports.shop),
        "--hooks-to",
        _hooks_url(ports),
        *shop_arguments,
    ]
    ecm = [*muniment, "ecm", "--json", "--port", str(ports.ecm)]
    return [Role("shop", shop, _inherited()), Role("ecm", ecm, _inherited())]


def _hooks_url(ports: Ports) -> str:
    return f"http://127.0.0.1:{ports.hooks}/hooks/shopify"


def _inherited() -> dict[str, str]:
    """Return what a process needs of our environment: nothing that could be meant for other installations."""
    kept = ("PATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "VIRTUAL_ENV", "XDG_CACHE_HOME", "MUNIMENT_CACHE")
    return {name: os.environ[name] for name in kept if name in os.environ} | {"PYTHONUNBUFFERED": "1"}


async def _ready_line(processes: Supervisor, name: str) -> Mapping[str, Any]:
    line = await processes.line(name, lambda text: text.startswith("{"), timeout_s=READY_WITHIN_S)
    ready: Mapping[str, Any] = orjson.loads(line)
    return ready
