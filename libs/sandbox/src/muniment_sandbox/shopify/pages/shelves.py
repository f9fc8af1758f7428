"""The handlers of the pages about products: all of them, and one as a buyer sees it."""

from __future__ import annotations

from aiohttp import web

from muniment_sandbox.pages import Pages
from muniment_sandbox.shopify.pages.product_rows import product_card, product_view, shop_view
from muniment_sandbox.shopify.shop_desk import ShopDesk
from muniment_sandbox.shopify.state.catalogue import Product

_SHOWN = 500


def shelf_routes(desk: ShopDesk, pages: Pages) -> list[web.RouteDef]:
    """Return the routes of the products."""
    shop = desk.shop

    async def shelves(request: web.Request) -> web.Response:
        """The products, or those only that buyers do not see."""
        hidden = request.query.get("show") == "hidden"
        cards = [product_card(shop, each) for each in shop.all_of(Product)[:_SHOWN]]
        return pages.render(
            "products.html",
            cards=[card for card in cards if not hidden or not card["visible"]],
            hidden=hidden,
            counts=(len(cards), sum(1 for card in cards if not card["visible"])),
        )

    async def one(request: web.Request) -> web.Response:
        """One product."""
        product = shop.get(Product, f"gid://shopify/Product/{request.match_info['number']}")
        if product is None:
            return pages.render("no_product.html", status=404)
        return pages.render(
            "product.html", product=product_view(shop, product), inside=shop_view(shop, product)
        )

    return [web.get("/products", shelves), web.get("/products/{number:\\d{1,19}}", one)]
