"""The shop's files after they were made: renamed, given new bytes under the same address, found, deleted.

Making them is in ``muniment_shopify.files``.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from muniment_shopify.asking import ask_all, given
from muniment_shopify.client import AdminClient
from muniment_shopify.files.failures import failure_of
from muniment_shopify.files.shop_files import ShopFile, read_file
from muniment_shopify.operations import operation

_NOT_THERE = "FILE_DOES_NOT_EXIST"
_DELETED_AT_ONCE = 250


async def find_files(client: AdminClient, search: str) -> list[ShopFile]:
    """Return the files that Shopify's search finds (``filename:'ecm-12345-v3.pdf'``), once its index has
    them.
    """
    nodes = await ask_all(client, "files_search", lambda data: data["files"], query=search)
    return [read_file(node) for node in nodes]


async def update_file(
    client: AdminClient,
    file: str,
    *,
    alt: str | None = None,
    source_url: str | None = None,
    show_on: Sequence[str] = (),
    take_off: Sequence[str] = (),
) -> ShopFile:
    """Change what is given of a file that is ready; ``source_url`` gives it new bytes under its old address.

    Each is set, not added, so a lost answer is sent again. Raises ``FileNotReady``, ``FileRefused``,
    ``ShopStorageFull``.
    """
    wanted = given(
        id=file,
        alt=alt,
        originalSource=source_url,
        referencesToAdd=list(show_on) or None,
        referencesToRemove=list(take_off) or None,
    )
    answer = await client.execute(operation("file_update"), {"files": [wanted]}, repeatable=True)
    payload = answer.data["fileUpdate"]
    if errors := payload["userErrors"]:
        raise failure_of([str(each.get("code") or "") for each in errors], f"{client.shop} changed no file")
    return read_file(payload["files"][0])


async def delete_files(client: AdminClient, files: Collection[str]) -> None:
    """Delete files for good; those that are gone already stay gone.

    Every link to them breaks, also those in themes and articles that we know nothing of. Raises
    ``FileNotReady``, ``FileRefused``.
    """
    left = sorted(files)
    for start in range(0, len(left), _DELETED_AT_ONCE):
        await _delete(client, left[start : start + _DELETED_AT_ONCE])


async def _delete(client: AdminClient, files: Sequence[str]) -> None:
    answer = await client.execute(operation("file_delete"), {"fileIds": list(files)}, repeatable=True)
    errors = answer.data["fileDelete"]["userErrors"]
    codes = [str(each.get("code") or "") for each in errors]
    if errors and set(codes) != {_NOT_THERE}:
        raise failure_of(codes, f"{client.shop} deleted no file")
    if errors and len(files) > 1:  # one that is gone keeps the others
        for file in files:
            await _delete(client, [file])
