"""A journal that keeps what it hears as bytes, and so finds every change it did not hear of."""

from __future__ import annotations

import pickle


class Diary:
    """Keeps each entity as it was at its last write, beside the entity itself."""

    def __init__(self) -> None:
        self.kept: dict[tuple[str, int | str], tuple[object, bytes]] = {}
        self.tables: set[str] = set()
        self.commits = 0

    def record(self, table: str, key: int | str, entity: object | None) -> None:
        self.tables.add(table)
        if entity is None:
            self.kept.pop((table, key))
        else:
            self.kept[table, key] = (entity, pickle.dumps(entity))

    def commit(self) -> None:
        self.commits += 1

    def check_that_it_heard_everything(self) -> None:
        for where, (entity, written) in self.kept.items():
            assert pickle.loads(written) == entity, where  # noqa: S301 - our own bytes
