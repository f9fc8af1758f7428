"""Where things are offered: the sales channels, and since when a product is in which."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from muniment_sandbox.shopify.state.entities import Entity
from muniment_sandbox.shopify.state.merchant import App


@dataclass(eq=False, kw_only=True)
class Channel(Entity):
    """A way to buyers, as the online store."""

    gid_type: ClassVar[str] = "Channel"
    name: str
    handle: str
    app: App
    supports_future_publishing: bool = False


@dataclass(eq=False, kw_only=True)
class AppCatalog(Entity):
    """What the channels of one app offer."""

    gid_type: ClassVar[str] = "AppCatalog"
    title: str
    status: str = "ACTIVE"


@dataclass(eq=False, kw_only=True)
class Publication(Entity):
    """What is offered in the channels of one catalog."""

    gid_type: ClassVar[str] = "Publication"
    catalog: AppCatalog
    own_channels: Sequence[Channel]
    auto_publish: bool = True

    @property
    def supports_future_publishing(self) -> bool:
        return any(channel.supports_future_publishing for channel in self.own_channels)


@dataclass(frozen=True, slots=True)
class ResourcePublicationV2:
    """Since when, or from when on, something is offered in a publication."""

    publication: Publication
    publish_date: datetime
