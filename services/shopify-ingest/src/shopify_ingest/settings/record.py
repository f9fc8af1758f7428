"""What ``record`` needs to ask the shops."""

from __future__ import annotations

from typing import Annotated, Self

from annotated_types import Ge, Le
from pydantic import model_validator

from shopify_ingest.settings.shops import ShopsSettings


class RecordSettings(ShopsSettings):
    """What the role ``record`` cannot do without: a way to ask the Admin API of every shop."""

    remembered_hooks: Annotated[int, Ge(0), Le(20_000)] = 2_000
    """How many finished hooks of each partition are read at the start, to know a second delivery of one."""

    @model_validator(mode="after")
    def _can_ask_every_shop(self) -> Self:
        for handle, access in self.shops().items():
            if not access.asks_in_one_way:
                if self.shops_file:
                    raise ValueError(
                        f"the shop {handle} needs either access_token, or both client_id and client_secret"
                    )
                raise ValueError(
                    "set either SHOPIFY_INGEST_ACCESS_TOKEN, or both SHOPIFY_INGEST_CLIENT_ID and "
                    "SHOPIFY_INGEST_CLIENT_SECRET"
                )
        return self
