"""Where hooks are received, and how much at once."""

from __future__ import annotations

from typing import Annotated, Self

from annotated_types import Ge, Le
from pydantic import model_validator

from muniment_kit.settings import Bytes, Count, Seconds
from shopify_ingest.settings.shops import ShopsSettings


class ReceiveSettings(ShopsSettings):
    """What the role ``receive`` cannot do without: a secret that the hooks of every shop are signed with."""

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
    reread_secrets_s: Seconds = 5.0
    """How often the files that hold secrets are read anew, so that a secret is rotated without a restart."""
    max_waiting_bytes: Bytes = 256 * 1024 * 1024
    """Bodies that may be in memory together, arriving or waiting for Kafka; beyond it the answer is 503."""
    max_waiting: Count = 4000
    """Hooks that may arrive or wait for Kafka at the same time; beyond it the answer is 503."""
    record_body_bytes: Bytes = 900_000
    """A larger body is written to the blob store (``MUNIMENT_BLOBS_URL``), and the record names it, so that
    the record fits into a broker's usual limit of 1 MB. With ``memory://`` every body is in its record."""
    journal: str = ""
    """A folder of this receiver's own, for hooks that Kafka does not acknowledge; empty for none."""
    journal_bytes: Annotated[int, Ge(1024 * 1024)] = 1024 * 1024 * 1024
    """How large the journal may grow; beyond it the answer is 503."""
    journal_after_s: Seconds = 0.5
    """How long Kafka may take to acknowledge before hooks go to the journal."""

    @model_validator(mode="after")
    def _can_check_signatures(self) -> Self:
        for handle, access in self.shops().items():
            if not access.signing_keys:
                if self.shops_file:
                    raise ValueError(
                        f"webhook_secrets of the shop {handle} must name the app's client secret"
                    )
                raise ValueError("SHOPIFY_INGEST_WEBHOOK_SECRETS must name the app's client secret")
        return self
