"""Trees out of a result whose children stand right below their parent: one root object is held at a time."""

from __future__ import annotations

from collections.abc import Iterator

from muniment_shopify.bulk.objects import BulkObject, Row, adopt, object_of
from muniment_shopify.errors import AnswerUnusable, BulkTooLarge

LARGEST_OBJECT_BYTES = 64 * 1024 * 1024


class GroupedAssembly:
    """Takes rows in the order of the file; gives each root object once the next one begins.

    Raises ``AnswerUnusable`` for a child of another root object than the one above it, ``BulkTooLarge`` when
    one root object's rows are more than ``largest_bytes`` together.
    """

    def __init__(self, *, largest_bytes: int = LARGEST_OBJECT_BYTES) -> None:
        self._largest_bytes = largest_bytes
        self._root: BulkObject | None = None
        self._members: dict[str, BulkObject] = {}
        self._held_bytes = 0

    @property
    def held(self) -> int:
        """Return how many objects wait for the rest of their tree."""
        return len(self._members)

    def add(self, row: Row) -> Iterator[BulkObject]:
        """Take ``row``; yield the root object it completes, if any."""
        if row.parent is None:
            yield from self.end()
        self._held_bytes += len(row.line)
        if self._held_bytes > self._largest_bytes:
            raise BulkTooLarge(
                f"One object of a bulk result has more than {self._largest_bytes} bytes below it."
            )
        self._place(row)

    def end(self) -> Iterator[BulkObject]:
        """The file has ended, or the next root object begins: yield the one that was held."""
        if self._root is not None:
            yield self._root
        self._root, self._members, self._held_bytes = None, {}, 0

    def _place(self, row: Row) -> None:
        placed = object_of(row)
        if row.parent is None:
            self._root = placed
        else:
            parent = self._members.get(row.parent)
            if parent is None:
                raise AnswerUnusable(
                    "A bulk result that was to be grouped has a child away from its parent; ask for it "
                    "without grouping."
                )
            adopt(parent, placed)
        self._members[row.id or f"row {len(self._members)}"] = placed
