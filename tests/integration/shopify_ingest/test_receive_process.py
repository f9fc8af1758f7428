"""``shopify-ingest receive`` as operators run it: a process, settings by environment, ended by SIGTERM."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

from aiohttp import ClientSession

from tests.builders.deliveries import SECRET, SHOP_DOMAIN, Delivery, delivery
from tests.builders.kit_settings import kit_settings
from tests.integration.shopify_ingest.raw_connection import raw_connection
from tests.integration.shopify_ingest.receive_process import receive_process
from tests.integration.shopify_ingest.running_receiver import create_hook_topic, stored_hooks

_CANARY_BODY = b'{"id":5001,"email":"jane.canary@example.com"}'
_CANARY_HEADER = "header-canary-7719"


async def test_it_accepts_refuses_and_ends_in_good_order_and_its_log_holds_no_secrets(
    kafka: str, topic_prefix: str
) -> None:
    kit = kit_settings(kafka_bootstrap_servers=kafka, topic_prefix=topic_prefix)
    await create_hook_topic(kit)
    good = delivery(_CANARY_BODY).telling(X_Canary=_CANARY_HEADER)
    async with receive_process(
        MUNIMENT_KAFKA_BOOTSTRAP_SERVERS=kafka,
        MUNIMENT_TOPIC_PREFIX=topic_prefix,
        MUNIMENT_LOG_LEVEL="debug",
        SHOPIFY_INGEST_SHOP=SHOP_DOMAIN,
        SHOPIFY_INGEST_WEBHOOK_SECRETS=f"{SECRET},shpss_the_next_one",
        SHOPIFY_INGEST_PORT="0",
    ) as process:
        health_port = await process.port_of("health server listening")
        port = await process.port_of("hook receiver listening")
        async with ClientSession() as session:
            await _statuses(session, port, good)
            async with session.get(f"http://127.0.0.1:{health_port}/metrics") as answer:
                exposition = await answer.text()
        async with raw_connection("127.0.0.1", port) as connection:
            await connection.send(f"POST / HTTP/1.1\r\nBad {_CANARY_HEADER}\r\n\r\n".encode())
            assert (await connection.answer())[0] == 400
        assert await process.end() == 0
    assert 'muniment_hooks_accepted_total{verdict="accepted"} 2.0' in exposition
    assert 'muniment_hooks_refused_total{reason="unsigned"} 1.0' in exposition
    assert 'muniment_hooks_refused_total{reason="wrong-signature"} 1.0' in exposition
    for said in (*process.printed, exposition):
        for secret in ("canary", SECRET, "shpss_", good.headers["X-Shopify-Hmac-Sha256"], "98880550"):
            assert secret not in said
    assert [json.loads(line)["event"] for line in process.printed][-1] == "service stopped"
    assert {hook.body.body for hook in await stored_hooks(kit, 2)} == {_CANARY_BODY}


async def test_a_secret_is_rotated_without_a_restart(kafka: str, topic_prefix: str, tmp_path: Path) -> None:
    await create_hook_topic(kit_settings(kafka_bootstrap_servers=kafka, topic_prefix=topic_prefix))
    file = tmp_path / "secrets"
    await asyncio.to_thread(file.write_text, f"shpss_the_next_one\n{SECRET}\n")
    async with receive_process(
        MUNIMENT_KAFKA_BOOTSTRAP_SERVERS=kafka,
        MUNIMENT_TOPIC_PREFIX=topic_prefix,
        SHOPIFY_INGEST_SHOP=SHOP_DOMAIN,
        SHOPIFY_INGEST_WEBHOOK_SECRETS_FILE=str(file),
        SHOPIFY_INGEST_REREAD_SECRETS_S="0.1",
        SHOPIFY_INGEST_PORT="0",
    ) as process:
        health_port = await process.port_of("health server listening")
        url = f"http://127.0.0.1:{await process.port_of('hook receiver listening')}/hooks/shopify"
        old, new = delivery(), delivery(secret="shpss_the_next_one")
        async with ClientSession() as session:
            for one in (old, new):
                async with session.post(url, data=one.body, headers=one.headers) as answer:
                    assert answer.status == 200
            async with session.get(f"http://127.0.0.1:{health_port}/metrics") as answer:
                exposition = await answer.text()
            await asyncio.to_thread(file.write_text, "shpss_the_next_one\n")
            await process.says("the secrets of hooks were read anew")
            for one, status in ((old, 401), (new, 200)):
                async with session.post(url, data=one.body, headers=one.headers) as answer:
                    assert answer.status == status
        assert await process.end() == 0
    assert 'muniment_hooks_by_secret_total{secret="1"} 1.0' in exposition
    assert 'muniment_hooks_by_secret_total{secret="2"} 1.0' in exposition


async def test_settings_that_do_not_suffice_are_named_and_the_exit_code_is_2() -> None:
    async with receive_process(SHOPIFY_INGEST_SHOP="northwind.example", MUNIMENT_HEALTH_PORT="-1") as process:
        async with asyncio.timeout(20):
            output, _ = await process.child.communicate()
        assert process.child.returncode == 2
    faults = output.decode().splitlines()
    assert "MUNIMENT_KAFKA_BOOTSTRAP_SERVERS is missing: set it in the environment." in faults
    assert any(fault.startswith("MUNIMENT_HEALTH_PORT is wrong: ") for fault in faults)


async def _statuses(session: ClientSession, port: int, good: Delivery) -> None:
    url = f"http://127.0.0.1:{port}/hooks/shopify"
    for told, status in (
        (good, 200),
        (delivery(_CANARY_BODY, secret="shpss_the_next_one"), 200),
        (good.without("X-Shopify-Hmac-Sha256"), 401),
        (good.telling(X_Shopify_Hmac_Sha256="Y2FuYXJ5"), 401),
    ):
        async with session.post(url, data=told.body, headers=told.headers) as answer:
            assert answer.status == status
