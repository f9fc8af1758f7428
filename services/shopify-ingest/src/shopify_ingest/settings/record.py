"""What ``record`` needs to ask the shop."""

from __future__ import annotations

from typing import Self

from pydantic import model_validator

from shopify_ingest.settings.shops import ShopsSettings


class RecordSettings(ShopsSettings):
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
