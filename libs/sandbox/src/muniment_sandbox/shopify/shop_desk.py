"""One shop with all that a server needs to open it: its state, its hooks, its tokens, its cost bucket."""

from __future__ import annotations

import asyncio
import random
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from muniment_sandbox.shopify.bulk.exports import Exports
from muniment_sandbox.shopify.chance import dice
from muniment_sandbox.shopify.costs import Bucket
from muniment_sandbox.shopify.faults import Faults
from muniment_sandbox.shopify.graphql.engine import Engine
from muniment_sandbox.shopify.history import History
from muniment_sandbox.shopify.hooks.bodies import topics_with_bodies
from muniment_sandbox.shopify.hooks.dispatch import Dispatch, Sleep
from muniment_sandbox.shopify.hooks.sending import HttpSender, Sender
from muniment_sandbox.shopify.keeping import DataFile, Holder
from muniment_sandbox.shopify.seeds import seeded_shop
from muniment_sandbox.shopify.state.founding import DEMO_DOMAIN, found_shop
from muniment_sandbox.shopify.state.shop import Shop
from muniment_sandbox.shopify.state.subscribing import SubscriptionWish, subscribe_app
from muniment_sandbox.shopify.state.subscriptions import enum_topics
from muniment_sandbox.shopify.tokens import Tokens

FLOW_1_TOPICS = (
    "orders/create",
    "orders/updated",
    "orders/paid",
    "orders/cancelled",
    "orders/edited",
    "orders/fulfilled",
    "orders/partially_fulfilled",
    "orders/delete",
    "order_transactions/create",
    "refunds/create",
    "fulfillments/create",
    "fulfillments/update",
)
"""What ``hooks_to`` subscribes to: the topics of the order archive."""

ALL_TOPICS = tuple(topic for topic in topics_with_bodies() if topic in enum_topics())
"""Every topic this shop can tell of and an app can subscribe to."""

METAOBJECT_FILTER = "type:ecm_document"
"""Shopify tells of metaobjects only by type: this one is that of documents from the ECM."""

PLUS_BUCKET = 20_000.0
PLUS_RESTORE_RATE = 1_000.0


@dataclass
class ShopDesk:
    """Everything of one open shop."""

    shop: Shop
    tokens: Tokens
    dispatch: Dispatch
    faults: Faults
    bucket: Bucket
    exports: Exports
    engine: Engine = field(default_factory=Engine)
    chance: random.Random = field(default_factory=lambda: dice("desk"))
    file: DataFile | None = None

    @property
    def webhook_secret(self) -> str:
        return self.dispatch.secret

    def subscribe_all(self, uri: str, topics: Sequence[str] = FLOW_1_TOPICS) -> None:
        """Subscribe an address to these topics (header form); those it has already stay as they are."""
        has = {each.header_topic for each in self.shop.subscriptions if each.uri == uri}
        for topic in topics:
            if topic in has:
                continue
            name = ("muniment-" + topic.replace("/", "-").replace(".", "-"))[:50]
            which = METAOBJECT_FILTER if topic.startswith("metaobjects/") else None
            wish = SubscriptionWish(topic=enum_topics()[topic], uri=uri, name=name, filter=which)
            self.shop.subscribe(wish)

    def subscribe_app(self, uri: str, topics: Sequence[str]) -> None:
        """Send these topics to an address by the app's configuration; raises ValueError for unknown ones."""
        unknown = set(topics) - set(topics_with_bodies())
        if unknown:
            message = f"This shop has no topic {min(unknown)}."
            raise ValueError(message)
        subscribe_app(self.shop, uri, topics)

    def commit(self) -> None:
        """Keep what changed; called before an answer leaves. In memory there is nothing to do."""
        if self.file is not None:
            self.file.commit()

    async def close(self) -> None:
        """Stop what is on its way; a shop in a file goes on with it when it is opened again."""
        await self.exports.close()
        await self.dispatch.close()
        if self.file is not None:
            self.file.commit()
            self.file.close()

    def credentials(self) -> Mapping[str, str]:
        """Return what an app needs to work with this shop."""
        return {
            "shop": self.shop.merchant.myshopify_domain,
            "access_token": self.tokens.permanent,
            "client_id": self.tokens.client_id,
            "client_secret": self.tokens.client_secret,
            "webhook_secret": self.webhook_secret,
        }


