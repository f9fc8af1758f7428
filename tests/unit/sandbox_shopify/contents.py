"""A shop whose files a test uploads and waits for, and the questions it asks about content."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from muniment_sandbox.shopify.seeds import seeded_shop
from muniment_sandbox.shopify.state.catalogue import Product
from muniment_sandbox.shopify.state.clock import SetClock
from muniment_sandbox.shopify.state.file_changes import FileWish
from muniment_sandbox.shopify.state.files import ShopFile
from muniment_sandbox.shopify.state.shelves import data_sheet, drawing
from muniment_sandbox.shopify.state.staging import UploadWish
from tests.unit.sandbox_shopify.recording import heard_topics
from tests.unit.sandbox_shopify.snapshots import data

PICTURE = drawing(0, 0)
OTHER_PICTURE = drawing(1, 1)
SHEET = data_sheet("test")
_RESOURCES = {"image/png": "IMAGE", "video/mp4": "VIDEO", "model/gltf-binary": "MODEL_3D"}


class ContentDesk:
    """One shop and its clock."""

    def __init__(self) -> None:
        self.clock = SetClock(datetime(2026, 11, 23, 8, tzinfo=UTC))
        self.shop = seeded_shop("empty", clock=self.clock)
        self.product: Product = self.shop.stock.articles[0].variant.product
        self.heard = heard_topics(self.shop)

    def upload(self, name: str, content: bytes, mime_type: str) -> str:
        """Put bytes where a file can be made of them; return their address."""
        wish = UploadWish(
            resource=_RESOURCES.get(mime_type, "FILE"),
            filename=name,
            mime_type=mime_type,
            file_size=len(content),
        )
        upload = self.shop.stage_upload(wish)
        self.shop.receive_upload(upload, upload.signature, mime_type, content)
        return upload.resource_url("https://files.example")

    def file(
        self, name: str = "sheet.pdf", content: bytes = SHEET, mime_type: str = "application/pdf"
    ) -> ShopFile:
        """Make a file and let it be processed."""
        [file] = self.shop.create_files([FileWish(source=self.upload(name, content, mime_type))])
        self.wait()
        return file

    def picture(self, name: str = "front.png", content: bytes = PICTURE) -> ShopFile:
        return self.file(name, content, "image/png")

    def wait(self) -> None:
        """Let everything that is being processed end."""
        for _ in range(3):
            self.clock.advance(1)
            self.shop.catch_up()

    def ask(self, document: str, **variables: Any) -> Any:
        """Return the only field of an answer that must be without errors."""
        [answer] = data(self.shop, document, **variables).values()
        return answer

    def codes(self, document: str, **variables: Any) -> list[str | None]:
        """Return the codes of the user errors."""
        return [error["code"] for error in self.ask(document, **variables)["userErrors"]]
