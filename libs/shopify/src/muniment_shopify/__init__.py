"""Shopify: the Admin GraphQL API of one shop, and the hooks it sends.

Bulk queries are in ``muniment_shopify.bulk``, uploads and files in ``muniment_shopify.files``. What the flows
change in a shop is one module a domain: ``holds``, ``cancelling``, ``payments``, ``refunds``, ``returns`` and
``ways_back``, ``disputes``, ``risks``, ``drafts``, ``accounts``, ``consents``, ``order_marks``,
``metafields`` and the package ``content``. Each brings its change about once, however often it is asked for.
"""

from __future__ import annotations

from muniment_shopify.aggregates import Aggregate, aggregate_of
from muniment_shopify.client import API_VERSION, AdminClient, shop_peer
from muniment_shopify.cost_bucket import CostBucket
from muniment_shopify.errors import (
    AccessDenied,
    AnswerUnusable,
    BulkFailed,
    BulkTooLarge,
    ChangeNotDone,
    ChangeRefused,
    FileNotReady,
    FileRefused,
    LinkRefused,
    ObjectGone,
    OperatorNeeded,
    QueryRefused,
    ShopFrozen,
    ShopNotFound,
    ShopStorageFull,
    StaleObject,
    StateForbids,
    Throttled,
    TokenRefused,
    WrongApiVersion,
)
from muniment_shopify.flows import FLOWS, Flow, WantedHook, flows_named, missing_scopes, wanted_hooks
from muniment_shopify.graphql_answer import GraphqlError, Result
from muniment_shopify.hooks import HookHeaders, is_known_topic
from muniment_shopify.links import SHOPIFY_LINK_HOSTS, ShopLinks, shop_links
from muniment_shopify.operations import OPERATIONS, Operation, operation
from muniment_shopify.orders import OrderSnapshot, Part, fetch_order
from muniment_shopify.priority import Priority
from muniment_shopify.shop_domain import ShopDomain
from muniment_shopify.shops import SellerAddress, ShopInfo, granted_scopes, shop_info
from muniment_shopify.signature import is_signed
from muniment_shopify.subscriptions import (
    Subscription,
    SubscriptionReport,
    reconcile_subscriptions,
    subscriptions,
)
from muniment_shopify.tokens import ClientCredentials, FixedToken, Tokens

__all__ = [
    "API_VERSION",
    "FLOWS",
    "OPERATIONS",
    "SHOPIFY_LINK_HOSTS",
    "AccessDenied",
    "AdminClient",
    "Aggregate",
    "AnswerUnusable",
    "BulkFailed",
    "BulkTooLarge",
    "ChangeNotDone",
    "ChangeRefused",
    "ClientCredentials",
    "CostBucket",
    "FileNotReady",
    "FileRefused",
    "FixedToken",
    "Flow",
    "GraphqlError",
    "HookHeaders",
    "LinkRefused",
    "ObjectGone",
    "Operation",
    "OperatorNeeded",
    "OrderSnapshot",
    "Part",
    "Priority",
    "QueryRefused",
    "Result",
    "SellerAddress",
    "ShopDomain",
    "ShopFrozen",
    "ShopInfo",
    "ShopLinks",
    "ShopNotFound",
    "ShopStorageFull",
    "StaleObject",
    "StateForbids",
    "Subscription",
    "SubscriptionReport",
    "Throttled",
    "TokenRefused",
    "Tokens",
    "WantedHook",
    "WrongApiVersion",
    "aggregate_of",
    "fetch_order",
    "flows_named",
    "granted_scopes",
    "is_known_topic",
    "is_signed",
    "missing_scopes",
    "operation",
    "reconcile_subscriptions",
    "shop_info",
    "shop_links",
    "shop_peer",
    "subscriptions",
    "wanted_hooks",
]
