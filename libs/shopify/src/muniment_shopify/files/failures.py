"""What Shopify's reasons against a file mean: refused for good, to be tried again, or a person's business."""

from __future__ import annotations

from collections.abc import Sequence

from muniment_shopify.errors import FileNotReady, FileRefused, ShopStorageFull

_PASSING = frozenset(
    {
        "EXTERNAL_VIDEO_EMBED_NOT_FOUND_OR_TRANSCODING",
        "FILE_LOCKED",
        "GENERIC_FILE_DOWNLOAD_FAILURE",
        "IMAGE_DOWNLOAD_FAILURE",
        "INVALID_SIGNED_URL",
        "MEDIA_CANNOT_BE_MODIFIED",
        "MEDIA_TIMEOUT_ERROR",
        "NON_READY_STATE",
        "UNKNOWN",
    }
)
_PLAN = frozenset(
    {
        "FILE_STORAGE_LIMIT_EXCEEDED",
        "NON_IMAGE_MEDIA_PER_SHOP_LIMIT_EXCEEDED",
        "UNACCEPTABLE_TRIAL_ASSET",
        "UNACCEPTABLE_UNVERIFIED_TRIAL_ASSET",
    }
)


def failure_of(codes: Sequence[str], what: str) -> FileRefused | FileNotReady | ShopStorageFull:
    """Return the error to raise for ``codes`` of ``FileErrorCode`` or ``FilesErrorCode``; ``what`` begins its
    sentence. A reason that lasts outweighs one that passes.
    """
    known = tuple(sorted({code for code in codes if code.isascii() and code.replace("_", "").isalnum()}))
    reason = f"{what} ({', '.join(known) or 'no reason given'})"
    if not known or set(known) <= _PASSING:
        return FileNotReady(f"{reason}; try again.", codes=known)
    if set(known) <= _PLAN | _PASSING:
        return ShopStorageFull(f"{reason}: the shop's plan allows no more. Make room or change the plan.")
    return FileRefused(f"{reason}: the file must be changed.", codes=known)
