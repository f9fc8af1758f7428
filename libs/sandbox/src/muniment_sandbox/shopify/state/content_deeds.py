"""What can happen to the shop's content: uploads, files, definitions of metafields, metaobjects."""

from __future__ import annotations

from collections.abc import Sequence

from muniment_sandbox.shopify.state import (
    file_changes,
    metafield_definitions,
    metaobject_changes,
    staging,
)
from muniment_sandbox.shopify.state.file_changes import FileChange, FileWish
from muniment_sandbox.shopify.state.files import ShopFile
from muniment_sandbox.shopify.state.ledger import Ledger
from muniment_sandbox.shopify.state.metafield_definitions import DefinitionWish, MetafieldDefinition
from muniment_sandbox.shopify.state.metaobject_changes import MetaobjectDefinitionWish, MetaobjectWish
from muniment_sandbox.shopify.state.metaobjects import Metaobject, MetaobjectDefinition
from muniment_sandbox.shopify.state.staging import StagedUpload, UploadWish


class ContentDeeds(Ledger):
    """The shop's deeds with content. Methods raise NotPossible where Shopify would refuse."""

    def stage_upload(self, wish: UploadWish) -> StagedUpload:
        """Make a target for bytes; it lasts a day."""
        return staging.stage(self, wish)

    def staged_upload(self, key: str) -> StagedUpload | None:
        """Return the upload that a key or a resource URL names; ``stored`` holds its bytes once they came."""
        return staging.upload_at(self, key)

    def receive_upload(self, upload: StagedUpload, signature: str, content_type: str, content: bytes) -> None:
        """Take the bytes of an upload; raises UploadRefused where its signed conditions are not met."""
        staging.receive(self, upload, signature, content_type, content)

    def create_files(self, wishes: Sequence[FileWish]) -> list[ShopFile]:
        """Create files; they are READY or FAILED once they were processed."""
        return file_changes.create_files(self, wishes)

    def update_files(self, changes: Sequence[FileChange]) -> None:
        """Change files that are READY: ``products/update`` of the products that show them."""
        file_changes.update_files(self, changes)

    def delete_files(self, files: Sequence[ShopFile]) -> None:
        """Delete files for good: ``products/update`` of the products that showed them."""
        file_changes.delete_files(self, files)

    def define_metafield(self, wish: DefinitionWish) -> MetafieldDefinition:
        """Say which type a metafield has for a kind of owner."""
        return metafield_definitions.define_metafield(self, wish)

    def define_metaobject(self, wish: MetaobjectDefinitionWish) -> MetaobjectDefinition:
        """Say what a kind of metaobject consists of."""
        return metaobject_changes.define_metaobject(self, wish)

    def upsert_metaobject(self, type_: str, handle: str, wish: MetaobjectWish) -> Metaobject:
        """Write a metaobject: ``metaobjects/create`` or ``…/update``, nothing when it is as wished."""
        return metaobject_changes.upsert_metaobject(self, type_, handle, wish)

    def delete_metaobject(self, metaobject: Metaobject) -> None:
        """Delete a metaobject: ``metaobjects/delete``."""
        metaobject_changes.delete_metaobject(self, metaobject)
