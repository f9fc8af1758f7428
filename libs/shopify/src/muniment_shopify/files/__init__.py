"""Files: sent to where Shopify wants them, made files of the shop, and watched until they are ready."""

from __future__ import annotations

from muniment_shopify.files.shop_files import (
    MOST_AT_ONCE,
    NewFile,
    ShopFile,
    create_files,
    file_states,
    wait_until_ready,
)
from muniment_shopify.files.uploads import StagedTarget, Upload, send_upload, stage_upload, upload

__all__ = [
    "MOST_AT_ONCE",
    "NewFile",
    "ShopFile",
    "StagedTarget",
    "Upload",
    "create_files",
    "file_states",
    "send_upload",
    "stage_upload",
    "upload",
    "wait_until_ready",
]
