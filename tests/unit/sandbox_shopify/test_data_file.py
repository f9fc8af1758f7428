"""A shop that is opened again from its file is the one that was closed."""

from __future__ import annotations

import asyncio
import contextlib
import random
import shutil
import sqlite3
import tempfile
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from muniment_sandbox.ecm.opening import opened as opened_server
from muniment_sandbox.row_file import Key, RowFile
from muniment_sandbox.shopify.chance import dice
from muniment_sandbox.shopify.deeds import do, place, possible
from muniment_sandbox.shopify.morning import random_cart
from muniment_sandbox.shopify.seeds import seeded_shop
from muniment_sandbox.shopify.shop_desk import ShopDesk
from muniment_sandbox.shopify.state.cancelling import CancelWish
from muniment_sandbox.shopify.state.clock import SetClock
from muniment_sandbox.shopify.state.ledger import NotPossible
from muniment_sandbox.shopify.state.shop import Shop
from tests.reference import needs_admin_schema
from tests.unit.sandbox_shopify.filed_shops import filed, rows
from tests.unit.sandbox_shopify.happenings import everything_happens
from tests.unit.sandbox_shopify.portraits import portrait
from tests.unit.sandbox_shopify.snapshots import ask, data, snapshot
from tests.unit.sandbox_shopify.stages import stage_for
from tests.unit.sandbox_shopify.test_operations import OPERATIONS, is_mutation, run_on

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
REFUND = """mutation Refund($input: RefundInput!, $key: String!) {
  refundCreate(input: $input) @idempotent(key: $key) { refund { id } userErrors { message } } }"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "shop.sqlite"


def snapshots(shop: Shop) -> list[object]:
    """Return what the API answers about every order."""
    return [snapshot(shop, order) for order in shop.orders.values()]


async def test_everything_that_can_happen_is_there_again(file: Path) -> None:
    clock = SetClock(NOON)
    async with filed(file, shop=seeded_shop("demo", clock=clock)) as desk:
        everything_happens(desk.shop, clock)
        before, answers = portrait(desk.shop), snapshots(desk.shop)
    async with filed(file) as desk:
        assert portrait(desk.shop) == before
        assert snapshots(desk.shop) == answers


async def deeds_are_done(file: Path, chance: random.Random) -> None:
    """Do random deeds; now and then the shop is closed and opened, and must be what it was."""
    shop = seeded_shop("empty", clock=SetClock(NOON))
    for _ in range(chance.randint(1, 3)):
        async with filed(file, shop=shop if shop.registrar is None else None) as desk:
            for _ in range(chance.randint(1, 8)):
                a_deed_is_done(desk, chance)
            before, answers = portrait(desk.shop), snapshots(desk.shop)
        async with filed(file) as desk:
            assert portrait(desk.shop) == before
            assert snapshots(desk.shop) == answers


def a_deed_is_done(desk: ShopDesk, chance: random.Random) -> None:
    orders = list(desk.shop.orders.values())
    if not orders or chance.random() < 0.3:
        place(desk)
    else:
        order = chance.choice(orders)
        with contextlib.suppress(NotPossible):
            do(desk, chance.choice(possible(order)), order)
    if chance.random() < 0.3:
        assert isinstance(desk.shop.clock, SetClock)
        desk.shop.clock.advance(chance.choice([1, 3_600, 86_400]))
        desk.shop.catch_up()
    if chance.random() < 0.5:
        desk.commit()


@settings(max_examples=12, deadline=None)
@given(seed=st.integers(0, 2**32))
def test_after_any_deeds_the_shop_opens_as_it_was_closed(seed: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(deeds_are_done(Path(folder) / "shop.sqlite", dice(seed)))


async def test_a_repeated_key_gets_the_first_answer_after_a_restart_too(file: Path) -> None:
    async with filed(file) as desk:
        order = place(desk)
        desk.shop.pay(order)
        wish = {"input": {"orderId": order.id, "note": "Goodwill"}, "key": "k-1"}
        first = data(desk.shop, REFUND, **wish)
    async with filed(file) as desk:
        assert data(desk.shop, REFUND, **wish) == first
        assert len(desk.shop.orders[order.number].refund_records) == 1
        other = ask(desk.shop, REFUND, wish | {"input": {"orderId": order.id, "note": "Other"}})
        assert other["errors"][0]["extensions"]["code"] == "IDEMPOTENCY_KEY_PARAMETER_MISMATCH"


async def test_tokens_outlive_the_process_and_so_does_their_end(file: Path) -> None:
    async with filed(file) as desk:
        form = {"grant_type": "client_credentials", "client_id": desk.tokens.client_id}
        granted = desk.tokens.grant(form | {"client_secret": desk.tokens.client_secret}).access_token
        credentials = desk.credentials()
    async with filed(file) as desk:
        assert desk.credentials() == credentials
        assert desk.tokens.opens(granted)
        desk.tokens.expire_all()
    async with filed(file) as desk:
        assert not desk.tokens.opens(granted)


async def test_what_was_to_happen_later_happens(file: Path) -> None:
    clock = SetClock(NOON)
    async with filed(file, shop=seeded_shop("empty", clock=clock)) as desk:
        order = place(desk)
        desk.shop.begin_cancelling(order, CancelWish(reason="OTHER", restocks=True))
    async with filed(file) as desk:
        order = desk.shop.orders[order.number]
        assert desk.shop.clock.now() == clock.now()
        assert (order.cancelled_at, order.routed) == (None, False)
        assert isinstance(desk.shop.clock, SetClock)
        desk.shop.clock.advance(5)
        desk.shop.catch_up()
        assert order.routed
        assert order.cancelled_at is not None


async def test_no_number_is_issued_twice(file: Path) -> None:
    async with filed(file) as desk:
        first = place(desk)
    async with filed(file) as desk:
        second = place(desk)
        assert second.number > first.number
        assert second.name != first.name


async def test_what_nothing_refers_to_any_more_leaves_no_row(file: Path) -> None:
    async with filed(file) as desk:
        order = place(desk)
        desk.shop.set_metafield(order, "ecm", "case", "single_line_text_field", "seventeen")
    assert b"seventeen" in b"".join(rows(file)["objects"].values())
    async with filed(file) as desk:
        order = desk.shop.orders[order.number]
        desk.shop.delete_metafield(order, "ecm", "case")
        desk.commit()
        desk.shop.delete_order(order)
    async with filed(file) as desk:
        assert desk.shop.orders == {}
    assert rows(file)["shop.orders"] == {}
    assert b"seventeen" not in b"".join(rows(file)["objects"].values())


async def test_a_change_costs_the_same_in_a_large_shop(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    written: list[int] = []
    write = RowFile.write

    def counted(self: RowFile, changes: Mapping[tuple[str, Key], bytes | None]) -> None:
        written.append(sum(len(value or b"") for value in changes.values()))
        write(self, changes)

    monkeypatch.setattr(RowFile, "write", counted)
    async with filed(file, shop=seeded_shop("empty", clock=SetClock(NOON))) as desk:
        first, chance = place(desk), dice(3)
        desk.commit()
        desk.shop.update_note(first, "Ring twice")
        desk.commit()
        in_a_small_shop = written[-1]
        for _ in range(150):
            desk.shop.place_order(random_cart(desk.shop.stock, chance))
        desk.commit()
        desk.shop.update_note(first, "Ring again")
        desk.commit()
        assert written[-1] < in_a_small_shop * 1.2
        count = len(written)
        ask(desk.shop, "{ orders(first: 50) { nodes { name totalPriceSet { shopMoney { amount } } } } }")
        desk.commit()
        assert len(written) == count, "reading wrote something"


async def test_what_a_step_changed_is_written_when_it_ends(file: Path) -> None:
    async with filed(file) as desk:
        order = place(desk)
        await asyncio.sleep(0)
        aside = file.with_name("aside.sqlite")
        for suffix in ("", "-wal"):
            shutil.copyfile(f"{file}{suffix}", f"{aside}{suffix}")
    async with filed(aside) as desk:
        assert order.number in desk.shop.orders


async def test_what_cannot_be_kept_is_refused_and_named(file: Path) -> None:
    async with filed(file) as desk:
        order = place(desk)
        desk.shop.later(1, lambda: None)
        with pytest.raises(TypeError, match="take a function of a module of the state"):
            desk.commit()
        desk.shop.appointments.clear()
        order.note = object()  # type: ignore[assignment]  # what a mistake would put there
        with pytest.raises(TypeError, match="object cannot be kept"):
            desk.commit()
        order.note = None


async def test_a_file_with_fewer_fields_is_read_and_brought_up_to_date(file: Path) -> None:
    async with filed(file) as desk:
        before = portrait(desk.shop)
    with sqlite3.connect(file) as database:
        told = orjson.loads(database.execute("SELECT value FROM layouts WHERE key='Location'").fetchone()[0])
        place_of_field = told["fields"].index("fulfills_online_orders")
        del told["fields"][place_of_field]
        database.execute("UPDATE layouts SET value=? WHERE key='Location'", (orjson.dumps(told),))
        for key, value in database.execute("SELECT key, value FROM objects").fetchall():
            row = orjson.loads(value)
            if row[0] == "Location":
                del row[place_of_field + 1]
                database.execute("UPDATE objects SET value=? WHERE key=?", (orjson.dumps(row), key))
    database.close()
    for _ in range(2):
        async with filed(file) as desk:
            assert portrait(desk.shop) == before


@needs_admin_schema
@pytest.mark.parametrize("operation", [each for each in OPERATIONS if is_mutation(each)])
async def test_what_an_operation_changed_is_there_again(file: Path, operation: str) -> None:
    stage, ids = stage_for(operation)
    async with filed(file, shop=stage.shop) as desk:
        answer = run_on(stage, operation, ids)
        assert "errors" not in answer, answer["errors"]
        before = portrait(desk.shop)
    async with filed(file) as desk:
        assert portrait(desk.shop) == before


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [("class", "Nothing", "state.merchant.Nothing"), ("module", "no.where", "no.where"), ("fields", [], "")],
)
async def test_a_file_with_an_unknown_class_is_refused(
    file: Path, field: str, value: object, sentence: str
) -> None:
    async with filed(file):
        pass
    with sqlite3.connect(file) as database:
        told = orjson.loads(database.execute("SELECT value FROM layouts WHERE key='Location'").fetchone()[0])
        changed = orjson.dumps(told | {field: value})
        database.execute("UPDATE layouts SET value=? WHERE key='Location'", (changed,))
    database.close()
    for _ in range(2):
        with pytest.raises(ValueError, match=f"written by another release.*{sentence}"):
            async with filed(file):
                pass


async def test_files_of_others_are_refused(file: Path) -> None:
    with sqlite3.connect(file) as database:
        database.execute("PRAGMA user_version=99")
    database.close()
    with pytest.raises(ValueError, match=r"another release \(format 99"):
        async with filed(file):
            pass
    servers = file.with_name("ecm.sqlite")
    with opened_server("empty", servers) as (state, _):
        state.commit()
    with pytest.raises(ValueError, match="does not keep a shop"):
        async with filed(servers):
            pass
    async with filed(file.with_name("shop-2.sqlite")):
        with pytest.raises(ValueError, match="locked"):
            async with filed(file.with_name("shop-2.sqlite")):
                pass
