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
                of = f" for the shop {handle}" if self.shops_file else ""
                raise ValueError(
                    f"set either SHOPIFY_INGEST_ACCESS_TOKEN, or both SHOPIFY_INGEST_CLIENT_ID and "
                    f"SHOPIFY_INGEST_CLIENT_SECRET{of}"
                )
        return self
