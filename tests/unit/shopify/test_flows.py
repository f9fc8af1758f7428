"""The flows' needs as data: nothing in it that does not exist, and nothing left out."""

from __future__ import annotations

import tomllib

import pytest

from muniment_shopify.app_toml import app_toml
from muniment_shopify.flows import (
    FLOWS,
    PRIVACY_TOPICS,
    Flow,
    flows_named,
    missing_scopes,
    scopes_of,
    wanted_hooks,
)
from muniment_shopify.hooks import ENUMS, TOPICS
from muniment_shopify.operations import OPERATIONS
from muniment_shopify.subscriptions import reconcile_subscriptions
from tests.unit.shopify.sandboxed import SandboxedPeer, sandboxed
from tests.unit.shopify.scenes import at

HERE = "https://muniment.example/hooks/shopify"
OF_THE_CLIENT = {
    "bulk_operation_run_query",
    "bulk_operation_cancel",
    "webhook_subscription_create",
    "webhook_subscription_update",
    "webhook_subscription_delete",
}

every_flow = pytest.mark.parametrize("flow", FLOWS.values(), ids=list(FLOWS))


def everything(*flows: Flow, to_act: bool = True) -> set[str]:
    return {choices[0] for flow in flows for choices in (*flow.reads, *(flow.writes if to_act else ()))}


def test_there_are_the_eight_flows() -> None:
    assert len(FLOWS) == 8
    assert all(flow.name == name for name, flow in FLOWS.items())


@every_flow
def test_a_flow_names_only_what_exists(flow: Flow) -> None:
    assert set(flow.topics) <= ENUMS.keys()
    assert set(flow.operations) <= {each.name for each in OPERATIONS.values() if each.kind == "mutation"}
    assert all(
        len(set(each)) == len(each) for each in (flow.topics, flow.operations, flow.reads, flow.writes)
    )


def test_every_change_we_know_belongs_to_a_flow() -> None:
    changes = {each.name for each in OPERATIONS.values() if each.kind == "mutation"}
    assert changes - {name for flow in FLOWS.values() for name in flow.operations} == OF_THE_CLIENT


@every_flow
async def test_the_scopes_a_flow_reads_by_open_every_hook_it_hears(flow: Flow) -> None:
    scene = at("shop")
    peer = SandboxedPeer(scene.stage.shop, scopes=frozenset(everything(flow, to_act=False)))
    report = await reconcile_subscriptions(sandboxed(peer), wanted_hooks([flow]), HERE)
    assert report.refused == ()


@every_flow
def test_one_scope_less_is_said_with_the_flow_that_lacks_it(flow: Flow) -> None:
    granted = everything(flow)
    assert missing_scopes(granted, [flow], to_act=True) == []
    for choices in (*flow.reads, *flow.writes):
        without = granted - {choices[0], choices[0].replace("read_", "write_")}
        lacking = missing_scopes(without, [flow], to_act=True)
        assert (flow, choices) in [(each.flow, each.choices) for each in lacking]
        assert choices[0] in lacking[0].text or lacking[0].choices != choices


def test_one_scope_of_a_choice_is_enough_and_writing_includes_reading() -> None:
    (approval,) = flows_named(["approval"])
    lacking = missing_scopes({"write_third_party_fulfillment_orders"}, [approval])
    assert not any("fulfillment_orders" in each.text for each in lacking)
    assert {each.text for each in missing_scopes([], [approval])} >= {
        "read_merchant_managed_fulfillment_orders or read_third_party_fulfillment_orders"
    }


def test_an_unknown_flow_is_named_with_those_there_are() -> None:
    with pytest.raises(ValueError, match="no flow order-archives; choose from order-archive"):
        flows_named(["order-archives"])


def test_hooks_of_several_flows_are_wanted_once() -> None:
    hooks = wanted_hooks(FLOWS.values())
    topics = [hook.topic for hook in hooks]
    assert len(set(topics)) == len(topics)
    assert {"app/scopes_update", "orders/create", "metaobjects/update"} <= set(topics)
    assert [hook.topic for hook in hooks if hook.filter] == [
        topic for topic in topics if topic.startswith("metaobjects/")
    ]
    assert not set(topics) & set(PRIVACY_TOPICS)
    assert set(PRIVACY_TOPICS) == TOPICS - ENUMS.keys()


def test_the_app_file_says_scopes_and_hooks() -> None:
    flows = tuple(FLOWS.values())
    told = tomllib.loads(app_toml(flows, HERE, client_id="abc"))
    assert told["client_id"] == "abc"
    assert set(told["access_scopes"]["scopes"].split(",")) == set(scopes_of(flows))
    privacy, plain, filtered = told["webhooks"]["subscriptions"]
    assert privacy == {"compliance_topics": list(PRIVACY_TOPICS), "uri": HERE}
    assert set(plain["topics"]) | set(filtered["topics"]) == {hook.topic for hook in wanted_hooks(flows)}
    assert filtered["filter"] == "type:ecm_document"
    assert {plain["uri"], filtered["uri"]} == {HERE}


def test_the_app_file_asks_for_no_more_than_reading_when_nothing_is_decided() -> None:
    told = tomllib.loads(app_toml(flows_named(["order-archive"]), HERE, to_act=False))
    assert "write" not in told["access_scopes"]["scopes"]
    assert "read_all_orders" in told["access_scopes"]["scopes"]


def test_the_app_file_may_leave_all_but_privacy_to_the_admin_api() -> None:
    told = tomllib.loads(app_toml(tuple(FLOWS.values()), HERE, only_privacy=True))
    assert told["webhooks"]["subscriptions"] == [{"compliance_topics": list(PRIVACY_TOPICS), "uri": HERE}]


def test_an_address_cannot_break_out_of_its_string() -> None:
    hostile = 'https://x/" topics = ["a'
    told = tomllib.loads(app_toml(flows_named(["approval"]), hostile))
    assert told["webhooks"]["subscriptions"][0]["uri"] == hostile
    with pytest.raises(ValueError, match="printable"):
        app_toml(flows_named(["approval"]), "https://x/\n[evil]")
