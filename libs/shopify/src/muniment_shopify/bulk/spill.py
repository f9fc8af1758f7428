"""Rows of a bulk result in any order, kept in a temporary file until their trees can be built.

A parent is complete only when the whole file was read, because without grouping Shopify promises no order.
So rows go to a private SQLite database without a name: it lives in a page cache of a fixed size, and beyond
that in a file which the system deletes with the process, kill -9 included (https://sqlite.org/inmemorydb.html
section 3; its folder is ``SQLITE_TMPDIR``, else ``TMPDIR``, ``/var/tmp`` or ``/tmp``).
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence

from muniment_shopify.bulk.objects import BulkObject, Row, adopt, object_of
from muniment_shopify.errors import AnswerUnusable, BulkTooLarge

CACHE_BYTES = 16 * 1024 * 1024
MOST_BYTES = 20 * 1024**3
_PAGE_BYTES = 4096
_ROOTS_AT_ONCE = 64
_IDS_AT_ONCE = 500
_DEEPEST = 4
"""Shopify nests at most two connections below the root; deeper is a circle of ids."""


class Spill:
    """Collects rows, then gives whole trees. Not for two threads at once; close it.

    Holds at most ``cache_bytes`` of rows in memory and ``most_bytes`` on disk, and 64 root objects with what
    is below them while trees are given.
    """

    def __init__(self, *, cache_bytes: int = CACHE_BYTES, most_bytes: int = MOST_BYTES) -> None:
        self._most_bytes = most_bytes
        # Threads: sealing a large result takes seconds, so it may run outside the event loop's thread.
        self._database = sqlite3.connect("", isolation_level=None, check_same_thread=False)
        for setting in (
            f"page_size = {_PAGE_BYTES}",
            f"max_page_count = {max(1, most_bytes // _PAGE_BYTES)}",
            f"cache_size = -{max(1, cache_bytes // 1024)}",
            "journal_mode = OFF",
            "temp_store = FILE",
        ):
            self._database.execute(f"PRAGMA {setting}").close()
        self._database.execute("CREATE TABLE rows (n INTEGER PRIMARY KEY, id TEXT, parent TEXT, line BLOB)")
        self._database.execute("BEGIN")
        self._rows = 0
        self._attached = 0

    @property
    def rows(self) -> int:
        """Return how many rows were taken."""
        return self._rows

    @property
    def stored_bytes(self) -> int:
        """Return how large the database is, in the cache or on disk."""
        [(pages,)] = self._database.execute("PRAGMA page_count")
        return int(pages) * _PAGE_BYTES

    def add(self, rows: Sequence[Row]) -> None:
        """Take ``rows``. Raises ``BulkTooLarge`` beyond ``most_bytes``, or when the disk is full."""
        try:
            self._database.executemany("INSERT INTO rows (id, parent, line) VALUES (?, ?, ?)", rows)
        except sqlite3.OperationalError as error:
            raise self._full() from error
        self._rows += len(rows)

    def seal(self) -> None:
        """Every row is here: prepare the trees. Raises ``AnswerUnusable`` when a row's parent is missing."""
        try:
            self._database.execute("CREATE INDEX below ON rows (parent)")
            self._database.execute("COMMIT")
            [(lost,)] = self._database.execute(
                "SELECT count(*) FROM (SELECT parent FROM rows WHERE parent IS NOT NULL "
                "EXCEPT SELECT id FROM rows)"
            )
        except sqlite3.OperationalError as error:
            raise self._full() from error
        if lost:
            raise AnswerUnusable(f"A bulk result lacks the parents of {lost} groups of rows; fetch it again.")

    def trees(self) -> Iterator[list[BulkObject]]:
        """Yield the root objects with all below them, some at a time, in the order of the file.

        Raises ``AnswerUnusable`` for rows that stand in a circle and so below no root object.
        """
        last = 0
        while roots := self._roots_after(last):
            last = roots[-1][0]
            yield self._grown([row for _, row in roots])
        if self._attached < self._rows:
            lost = self._rows - self._attached
            raise AnswerUnusable(f"{lost} rows of a bulk result belong to no root object; fetch it again.")

    def close(self) -> None:
        """Give up the rows and their file. May be called twice."""
        self._database.close()

    def _roots_after(self, last: int) -> list[tuple[int, Row]]:
        found = self._database.execute(
            "SELECT n, id, line FROM rows WHERE parent IS NULL AND n > ? ORDER BY n LIMIT ?",
            (last, _ROOTS_AT_ONCE),
        )
        return [(n, Row(gid, None, line)) for n, gid, line in found]

    def _grown(self, roots: Sequence[Row]) -> list[BulkObject]:
        trees = [object_of(row) for row in roots]
        self._attached += len(trees)
        level = trees
        for _ in range(_DEEPEST):
            level = self._with_children(level)
            if not level:
                return trees
        raise AnswerUnusable("A bulk result is nested deeper than Shopify nests; fetch it again.")

    def _with_children(self, parents: Sequence[BulkObject]) -> list[BulkObject]:
        """Put their children below ``parents`` and return these. One object may have several parents."""
        by_id: dict[str, list[BulkObject]] = {}
        for parent in parents:
            if parent.id:
                by_id.setdefault(parent.id, []).append(parent)
        children = []
        for row in self._below(list(by_id)):
            assert row.parent is not None
            for parent in by_id[row.parent]:
                child = object_of(row)
                adopt(parent, child)
                children.append(child)
        self._attached += len(children)
        return children

    def _below(self, gids: Sequence[str]) -> Iterator[Row]:
        for start in range(0, len(gids), _IDS_AT_ONCE):
            some = gids[start : start + _IDS_AT_ONCE]
            marks = ",".join("?" * len(some))
            yield from map(
                Row._make,
                self._database.execute(
                    f"SELECT id, parent, line FROM rows WHERE parent IN ({marks}) ORDER BY n",  # noqa: S608 - only question marks
                    some,
                ),
            )

    def _full(self) -> BulkTooLarge:
        return BulkTooLarge(
            f"A bulk result does not fit into {self._most_bytes} bytes of temporary space, or the disk is "
            "full: ask for a shorter period at once."
        )
