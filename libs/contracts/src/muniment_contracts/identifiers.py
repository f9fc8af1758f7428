"""The identities everything is ordered, filed and found by."""

from __future__ import annotations

import re

_SHOP = re.compile(r"[a-z0-9][a-z0-9-]{0,62}", re.ASCII)
_NUMBER = re.compile(r"[1-9][0-9]{0,19}", re.ASCII)
_ID = re.compile(r"[A-Za-z0-9._~-]{1,64}", re.ASCII)
_KIND = re.compile(r"[a-z][a-z0-9-]{0,31}", re.ASCII)


def is_shop_handle(text: str) -> bool:
    """Say whether ``text`` is a shop's handle: its name before ``.myshopify.com``, in lower case."""
    return _SHOP.fullmatch(text) is not None


def key_of(shop: str, kind: str, id: str) -> str:
    """Return the record key ``{shop}/{kind}/{id}``; raise ``ValueError`` if a part is not of its form.

    ``kind`` is what the thing is (``order``), ``id`` what names it in the shop, most often its numeric id.
    """
    _require(_SHOP, shop, "shop handle")
    _require(_KIND, kind, "kind")
    _require(_ID, id, "id")
    return f"{shop}/{kind}/{id}"


def order_key(shop: str, order_id: str) -> str:
    """Return the key that every record about this order has, on every topic."""
    _require(_NUMBER, order_id, "numeric id")
    return key_of(shop, "order", order_id)


def parse_key(key: str) -> tuple[str, str, str]:
    """Return shop, kind and id of a record key; raise ``ValueError`` if it is none."""
    parts = key.split("/")
    if len(parts) != 3 or key_of(*parts) != key:
        raise ValueError("A record key has the form {shop}/{kind}/{id}.")
    return parts[0], parts[1], parts[2]


def business_object_id(shop: str, id: str) -> str:
    """Return the id under which the ECM knows a thing of the shop: ``{shop}.{numeric id}``."""
    _require(_SHOP, shop, "shop handle")
    _require(_NUMBER, id, "numeric id")
    return f"{shop}.{id}"


def parse_business_object_id(text: str) -> tuple[str, str]:
    """Return shop and numeric id of a business object id; raise ``ValueError`` if it is none."""
    shop, _, id = text.partition(".")
    business_object_id(shop, id)
    return shop, id


def _require(form: re.Pattern[str], text: str, what: str) -> None:
    if form.fullmatch(text) is None:
        raise ValueError(f"This is no {what}: it must match {form.pattern}.")
