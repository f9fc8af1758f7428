"""The shop and how it is reached: what every role of shopify-ingest is told."""

from __future__ import annotations

from typing import Annotated

from pydantic import SecretStr, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from muniment_shopify.shop_domain import ShopDomain


class ShopsSettings(BaseSettings):
    """What every role of shopify-ingest needs to know of its shop. Read once, at start."""

    model_config = SettingsConfigDict(env_prefix="SHOPIFY_INGEST_", frozen=True, extra="ignore")

    shop: str
    """The shop's own domain, ``name.myshopify.com``: hooks of any other shop are refused."""
    webhook_secrets: Annotated[tuple[SecretStr, ...], NoDecode] = ()
    """Client secrets that hooks may be signed with, separated by commas: two while a secret is rotated."""
    client_id: str = ""
    """Client id of the app, to ask for access tokens (client credentials grant)."""
    client_secret: SecretStr = SecretStr("")
    """Client secret of the app."""
    access_token: SecretStr = SecretStr("")
    """A fixed Admin API token, instead of client id and secret."""
    admin_url: str = ""
    """Base address of the Admin API; empty means ``https://{shop}``. Set it to use a sandbox."""
    allow_private_addresses: bool = False
    """Whether the Admin API may be at a private or loopback address: only for a sandbox."""
    api_version: str = "2026-10"
    """Admin API version that is asked for and must be answered."""

    @property
    def domain(self) -> ShopDomain:
        """Return the shop's domain, checked."""
        return ShopDomain(self.shop)

    @field_validator("shop")
    @classmethod
    def _is_a_shop(cls, value: str) -> str:
        return str(ShopDomain(value))

    @field_validator("webhook_secrets", mode="before")
    @classmethod
    def _separated_by_commas(cls, value: object) -> object:
        return (
            [secret.strip() for secret in value.split(",") if secret.strip()]
            if isinstance(value, str)
            else value
        )
