"""Bulk results become trees, whatever the order of lines and wherever a chunk ends, in bounded memory."""

from __future__ import annotations

import asyncio
import gc
import os
from collections.abc import AsyncIterator, Iterator
from contextlib import closing
from random import Random

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from muniment_shopify.bulk import BulkObject, is_flat
from muniment_shopify.bulk.grouped import GroupedAssembly
from muniment_shopify.bulk.lines import line_batches
from muniment_shopify.bulk.objects import row_of
from muniment_shopify.bulk.spill import Spill
from muniment_shopify.errors import AnswerUnusable, BulkTooLarge
from tests.unit.shopify.bulk_files import Node, chunks_of, forest, forests, shape


def spilled(lines: list[bytes]) -> list[BulkObject]:
    with closing(Spill()) as spill:
        spill.add([row_of(line) for line in lines])
        spill.seal()
        return [tree for trees in spill.trees() for tree in trees]


def assembled(lines: list[bytes]) -> Iterator[BulkObject]:
    assembly = GroupedAssembly()
    for line in lines:
        yield from assembly.add(row_of(line))
    yield from assembly.end()


def all_lines(nodes: list[Node]) -> list[bytes]:
    return [line for node in nodes for line in node.lines()]


@given(forests(), st.randoms(use_true_random=False))
def test_children_anywhere_in_the_file_find_their_parents(nodes: list[Node], random: Random) -> None:
    lines = all_lines(nodes)
    random.shuffle(lines)
    place = {orjson.loads(line)["id"]: at for at, line in enumerate(lines)}
    in_file_order = sorted(nodes, key=lambda node: place[node.gid])
    for node in nodes:
        _sort(node, place)
    assert shape(spilled(lines)) == shape(in_file_order)


def _sort(node: Node, place: dict[str, int]) -> None:
    node.children.sort(key=lambda child: place[child.gid])
    for child in node.children:
        _sort(child, place)


@given(forests())
def test_children_below_their_parent_are_put_together_one_root_object_at_a_time(nodes: list[Node]) -> None:
    assert shape(list(assembled(all_lines(nodes)))) == shape(nodes)


def test_while_a_grouped_file_is_read_no_more_is_held_than_one_root_object_with_all_below() -> None:
    assembly = GroupedAssembly()
    held = []
    for line in all_lines(forest(200, 7)):
        list(assembly.add(row_of(line)))
        held.append(assembly.held)
    assert max(held) == 8


def test_a_child_away_from_its_parent_in_a_grouped_file_is_an_error_and_no_silent_loss() -> None:
    first, second = forest(2, 1)
    lines = [*first.lines()[:1], *second.lines(), *first.lines()[1:]]
    with pytest.raises(AnswerUnusable, match="away from its parent"):
        list(assembled(lines))


def test_one_root_object_larger_than_allowed_is_refused() -> None:
    assembly = GroupedAssembly(largest_bytes=1000)
    rows = [row_of(line) for line in all_lines(forest(1, 20, text="x" * 100))]
    with pytest.raises(BulkTooLarge):
        [list(assembly.add(row)) for row in rows]


def test_rows_beyond_the_cache_lie_on_disk_and_few_trees_are_held_while_they_are_read() -> None:
    cache_bytes = 1024 * 1024
    lines = all_lines(forest(3000, 5, text="x" * 400))
    Random(0).shuffle(lines)
    with closing(Spill(cache_bytes=cache_bytes)) as spill:
        for start in range(0, len(lines), 500):
            spill.add([row_of(line) for line in lines[start : start + 500]])
        spill.seal()
        on_disk = [size for size in _unnamed_files() if size]
        assert spill.stored_bytes > 8 * cache_bytes
        if on_disk:  # where the system lets us look
            assert sum(on_disk) >= spill.stored_bytes - 2 * cache_bytes
        alive = [_alive() if n % 8 == 0 else 0 for n, trees in enumerate(spill.trees()) if trees]
    assert len(alive) > 40
    assert max(alive) <= 2 * 64 * 6


def _alive() -> int:
    return sum(isinstance(each, BulkObject) for each in gc.get_objects())


def _unnamed_files() -> Iterator[int]:
    """Yield the sizes of SQLite's temporary files of this process; nothing where there is no ``/proc``."""
    folder = "/proc/self/fd"
    for name in os.listdir(folder) if os.path.isdir(folder) else ():
        try:
            if "etilqs_" in os.readlink(f"{folder}/{name}"):
                yield os.stat(f"{folder}/{name}").st_size
        except OSError:
            continue


