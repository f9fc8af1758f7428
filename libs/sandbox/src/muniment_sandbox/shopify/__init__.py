"""A Shopify shop to run on a laptop: Admin GraphQL 2026-10 over state, signed hooks, pages for people.

``serve`` runs one until cancelled, ``testing.running_shop`` one for a test; ``Morning`` is what happens.
"""

from __future__ import annotations

from muniment_sandbox.shopify.faults import Faults
from muniment_sandbox.shopify.history import History
from muniment_sandbox.shopify.morning import Morning, Step
from muniment_sandbox.shopify.playing import Play
from muniment_sandbox.shopify.seeds import SEEDS, seeded_shop
from muniment_sandbox.shopify.server import Opened, opened, serve
from muniment_sandbox.shopify.shop_desk import ALL_TOPICS, FLOW_1_TOPICS, ShopDesk, open_desk
from muniment_sandbox.shopify.state.shop import Shop

__all__ = [
    "ALL_TOPICS",
    "FLOW_1_TOPICS",
    "SEEDS",
    "Faults",
    "History",
    "Morning",
    "Opened",
    "Play",
    "Shop",
    "ShopDesk",
    "Step",
    "open_desk",
    "opened",
    "seeded_shop",
    "serve",
]
