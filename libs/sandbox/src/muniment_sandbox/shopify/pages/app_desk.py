"""The handlers of the page about the app: secrets, scopes, installation, clock; and privacy requests."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from urllib.parse import urlencode

from aiohttp import web

from muniment_sandbox.pages import Pages, form_of
from muniment_sandbox.shopify import installation
from muniment_sandbox.shopify.shop_desk import ShopDesk
from muniment_sandbox.shopify.state.ledger import NotPossible, UnknownId


def app_routes(desk: ShopDesk, pages: Pages) -> list[web.RouteDef]:
    """Return the routes of this page."""

    async def app(request: web.Request) -> web.Response:
        return pages.render(
            "app.html",
            app=desk.shop.installation.app,
            client_id=desk.tokens.client_id,
            secrets=desk.tokens.secrets,
            scopes=desk.tokens.scope.split(","),
            is_installed=desk.tokens.installed,
            now=desk.shop.clock.now().timestamp(),
            refused=request.query.get("refused"),
        )

    async def act(request: web.Request) -> web.Response:
        deed, form = request.match_info["deed"], await form_of(request)
        try:
            _DEEDS[deed](desk, form)
        except (NotPossible, ValueError) as refused:
            return _back("/app", str(refused))
        return _back("/app")

    async def ask(request: web.Request) -> web.Response:
        number, name = request.match_info["number"], request.match_info["request"]
        try:
            installation.request_privacy(desk, name, int(number))
        except UnknownId as missing:
            return _back("/accounts", str(missing))
        return _back("/accounts")

    deeds = "|".join(_DEEDS)
    return [
        web.get("/app", app),
        web.post(f"/app/{{deed:{deeds}}}", act),
        web.post("/accounts/{number:\\d{1,19}}/{request:data-request|customer-redact}", ask),
    ]


def _advance(desk: ShopDesk, form: Mapping[str, str]) -> None:
    installation.advance(desk, float(form.get("hours") or 0) * 3600)


_DEEDS: Mapping[str, Callable[[ShopDesk, Mapping[str, str]], object]] = {
    "clock": _advance,
    "expire": lambda desk, _form: desk.tokens.expire_all(),
    "install": lambda desk, _form: installation.install(desk),
    "redact": lambda desk, _form: installation.request_privacy(desk, "shop-redact", None),
    "revoke": lambda desk, _form: installation.revoke_secret(desk),
    "rotate": lambda desk, _form: installation.rotate_secret(desk),
    "scopes": lambda desk, form: installation.change_scopes(
        desk, form.get("scopes", "").replace(",", " ").split()
    ),
    "uninstall": lambda desk, _form: installation.uninstall(desk),
}


def _back(path: str, refused: str | None = None) -> web.Response:
    where = f"{path}?{urlencode({'refused': refused})}" if refused else path
    return web.Response(status=303, headers={"Location": where})
