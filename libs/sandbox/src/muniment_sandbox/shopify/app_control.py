"""Control endpoints of what passes between shop and app: subscriptions, secrets, scopes, privacy, time."""

from __future__ import annotations

from typing import Any

from aiohttp import web

from muniment_sandbox.shopify import installation
from muniment_sandbox.shopify.control import answer, body_of
from muniment_sandbox.shopify.shop_desk import ALL_TOPICS, FLOW_1_TOPICS, ShopDesk
from muniment_sandbox.shopify.state.ledger import UnknownId
from muniment_sandbox.shopify.state.subscribing import PRIVACY_TOPICS
from muniment_sandbox.shopify.state.subscriptions import WebhookSubscription


def routes(desk: ShopDesk) -> list[web.RouteDef]:
    """Return the routes, all under ``/_sandbox``."""
    control = _AppControl(desk)
    return [
        web.get("/_sandbox/subscriptions", control.list_subscriptions),
        web.post("/_sandbox/subscriptions", control.subscribe),
        web.delete("/_sandbox/subscriptions/{number:\\d+}", control.unsubscribe),
        web.post("/_sandbox/hooks/release", control.release),
        web.post("/_sandbox/clock", control.advance),
        web.post("/_sandbox/secrets/{deed:rotate|revoke}", control.change_secrets),
        web.post("/_sandbox/tokens/expire", control.expire_tokens),
        web.post("/_sandbox/app/install", control.install),
        web.post("/_sandbox/app/uninstall", control.uninstall),
        web.post("/_sandbox/app/scopes", control.change_scopes),
        web.post("/_sandbox/privacy/{request}", control.request_privacy),
    ]


class _AppControl:
    def __init__(self, desk: ShopDesk) -> None:
        self.desk = desk

    async def list_subscriptions(self, _request: web.Request) -> web.Response:
        """Those of the API, those of the app's configuration, and the last ones that failures removed."""
        shop, log = self.desk.shop, self.desk.dispatch.log
        failing = log.failing()
        told = [_told(each, failing) for each in shop.subscriptions]
        told += [_told(each, failing, app_specific=True) for each in shop.app_subscriptions]
        removed = [
            {
                "topic": each.topic,
                "uri": each.uri,
                "name": each.name,
                "removed_at": each.removed_at.isoformat(),
                "attempts": each.attempts,
                "trouble": each.trouble,
            }
            for each in log.removals
        ]
        return answer({"subscriptions": told, "removed": removed})

    async def subscribe(self, request: web.Request) -> web.Response:
        """Subscribe ``uri`` to ``topics``: a list, ``"all"``, or those of the order archive.

        ``app_specific`` makes them part of the app's configuration; then those of privacy law are
        the usual ones.
        """
        wish = await body_of(request)
        uri, topics = str(wish["uri"]), wish.get("topics")
        if wish.get("app_specific"):
            self.desk.subscribe_app(uri, _topics(topics) or PRIVACY_TOPICS)
        else:
            self.desk.subscribe_all(uri, _topics(topics) or FLOW_1_TOPICS)
        return answer({"subscriptions": len(self.desk.shop.subscriptions)}, status=201)

    async def unsubscribe(self, request: web.Request) -> web.Response:
        number = request.match_info["number"]
        found = self.desk.shop.get(WebhookSubscription, f"gid://shopify/WebhookSubscription/{number}")
        if found is None:
            raise UnknownId(f"There is no subscription {number} in this shop.")
        self.desk.shop.unsubscribe(found)
        return answer({"subscriptions": len(self.desk.shop.subscriptions)})

    async def release(self, _request: web.Request) -> web.Response:
        """Send at once what is kept back as late."""
        return answer({"released": self.desk.dispatch.pauses.release()})

    async def advance(self, request: web.Request) -> web.Response:
        moment = installation.advance(self.desk, float((await body_of(request))["advance_s"]))
        return answer({"now": moment.isoformat()})

    async def change_secrets(self, request: web.Request) -> web.Response:
        rotates = request.match_info["deed"] == "rotate"
        (installation.rotate_secret if rotates else installation.revoke_secret)(self.desk)
        return answer({"secrets": self.desk.tokens.secrets, "signing": self.desk.webhook_secret})

    async def expire_tokens(self, _request: web.Request) -> web.Response:
        self.desk.tokens.expire_all()
        return answer({"expired": True})

    async def install(self, _request: web.Request) -> web.Response:
        installation.install(self.desk)
        return answer({"installed": True})

    async def uninstall(self, _request: web.Request) -> web.Response:
        installation.uninstall(self.desk)
        return answer({"installed": False})

    async def change_scopes(self, request: web.Request) -> web.Response:
        scopes = (await body_of(request))["scopes"]
        if not isinstance(scopes, list):
            raise TypeError("scopes must be a list of names")
        installation.change_scopes(self.desk, [str(scope) for scope in scopes])
        return answer({"scopes": self.desk.tokens.scope.split(",")})

    async def request_privacy(self, request: web.Request) -> web.Response:
        customer = (await body_of(request)).get("customer")
        name = request.match_info["request"]
        installation.request_privacy(self.desk, name, None if customer is None else int(customer))
        return answer({"requested": name})


def _topics(wished: object) -> list[str]:
    if wished is None:
        return []
    if wished == "all":
        return list(ALL_TOPICS)
    if not isinstance(wished, list):
        raise TypeError('topics must be a list of topics, or "all"')
    return [str(topic) for topic in wished]


def _told(
    subscription: WebhookSubscription, failing: dict[int, int], *, app_specific: bool = False
) -> dict[str, Any]:
    return {
        "number": str(subscription.number),
        "topic": subscription.header_topic,
        "uri": subscription.uri,
        "name": subscription.name,
        "filter": subscription.filter,
        "include_fields": list(subscription.include_fields),
        "app_specific": app_specific,
        "failed_attempts": failing.get(subscription.number, 0),
    }
