"""Settings of shopify-ingest, from variables that begin with ``SHOPIFY_INGEST_``."""

from __future__ import annotations

from typing import Annotated, Self

from annotated_types import Ge, Le
from pydantic import SecretStr, field_validator, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from muniment_kit.settings import Bytes, Seconds
from muniment_shopify.shop_domain import ShopDomain


class ShopifyIngestSettings(BaseSettings):
    """What both roles of shopify-ingest need to know. Read once, at start."""

    model_config = SettingsConfigDict(env_prefix="SHOPIFY_INGEST_", frozen=True, extra="ignore")

    shop: str
    """The shop's own domain, ``name.myshopify.com``: hooks of any other shop are refused."""
    webhook_secrets: Annotated[tuple[SecretStr, ...], NoDecode] = ()
    """Client secrets that hooks may be signed with, separated by commas: two while a secret is rotated."""
    host: str = "127.0.0.1"
    """Address on which the receiver listens."""
    port: Annotated[int, Ge(0), Le(65535)] = 8080
    """Port on which the receiver listens; 0 takes a free one."""
    path: str = "/hooks/shopify"
    """Path to which Shopify delivers."""
    max_body_bytes: Annotated[int, Ge(1), Le(16 * 1024 * 1024)] = 16 * 1024 * 1024
    """Largest hook accepted; a larger one is answered 413. The topic takes no more than 16 MiB."""
    read_within_s: Seconds = 10.0
    """How long the body of one hook may take to arrive before the answer is 408."""
    keep_alive_s: Seconds = 75.0
    """How long an idle connection stays open; longer than any proxy before the receiver keeps it."""
    acknowledge_within_s: Seconds = 3.0
    """How long Kafka may take to acknowledge a hook before the answer is 503 (Shopify waits 5 s)."""
    max_waiting_bytes: Bytes = 256 * 1024 * 1024
    """Bodies that may be in memory together, arriving or waiting for Kafka; beyond it the answer is 503."""
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


class ReceiveSettings(ShopifyIngestSettings):
    """What the role ``receive`` cannot do without."""

    @model_validator(mode="after")
    def _can_check_signatures(self) -> Self:
        if not self.webhook_secrets:
            raise ValueError("SHOPIFY_INGEST_WEBHOOK_SECRETS must name the app's client secret")
        return self


class RecordSettings(ShopifyIngestSettings):
    """What the role ``record`` cannot do without."""

    @model_validator(mode="after")
    def _can_ask_for_orders(self) -> Self:
        by_token = bool(self.access_token.get_secret_value())
        by_client = bool(self.client_id and self.client_secret.get_secret_value())
        if by_token == by_client:
            raise ValueError(
                "set either SHOPIFY_INGEST_ACCESS_TOKEN, or both SHOPIFY_INGEST_CLIENT_ID and "
                "SHOPIFY_INGEST_CLIENT_SECRET"
            )
        return self