def open_desk(
    *,
    seed: str = "demo",
    history: History | None = None,
    shop: Shop | None = None,
    domain: str = DEMO_DOMAIN,
    faults: Faults | None = None,
    time_scale: float = 1.0,
    sender: Sender | None = None,
    sleep: Sleep = asyncio.sleep,
    client_id: str = "muniment-client",
    client_secret: str | None = None,
    access_token: str | None = None,
    points_per_s: float = PLUS_RESTORE_RATE,
    bucket: Bucket | None = None,
    file_processing_s: float = 1.0,
    exports_folder: Path | None = None,
    data: Path | None = None,
) -> ShopDesk:
    """Open a shop. Hooks are signed with the client secret, as Shopify does. Call it inside a running event
    loop.

    ``points_per_s`` is how fast the bucket of the Admin API refills; it holds twenty seconds' worth, as a
    Plus shop's does. ``file_processing_s`` is how long a file stays uploaded, and again in processing, by the
    shop's clock. ``exports_folder`` keeps the rows of bulk operations; a temporary one, or
    one beside ``data``, unless it is given. ``history`` says what the seed ``history`` holds.

    ``data`` is the SQLite file to keep the shop in. One that keeps a shop already is used as it is, whatever
    ``seed`` says, with its own secrets unless others are given; hooks that were on their way go on. Faults,
    the bucket and a morning being played begin anew. ValueError for a file that cannot be used.
    """
    file = DataFile(data) if data else None
    begun = file is not None and file.starts > 0
    state = shop or (
        found_shop(domain=domain) if begun else seeded_shop(seed, domain=domain, history=history)
    )
    state.file_wait_s = state.file_processing_s = file_processing_s
    secret = client_secret or f"shpss_{secrets.token_hex(16)}"
    chosen = faults or Faults()
    tokens = Tokens(
        client_id=client_id,
        client_secret=secret,
        permanent=access_token or f"shpat_{secrets.token_hex(16)}",
        scope=",".join(scope.handle for scope in state.installation.access_scopes),
    )
    dispatch = Dispatch(
        shop=state,
        secret=secret,
        sender=sender or HttpSender(),
        faults=chosen,
        time_scale=time_scale,
        sleep=sleep,
    )
    desk = ShopDesk(
        shop=state,
        tokens=tokens,
        dispatch=dispatch,
        faults=chosen,
        bucket=bucket or Bucket(points_per_s * PLUS_BUCKET / PLUS_RESTORE_RATE, points_per_s),
        exports=Exports(state, chosen, exports_folder or _beside(data)),
        file=file,
    )
    if file is not None:
        _keep(desk, file)
        if begun:
            tokens.client_secret = dispatch.secret = client_secret or tokens.client_secret
            tokens.permanent = access_token or tokens.permanent
            dispatch.resume()
    return desk


def _beside(data: Path | None) -> Path | None:
    return None if data is None else data.with_name(f"{data.name}-exports")


def _keep(desk: ShopDesk, file: DataFile) -> None:
    """Keep the desk in the file, or take from it what it has."""
    shop, log = desk.shop, desk.dispatch.log
    try:
        file.open(
            shop,
            [
                Holder("shop", shop, tuple(name for name in vars(shop) if name not in shop.passing)),
                Holder("tokens", desk.tokens, desk.tokens.kept),
                Holder("hooks", log, log.kept),
            ],
        )
    except ValueError:
        file.close()
        raise
    desk.chance.seed(f"desk {file.starts}")
    desk.dispatch.chance.seed(f"hooks {file.starts}")
