"""What an app may change: subscriptions, tags, metafields, notes."""

from __future__ import annotations

import pytest

from muniment_sandbox.shopify.chance import dice
from muniment_sandbox.shopify.morning import random_cart
from muniment_sandbox.shopify.seeds import seeded_shop
from muniment_sandbox.shopify.state.orders import Order
from muniment_sandbox.shopify.state.shop import Shop
from tests.unit.sandbox_shopify.snapshots import data

CREATE = """mutation Create($topic: WebhookSubscriptionTopic!, $sub: WebhookSubscriptionInput!) {
  webhookSubscriptionCreate(topic: $topic, webhookSubscription: $sub) {
    webhookSubscription {
      id topic uri name filter includeFields apiVersion { handle } metafields { namespace key } }
    userErrors { field message } } }"""
LIST = """query List($topics: [WebhookSubscriptionTopic!]) {
  webhookSubscriptions(first: 10, topics: $topics) { nodes { id topic name } }
  webhookSubscriptionsCount { count } }"""
SET = """mutation Set($fields: [MetafieldsSetInput!]!) { metafieldsSet(metafields: $fields) {
  metafields { key value compareDigest } userErrors { code message elementIndex } } }"""
ADDRESS = "https://muniment.example/hooks"


@pytest.fixture
def shop() -> Shop:
    return seeded_shop("empty")


@pytest.fixture
def order(shop: Shop) -> Order:
    return shop.place_order(random_cart(shop.stock, dice(1)))


def test_a_subscription_is_created_listed_changed_and_deleted(shop: Shop) -> None:
    wish = {"uri": ADDRESS, "name": "orders", "metafields": [{"namespace": "ecm", "key": "id"}]}
    made = data(shop, CREATE, topic="ORDERS_PAID", sub=wish)["webhookSubscriptionCreate"]
    assert made["userErrors"] == []
    subscription = made["webhookSubscription"]
    assert subscription["apiVersion"] == {"handle": "2026-10"}
    assert subscription["metafields"] == [{"namespace": "ecm", "key": "id"}]
    listed = data(shop, LIST, topics=["ORDERS_PAID"])
    assert [node["name"] for node in listed["webhookSubscriptions"]["nodes"]] == ["orders"]
    assert data(shop, LIST, topics=["ORDERS_CREATE"])["webhookSubscriptions"]["nodes"] == []
    change = """mutation Change($id: ID!, $sub: WebhookSubscriptionInput!) {
      webhookSubscriptionUpdate(id: $id, webhookSubscription: $sub) {
        webhookSubscription { name } userErrors { message } } }"""
    renamed = data(shop, change, id=subscription["id"], sub={"name": "paid"})["webhookSubscriptionUpdate"]
    assert renamed == {"webhookSubscription": {"name": "paid"}, "userErrors": []}
    delete = """mutation Delete($id: ID!) { webhookSubscriptionDelete(id: $id) {
      deletedWebhookSubscriptionId userErrors { message } } }"""
    gone = data(shop, delete, id=subscription["id"])["webhookSubscriptionDelete"]
    assert gone == {"deletedWebhookSubscriptionId": subscription["id"], "userErrors": []}
    again = data(shop, delete, id=subscription["id"])["webhookSubscriptionDelete"]
    assert again["userErrors"] == [{"message": "Webhook subscription does not exist"}]
    assert data(shop, LIST)["webhookSubscriptionsCount"] == {"count": 0}


@pytest.mark.parametrize(
    ("topic", "wish", "message"),
    [
        ("ORDERS_CREATE", {}, "Address can't be blank"),
        ("ORDERS_CREATE", {"uri": "nowhere"}, "Address is not a valid URI."),
        ("ORDERS_CREATE", {"uri": ADDRESS, "name": "no spaces"}, "Name must be"),
        ("METAOBJECTS_CREATE", {"uri": ADDRESS}, "Filter is required"),
    ],
)
def test_a_subscription_shopify_would_refuse_is_refused(
    shop: Shop, topic: str, wish: dict[str, object], message: str
) -> None:
    answer = data(shop, CREATE, topic=topic, sub=wish)["webhookSubscriptionCreate"]
    assert answer["webhookSubscription"] is None
    assert message in answer["userErrors"][0]["message"]


def test_the_same_address_cannot_have_a_topic_twice(shop: Shop) -> None:
    data(shop, CREATE, topic="ORDERS_CREATE", sub={"uri": ADDRESS})
    again = data(shop, CREATE, topic="ORDERS_CREATE", sub={"uri": ADDRESS})["webhookSubscriptionCreate"]
    assert again["userErrors"][0]["message"] == "Address for this topic has already been taken"


def test_tags_are_added_once_whatever_their_case(shop: Shop, order: Order) -> None:
    asked = """mutation Add($id: ID!, $tags: [String!]!) {
      tagsAdd(id: $id, tags: $tags) { node { id } userErrors { message } } }"""
    for tags in (["ecm-hold", "VIP"], ["vip"]):
        assert data(shop, asked, id=order.id, tags=tags)["tagsAdd"]["userErrors"] == []
    assert order.tags == ["VIP", "ecm-hold"]
    removed = """mutation Remove($id: ID!) {
      tagsRemove(id: $id, tags: ["vip"]) { node { id } userErrors { message } } }"""
    data(shop, removed, id=order.id)
    assert order.tags == ["ecm-hold"]


def test_tags_of_what_has_none_are_refused(shop: Shop) -> None:
    asked = 'mutation Add($id: ID!) { tagsAdd(id: $id, tags: ["x"]) { node { id } userErrors { message } } }'
    for gid in (shop.locations[0].id, "gid://shopify/Order/1"):
        assert data(shop, asked, id=gid)["tagsAdd"]["userErrors"]


def test_a_metafield_is_written_over_only_by_who_knows_its_value(shop: Shop, order: Order) -> None:
    field = {
        "ownerId": order.id,
        "namespace": "ecm",
        "key": "node",
        "type": "single_line_text_field",
        "value": "1",
    }
    first = data(shop, SET, fields=[field | {"compareDigest": None}])["metafieldsSet"]
    digest = first["metafields"][0]["compareDigest"]
    stale = data(shop, SET, fields=[field | {"value": "2", "compareDigest": "old"}])["metafieldsSet"]
    assert stale["userErrors"][0]["code"] == "STALE_OBJECT"
    known = data(shop, SET, fields=[field | {"value": "2", "compareDigest": digest}])["metafieldsSet"]
    assert known["metafields"][0]["value"] == "2"
    assert [each.value for each in order.own_metafields] == ["2"]


def test_metafields_are_written_all_or_none(shop: Shop, order: Order) -> None:
    good = {
        "ownerId": order.id,
        "namespace": "ecm",
        "key": "a",
        "type": "single_line_text_field",
        "value": "1",
    }
    refused = data(shop, SET, fields=[good, good | {"ownerId": "gid://shopify/Order/1"}])["metafieldsSet"]
    assert refused["metafields"] is None
    assert order.own_metafields == []


def test_a_note_is_written(shop: Shop, order: Order) -> None:
    asked = """mutation Note($input: OrderInput!) { orderUpdate(input: $input) {
      order { note } userErrors { field message } } }"""
    written = data(shop, asked, input={"id": order.id, "note": "Approved"})["orderUpdate"]
    assert written == {"order": {"note": "Approved"}, "userErrors": []}
    missing = data(shop, asked, input={"id": "gid://shopify/Order/1", "note": "x"})["orderUpdate"]
    assert missing["userErrors"][0]["field"] == ["id"]
