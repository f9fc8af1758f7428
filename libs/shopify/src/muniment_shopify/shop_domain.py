"""The name of a shop, checked: the only host this client ever calls."""

from __future__ import annotations

import re

_FORM = re.compile(r"[a-zA-Z0-9][a-zA-Z0-9-]{0,62}\.myshopify\.com", re.ASCII)


class ShopDomain(str):
    """A shop's own domain, ``name.myshopify.com``, in lower case. Raises ``ValueError`` for anything else."""

    __slots__ = ()

    def __new__(cls, text: str) -> ShopDomain:
        if _FORM.fullmatch(text) is None:
            raise ValueError("A shop domain has the form name.myshopify.com: letters, digits and hyphens.")
        return super().__new__(cls, text.lower())

    @property
    def handle(self) -> str:
        """Return the name before ``.myshopify.com``, which keys and identities use."""
        return self.partition(".")[0]
