"""One shop, as an operator names it: its domain, the secrets of its hooks, and how its Admin API is asked."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, SecretStr, model_validator

from muniment_shopify.flows import FLOWS, Flow, flows_named
from muniment_shopify.shop_domain import ShopDomain

RECORDED_FLOWS = tuple(name for name in FLOWS if name != "content-publishing")
"""The flows that begin with what happens in a shop."""
_READ_FROM_FILES = ("webhook_secrets", "client_secret", "access_token")


def _domain(value: object) -> ShopDomain:
    return ShopDomain(value if isinstance(value, str) else "")


def _separated(value: object) -> object:
    return [part.strip() for part in value.split(",") if part.strip()] if isinstance(value, str) else value


def _known(names: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(flow.name for flow in flows_named(names))


class ShopAccess(BaseModel):
    """A shop of this installation.

    ``link_hosts`` are called when the shop's answers name them, besides those where Shopify keeps its files.
    ``flows`` are those that are on in this shop, by name.

    ``webhook_secrets_file``, ``client_secret_file`` and ``access_token_file`` may stand in for the three
    secrets: they name files that hold them, of hooks one secret a line.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True)

    domain: Annotated[ShopDomain, BeforeValidator(_domain)]
    webhook_secrets: tuple[SecretStr, ...] = ()
    client_id: str = ""
    client_secret: SecretStr = SecretStr("")
    access_token: SecretStr = SecretStr("")
    admin_url: str = ""
    allow_private_addresses: bool = False
    api_version: str = "2026-10"
    link_hosts: Annotated[tuple[str, ...], BeforeValidator(_separated)] = ()
    flows: Annotated[tuple[str, ...], BeforeValidator(_separated), AfterValidator(_known)] = RECORDED_FLOWS

    @property
    def handle(self) -> str:
        """Return the name before ``.myshopify.com``, which keys and identities use."""
        return self.domain.handle

    @property
    def enabled_flows(self) -> tuple[Flow, ...]:
        """Return the flows that are on in this shop."""
        return flows_named(self.flows)

    @property
    def signing_keys(self) -> tuple[bytes, ...]:
        """Return the secrets that a hook of this shop may be signed with, the newest first."""
        return tuple(secret.get_secret_value().encode() for secret in self.webhook_secrets)

    @property
    def asks_in_one_way(self) -> bool:
        """Say whether the Admin API can be asked: by a fixed token, or by client id and secret, not both."""
        by_client = bool(self.client_id and self.client_secret.get_secret_value())
        return bool(self.access_token.get_secret_value()) != by_client

    @model_validator(mode="before")
    @classmethod
    def _secrets_from_files(cls, told: object) -> object:
        if not isinstance(told, Mapping):
            return told
        read = dict(told)
        for name in _READ_FROM_FILES:
            file = read.pop(f"{name}_file", "")
            if not file:
                continue
            if read.get(name):
                raise ValueError(f"{name} and {name}_file are both set: keep one")
            lines = _lines(str(file), name)
            read[name] = lines if name == "webhook_secrets" else lines[0]
        return read


def _lines(file: str, name: str) -> list[str]:
    try:
        text = Path(file).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ValueError(f"the file that {name}_file names cannot be read ({type(error).__name__})") from None
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    if not lines:
        raise ValueError(f"the file that {name}_file names is empty")
    return lines