def test_more_rows_than_there_is_room_for_on_disk_are_refused_with_a_remedy() -> None:
    with closing(Spill(most_bytes=200_000)) as spill, pytest.raises(BulkTooLarge, match="shorter period"):
        spill.add([row_of(line) for line in all_lines(forest(50, 50, text="x" * 400))])


def test_rows_without_a_parent_in_the_file_are_an_error() -> None:
    [node] = forest(1, 2)
    with pytest.raises(AnswerUnusable, match="lacks the parents of 1"):
        spilled(node.lines()[1:])


def test_rows_in_a_circle_are_an_error_and_end() -> None:
    a, b = "gid://shopify/Order/1", "gid://shopify/Order/2"
    circle = [orjson.dumps({"id": a, "__parentId": b}), orjson.dumps({"id": b, "__parentId": a})]
    with pytest.raises(AnswerUnusable, match="2 rows"):
        spilled(circle)
    with pytest.raises(AnswerUnusable, match="nested deeper"):
        spilled([orjson.dumps({"id": a}), orjson.dumps({"id": a, "__parentId": a})])


def test_one_object_below_two_parents_stands_below_both() -> None:
    shared = "gid://shopify/Product/9"
    parents = [f"gid://shopify/Collection/{n}" for n in (1, 2)]
    lines = [orjson.dumps({"id": parent}) for parent in parents]
    lines += [orjson.dumps({"id": shared, "__parentId": parent}) for parent in parents]
    assert [[each.id for each in tree.of("Product")] for tree in spilled(lines)] == [[shared], [shared]]


def test_an_object_tells_its_type_by_its_typename_or_by_its_id() -> None:
    [order] = spilled(
        [
            b'{"id":"gid://shopify/Order/1","name":"#1"}',
            b'{"__typename":"FulfillmentEvent","status":"DELIVERED","__parentId":"gid://shopify/Order/1"}',
            b'{"id":"gid://shopify/InventoryLevel/7?inventory_item_id=3","__parentId":"gid://shopify/Order/1"}',
        ]
    )
    assert (order.typename, order.fields) == ("Order", {"id": "gid://shopify/Order/1", "name": "#1"})
    assert order.children.keys() == {"FulfillmentEvent", "InventoryLevel"}
    assert order.of("FulfillmentEvent")[0].fields["status"] == "DELIVERED"
    assert order.of("LineItem") == []


@given(st.lists(st.binary(min_size=1).filter(lambda b: b.strip() == b and b"\n" not in b)), st.data())
def test_lines_come_whole_wherever_a_chunk_ends(lines: list[bytes], data: st.DataObject) -> None:
    content = b"\n".join(lines) + data.draw(st.sampled_from([b"", b"\n", b"\r\n\n"]))
    size = data.draw(st.integers(1, max(1, len(content))))

    async def read() -> list[bytes]:
        return [line for batch in [b async for b in line_batches(chunks_of(content, size))] for line in batch]

    assert asyncio.run(read()) == lines


async def test_a_line_without_end_is_refused_before_it_fills_the_memory() -> None:
    taken = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal taken
        while True:
            taken += 1000
            yield b"x" * 1000

    with pytest.raises(BulkTooLarge, match="fewer fields"):
        async for _ in line_batches(endless(), longest_bytes=5000):
            pass
    assert taken <= 6000


@pytest.mark.parametrize("line", [b"{", b"[]", b'"x"', b'{"id":"1","__parentId":7}'])
def test_a_line_that_is_no_object_is_unusable(line: bytes) -> None:
    with pytest.raises(AnswerUnusable, match="line of a bulk result"):
        row_of(line)


@pytest.mark.parametrize(
    ("query", "flat"),
    [
        ("{ customers { edges { node { id } } } }", True),
        ("{ customers { nodes { id } } }", True),
        ("{ orders { edges { node { id lineItems { edges { node { id } } } } } } }", False),
        ("# edges and nodes\n{ orders { edges { node { id } } } }", False),
    ],
)
def test_a_query_is_flat_only_when_it_surely_has_one_connection(query: str, flat: bool) -> None:
    assert is_flat(query) is flat
