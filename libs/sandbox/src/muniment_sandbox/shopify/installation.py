"""What passes between a shop and its app beside orders: secrets, scopes, the installation, privacy; and time.

Sources: https://shopify.dev/docs/apps/build/authentication-authorization/client-secrets/rotate-revoke-client-credentials,
https://shopify.dev/docs/apps/build/compliance/privacy-law-compliance
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from muniment_sandbox.shopify.shop_desk import ShopDesk
from muniment_sandbox.shopify.state import customer_changes
from muniment_sandbox.shopify.state.clock import AheadClock, SetClock
from muniment_sandbox.shopify.state.ledger import NotPossible, UnknownId
from muniment_sandbox.shopify.state.people import Customer
from muniment_sandbox.shopify.state.shop import Shop

_SHOP_REDACTED_AFTER_S = 48 * 3600.0
_MOST_SECRETS = 5


def rotate_secret(desk: ShopDesk) -> str:
    """Mint a new client secret and return it. Hooks are signed with the oldest until that is revoked."""
    if len(desk.tokens.secrets) >= _MOST_SECRETS:
        raise NotPossible("There are enough secrets: revoke the oldest one first.")
    made = f"shpss_{secrets.token_hex(16)}"
    desk.tokens.newer_secrets.append(made)
    return made


def revoke_secret(desk: ShopDesk) -> str:
    """Revoke the oldest client secret; return the one that signs from now on. Hooks that are on their way
    keep their signature.
    """
    if not desk.tokens.newer_secrets:
        raise NotPossible("This is the only secret: rotate it first.")
    desk.tokens.client_secret = desk.dispatch.secret = desk.tokens.newer_secrets.pop(0)
    return desk.tokens.client_secret


def uninstall(desk: ShopDesk) -> None:
    """Take the app out of the shop: ``app/uninstalled``, and ``shop/redact`` 48 hours later.

    Its tokens open nothing any more, and its subscriptions are gone; those of its configuration stay.
    """
    if not desk.tokens.installed:
        raise NotPossible("The app is not installed in this shop.")
    desk.shop.uninstall()
    desk.tokens.installed = False
    for subscription in list(desk.shop.subscriptions):
        desk.shop.unsubscribe(subscription)
    desk.shop.later(_SHOP_REDACTED_AFTER_S, customer_changes.redact_shop, desk.shop)


def install(desk: ShopDesk) -> None:
    """Install the app again; it has to subscribe anew."""
    desk.tokens.installed = True


def change_scopes(desk: ShopDesk, scopes: Sequence[str]) -> None:
    """Let the app have these scopes and no others from the next token on: ``app/scopes_update``."""
    if not scopes or not all(scope.replace("_", "").isalpha() for scope in scopes):
        raise ValueError("scopes are names such as read_orders, at least one")
    desk.shop.change_scopes(sorted(set(scopes)))
    desk.tokens.scope = ",".join(sorted(set(scopes)))


def advance(desk: ShopDesk, seconds: float) -> datetime:
    """Move the shop's clock on, let happen what has become due, and hooks go out whose time has come.

    Raises ValueError for a step back and for one of more than a year. Tokens and the rate limit keep the
    machine's time.
    """
    if not 0 <= seconds <= 366 * 86_400:
        raise ValueError("advance_s must be between 0 and 31622400, a year")
    clock = desk.shop.clock
    if isinstance(clock, SetClock):
        clock.advance(seconds)
    else:
        ahead_s = clock.ahead_s if isinstance(clock, AheadClock) else 0.0
        desk.shop.clock = AheadClock(ahead_s + seconds)
    desk.dispatch.pauses.advance(seconds)
    desk.shop.catch_up()
    return desk.shop.clock.now()


def request_privacy(desk: ShopDesk, name: str, customer: int | None) -> None:
    """Send a request of privacy law, for a customer by number where it is about one.

    Raises UnknownId for an unknown request or customer.
    """
    if name == "shop-redact":
        desk.shop.redact_shop()
        return
    if name not in _ABOUT_CUSTOMERS:
        known = ", ".join(sorted([*_ABOUT_CUSTOMERS, "shop-redact"]))
        raise UnknownId(f"There is no request {name!r}. Known: {known}.")
    found = desk.shop.get(Customer, f"gid://shopify/Customer/{customer}") if customer else None
    if found is None:
        raise UnknownId(f"There is no customer {customer} in this shop.")
    _ABOUT_CUSTOMERS[name](desk.shop, found)


_ABOUT_CUSTOMERS: Mapping[str, Callable[[Shop, Customer], None]] = {
    "data-request": lambda shop, customer: shop.ask_for_data(customer),
    "customer-redact": lambda shop, customer: shop.redact_customer(customer),
}
