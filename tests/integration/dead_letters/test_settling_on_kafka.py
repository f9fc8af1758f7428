"""Dead letters of a real runtime on a real broker, seen to with the command."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from collections.abc import AsyncIterator

import pytest

from muniment_contracts.bodies import HookReceived
from muniment_contracts.codec import default_codec
from muniment_contracts.headers import to_record
from tests.builders.events import hook_received
from tests.integration.dead_letters.graveyard import LETTERS, Graveyard, graveyard
from tests.integration.kit.stage import TOPIC, all_records
from tests.waiting import eventually

POISON = b"\x00\x00\x00\x00\x01\xff\xff\xff"


@pytest.fixture
async def yard(kafka: str, topic_prefix: str) -> AsyncIterator[Graveyard]:
    place = await graveyard(kafka, topic_prefix)
    yield place
    await place.producer.stop()


async def test_every_sort_of_letter_is_listed_by_cause(yard: Graveyard) -> None:
    await yard.poison("shop/order/1", POISON)
    async with yard.stage() as stage:
        await stage.tell(
            *(hook_received(key=f"shop/order/{n}", webhook_id=f"rejected-{n}") for n in (1, 2, 3)),
            hook_received(key="shop/order/4", webhook_id="expired-4"),
            hook_received(key="shop/order/5", webhook_id="fine-5"),
        )
        await yard.until_letters(5)
    groups = (await yard.muniment("list", "--json")).json["groups"]
    assert [(group["cause"]["reason"], group["open"], group["settled"]) for group in groups] == [
        ("undecodable", 1, 0),
        ("rejected", 3, 0),
        ("expired", 1, 0),
    ]
    assert {group["service"] for group in groups} == {"stage"}
    assert {group["source"] for group in groups} == {TOPIC}
    expired = groups[-1]
    assert expired["attempts"] > 1
    assert expired["message"] == "The archive was not ready."
    assert expired["first_seen"] <= expired["last_seen"]
    page = await yard.muniment("list", LETTERS)
    assert page.code == 0
    assert groups[0]["id"] in page.out


async def test_redriven_letters_are_handled_in_order_with_the_same_ids_and_are_settled(
    yard: Graveyard,
) -> None:
    hooks = [("shop/order/1", f"rejected-{n}") for n in range(5)] + [("shop/order/2", "rejected-x")]
    events = [hook_received(key=key, webhook_id=name) for key, name in hooks]
    await yard.buries(*events)
    plan = await yard.muniment("redrive", "--topic", TOPIC, "--json")
    assert (plan.code, plan.json["executed"], len(plan.json["meant"])) == (0, False, 6)
    assert await all_records(yard.settings, "audit.dead-letters", group="nobody-yet") == []
    done = await yard.muniment("redrive", "--execute", "--by", "j.meier", "--reason", "mended", "--json")
    assert (done.code, done.json["redriven"]) == (0, 6)
    again = await yard.muniment("redrive", "--execute", "--json")
    assert (again.json["redriven"], again.json["already_settled"]) == (0, 6)
    await yard.handles(6)
    assert yard.handled["shop/order/1"] == [f"rejected-{n}" for n in range(5)]
    assert sorted(yard.event_ids) == sorted(event.id for event in events)
    assert (await yard.muniment("list", "--json")).json == {"groups": []}
    (group,) = (await yard.muniment("list", "--all", "--json")).json["groups"]
    assert (group["open"], group["settled"]) == (0, 6)


async def test_a_redriven_record_is_the_original_and_says_who_sent_it(yard: Graveyard) -> None:
    event = hook_received(key="shop/order/1", webhook_id="rejected-1")
    await yard.buries(event)
    done = await yard.muniment("redrive", "--execute", "--by", "j.meier", "--json")
    first, back = await all_records(yard.settings, TOPIC, group="looking-on")
    key, value, headers = to_record(event)
    assert (
        (back.key, back.value, back.partition)
        == (key, value, first.partition)
        == (first.key, first.value, back.partition)
    )
    told = dict(back.headers)
    assert [header for header in back.headers if not header[0].startswith("dlq_")] == headers
    assert {name for name in told if name.startswith("dlq_")} == {
        "dlq_redriven_id",
        "dlq_redriven_by",
        "dlq_redriven_at",
        "dlq_redriven_letter",
    }
    assert told["dlq_redriven_id"].decode() == done.json["operation_id"]
    assert told["dlq_redriven_by"] == b"j.meier"
    assert told["dlq_redriven_letter"].decode() == done.json["meant"][0]["place"]


async def test_a_letter_that_dies_again_is_a_new_open_letter(yard: Graveyard) -> None:
    await yard.buries(hook_received(key="shop/order/1", webhook_id="rejected-1"))
    await yard.muniment("redrive", "--execute")
    async with yard.stage():
        await yard.until_letters(1)
    (group,) = (await yard.muniment("list", "--all", "--json")).json["groups"]
    assert (group["open"], group["settled"]) == (1, 1)
    _, second = await yard.letters()
    names = [name for name, _ in second.headers]
    assert len(names) == len(set(names))
    assert "dlq_redriven_id" in names


async def test_discarding_needs_a_choice_and_a_reason_and_stays_on_record(yard: Graveyard) -> None:
    await yard.poison("shop/order/1", POISON)
    async with yard.stage() as stage:
        await stage.tell(hook_received(key="shop/order/2", webhook_id="rejected-2"))
        await yard.until_letters(2)
    assert "Say which letters" in (await yard.muniment("discard", "--reason", "test", "--by", "a")).error
    assert (
        "A reason is needed"
        in (await yard.muniment("discard", "--reason", " ", "--by", "a", "--cause", "rejected")).error
    )
    dry = await yard.muniment(
        "discard", "--reason", "noise", "--by", "a", "--cause", "undecodable", "--dry-run"
    )
    assert "1 open letters would be discarded" in dry.out
    done = await yard.muniment(
        "discard", "--reason", "noise", "--by", "a.b", "--cause", "undecodable", "--json"
    )
    assert done.json["discarded"] == 1
    (left,) = (await yard.muniment("list", "--json")).json["groups"]
    assert left["cause"]["reason"] == "rejected"
    group = done.json["meant"][0]["group"]
    (shown,) = (await yard.muniment("show", "--all", "--group", group, "--json")).json["letters"]
    assert shown["settled"]["decision"] == "discarded"
    assert (shown["settled"]["by"], shown["settled"]["reason"]) == ("a.b", "noise")
    assert len(await yard.letters()) == 2


async def test_show_hides_personal_data_and_explains_poison(yard: Graveyard) -> None:
    await yard.poison("shop/order/1", POISON)
    async with yard.stage() as stage:
        await stage.tell(
            hook_received(key="shop/order/2", webhook_id="rejected-2", body=b'{"email":"jo@example.com"}')
        )
        await yard.until_letters(2)
    hidden = await yard.muniment("show", "--json")
    by_key = {letter["key"]: letter for letter in hidden.json["letters"]}
    poisoned, rejected = by_key["shop/order/1"], by_key["shop/order/2"]
    assert "jo@example.com" not in hidden.out
    schema = default_codec().written_with(HookReceived)
    assert rejected["written_with"] == f"shopify.HookReceived v{schema.version} (id {schema.id})"
    assert {"field": "body", "value": None, "personal": True} in rejected["fields"]
    assert {"field": "webhook_id", "value": "rejected-2", "personal": False} in rejected["fields"]
    assert "cannot be decoded" in poisoned["undecodable"]
    assert "00 00 00 00 01 ff ff ff" in poisoned["dump"]
    topic, partition, offset = rejected["place"].split("/")
    asked = await yard.muniment("show", topic, partition, offset, "--show-personal-data")
    assert "jo@example.com" in asked.out


async def test_the_command_as_a_process_redrives_while_the_service_runs(yard: Graveyard) -> None:
    await yard.buries(hook_received(key="shop/order/1", webhook_id="rejected-1"))
    yard.is_mended = True
    async with yard.stage():
        code, out = await process(yard, "redrive", "--execute", "--by", "a.b", "--json")
        assert (code, json.loads(out)["redriven"]) == (0, 1)
        await eventually(lambda: yard.event_ids != [], what="it is handled")
    code, out = await process(yard, "list", "--json")
    assert (code, json.loads(out)) == (0, {"groups": []})


async def test_what_is_not_there_is_said_in_one_sentence(yard: Graveyard) -> None:
    assert "no dead letters of nothing.here" in (await yard.muniment("list", "nothing.here")).error
    assert "no letter at" in (await yard.muniment("show", LETTERS, "0", "7")).error
    assert (await yard.muniment("redrive", "--execute", "--json")).json["redriven"] == 0


async def process(yard: Graveyard, *arguments: str) -> tuple[int | None, bytes]:
    own = {name: value for name, value in os.environ.items() if name in {"PATH", "HOME"}}
    child = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "muniment_ops", "dead-letters", *arguments),
        env=own | yard.environment(),
        stdout=asyncio.subprocess.PIPE,
    )
    out, _ = await child.communicate()
    return child.returncode, out
