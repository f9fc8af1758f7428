from __future__ import annotations

import pytest

from muniment_ops.chaos.switches import Switches, SwitchRefused
from muniment_sandbox.ecm.testing import running_ecm
from muniment_sandbox.shopify.testing import running_shop

pytestmark = pytest.mark.asyncio


async def test_switches_of_both_sandboxes_go_on_and_all_go_off_again() -> None:
    async with running_shop() as shop, running_ecm() as ecm:
        async with Switches(shop_url=shop.url, ecm_origin=ecm.origin) as switches:
            await switches.ecm_on("status=503;times=2")
            await switches.ecm_on("stall=1")
            assert [fault.kind for fault in ecm.faults.active] == ["status", "stall"]
            await switches.ecm_off("status=503;times=2")
            assert [fault.kind for fault in ecm.faults.active] == ["stall"]
            await switches.shop_on("api_error", 0.5)
            await switches.shop_on("api_error", 1.0)
            assert shop.faults.api_error == 1.0
            await switches.shop_off("api_error", 1.0)
            assert shop.faults.api_error == 0.5
            await switches.all_off()
        assert ecm.faults.active == []
        assert not shop.faults.switched_on()


async def test_an_order_is_placed_and_tokens_expire() -> None:
    async with running_shop(seed="empty") as shop, running_ecm() as ecm:
        async with Switches(shop_url=shop.url, ecm_origin=ecm.origin) as switches:
            await switches.place_order()
            await switches.expire_shop_tokens()
        assert len(shop.state.orders) == 1


async def test_a_fault_that_nobody_knows_is_refused() -> None:
    async with (
        running_shop() as shop,
        Switches(shop_url=shop.url, ecm_origin="http://127.0.0.1:9") as switches,
    ):
        with pytest.raises(SwitchRefused, match="400"):
            await switches.shop(weather=1.0)


async def test_a_sandbox_that_is_gone_is_said_to_be_gone() -> None:
    async with Switches(shop_url="http://127.0.0.1:9", ecm_origin="http://127.0.0.1:9") as switches:
        with pytest.raises(SwitchRefused, match="does not answer"):
            await switches.ecm_on("stall=1")
