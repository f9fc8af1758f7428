"""The shops of this installation, and how they are reached: what every role of shopify-ingest is told."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated, Self
from urllib.parse import urlsplit

from pydantic import SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from muniment_shopify.shop_domain import ShopDomain
from shopify_ingest.settings.shop_access import RECORDED_FLOWS, ShopAccess

_OF_ONE_SHOP = (
    "webhook_secrets",
    "webhook_secrets_file",
    "client_id",
    "client_secret",
    "client_secret_file",
    "access_token",
    "access_token_file",
    "admin_url",
    "allow_private_addresses",
    "api_version",
    "link_hosts",
    "flows",
)


class ShopsSettings(BaseSettings):
    """What every role of shopify-ingest needs to know of its shops: of one by variables, of several by a
    file.
    """

    model_config = SettingsConfigDict(env_prefix="SHOPIFY_INGEST_", frozen=True, extra="ignore")

    shop: str = ""
    """The shop's own domain, ``name.myshopify.com``: hooks of any other shop are refused."""
    shops_file: str = ""
    """A TOML file with a table ``[[shops]]`` for each shop, instead of the variables of one shop."""
    webhook_secrets: Annotated[tuple[SecretStr, ...], NoDecode] = ()
    """Client secrets that hooks may be signed with, the newest first, separated by commas: two while a secret
    is rotated."""
    webhook_secrets_file: str = ""
    """A file with these secrets, one a line; ``receive`` reads it anew when it changes."""
    client_id: str = ""
    """Client id of the app, to ask for access tokens (client credentials grant)."""
    client_secret: SecretStr = SecretStr("")
    """Client secret of the app."""
    client_secret_file: str = ""
    """A file with the client secret."""
    access_token: SecretStr = SecretStr("")
    """A fixed Admin API token, instead of client id and secret."""
    access_token_file: str = ""
    """A file with the Admin API token."""
    admin_url: str = ""
    """Base address of the Admin API; empty means ``https://{shop}``. Set it to use a sandbox."""
    allow_private_addresses: bool = False
    """Whether the Admin API may be at a private or loopback address: only for a sandbox."""
    api_version: str = "2026-10"
    """Admin API version that is asked for and must be answered."""
    link_hosts: Annotated[tuple[str, ...], NoDecode] = ()
    """Hosts, separated by commas, that files may be fetched from and sent to besides Shopify's own."""
    flows: Annotated[tuple[str, ...], NoDecode] = RECORDED_FLOWS
    """Flows that are on, separated by commas: what each needs is in ``muniment doctor shopify``, and no role
    starts without it."""
    hooks_url: str = ""
    """The https address that hooks come to. With it ``reconcile`` keeps the subscriptions of the flows; empty
    leaves them to ``shopify.app.toml``."""

    def shops(self) -> Mapping[str, ShopAccess]:
        """Read the shops, by handle: files are read now, so what changed in them shows.

        Raises ``ValueError`` with a sentence, without any value, when a file does not say what it should.
        """
        if not self.shops_file:
            told = {name: getattr(self, name) for name in _OF_ONE_SHOP}
            access = _access({"domain": self.shop, **told}, "the shop")
            return {access.handle: access}
        tables = _tables(self.shops_file)
        found = [
            _access({"flows": self.flows, **table}, f"shop {number}")
            for number, table in enumerate(tables, 1)
        ]
        shops = {access.handle: access for access in found}
        if len(shops) < len(found):
            raise ValueError("SHOPIFY_INGEST_SHOPS_FILE names a shop twice")
        return shops

    @field_validator("shop")
    @classmethod
    def _is_a_shop(cls, value: str) -> str:
        return str(ShopDomain(value)) if value else ""

    @field_validator("hooks_url")
    @classmethod
    def _is_an_address(cls, value: str) -> str:
        if value and (urlsplit(value).scheme not in ("https", "http") or not urlsplit(value).hostname):
            raise ValueError("it must be a whole address: https://host/path")
        return value

    @field_validator("webhook_secrets", "link_hosts", "flows", mode="before")
    @classmethod
    def _separated_by_commas(cls, value: object) -> object:
        return (
            [part.strip() for part in value.split(",") if part.strip()] if isinstance(value, str) else value
        )

    @model_validator(mode="after")
    def _names_shops(self) -> Self:
        if bool(self.shop) == bool(self.shops_file):
            raise ValueError("set either SHOPIFY_INGEST_SHOP or SHOPIFY_INGEST_SHOPS_FILE")
        self.shops()
        return self


def _tables(file: str) -> Sequence[Mapping[str, object]]:
    try:
        tables = tomllib.loads(Path(file).read_text(encoding="utf-8")).get("shops")
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ValueError(
            f"SHOPIFY_INGEST_SHOPS_FILE cannot be read as TOML ({type(error).__name__})"
        ) from None
    if not isinstance(tables, list) or not tables or not all(isinstance(table, dict) for table in tables):
        raise ValueError("SHOPIFY_INGEST_SHOPS_FILE must hold a table [[shops]] for each shop")
    return tables


def _access(told: Mapping[str, object], which: str) -> ShopAccess:
    try:
        return ShopAccess.model_validate(dict(told))
    except ValidationError as error:
        detail = error.errors(include_url=False, include_input=False, include_context=False)[0]
        said = detail["msg"].removeprefix("Value error, ")
        where = ".".join(str(part) for part in detail["loc"])
        raise ValueError(f"{which}: {f'{where}: ' if where else ''}{said}") from None
