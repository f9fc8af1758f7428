"""Settings of shopify-ingest, from variables that begin with ``SHOPIFY_INGEST_``."""

from __future__ import annotations

from pydantic import SecretStr, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from muniment_shopify.shop_domain import ShopDomain


class ShopifyIngestSettings(BaseSettings):
    """What both roles of shopify-ingest need to know. Read once, at start."""

    model_config = SettingsConfigDict(env_prefix="SHOPIFY_INGEST_", frozen=True)

    shop: str
    """The shop's own domain, ``name.myshopify.com``: hooks of any other shop are refused."""
    webhook_secrets: list[SecretStr]
    """Client secrets that hooks may be signed with, as a JSON list: two while a secret is rotated."""
    host: str = "127.0.0.1"
    """Address on which the receiver listens."""
    port: int = 8080
    """Port on which the receiver listens; 0 takes a free one."""
    path: str = "/hooks/shopify"
    """Path to which Shopify delivers."""
    max_body_bytes: int = 16 * 1024 * 1024
    """Largest hook accepted; a larger one is answered 413."""
    acknowledge_within_s: float = 3.0
    """How long Kafka may take to acknowledge a hook before the answer is 503 (Shopify waits 5 s)."""
    max_waiting_bytes: int = 256 * 1024 * 1024
    """Bodies that may wait for their acknowledgement together; beyond it the answer is 503."""
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

    @field_validator("shop")
    @classmethod
    def _is_a_shop(cls, value: str) -> str:
        return str(ShopDomain(value))

    @field_validator("webhook_secrets")
    @classmethod
    def _has_a_secret(cls, value: list[SecretStr]) -> list[SecretStr]:
        if not value or any(not secret.get_secret_value() for secret in value):
            raise ValueError("at least one secret is needed, and none may be empty")
        return value
