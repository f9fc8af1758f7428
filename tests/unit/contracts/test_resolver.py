"""Released schemas by id and by subject, or one clear error."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from muniment_contracts import Codec, FileResolver, ReleasedSchema, decode, encode
from muniment_contracts.bodies import BODIES
from muniment_contracts.errors import SchemasDamaged, UnknownSchema
from muniment_contracts.topics import schemas_folder
from tests.builders.events import order_change


def test_every_record_is_found_by_subject_and_by_id() -> None:
    resolver = FileResolver()
    for subject in BODIES:
        newest = resolver.newest(subject)
        assert newest.subject == subject
        assert resolver.by_id(newest.id) == newest


def test_unknown_id_and_unknown_subject() -> None:
    with pytest.raises(UnknownSchema, match="id 999"):
        FileResolver().by_id(999)
    with pytest.raises(UnknownSchema, match=r"commerce\.Nothing"):
        FileResolver().newest("commerce.Nothing")


@pytest.mark.parametrize("content", [None, b"{}"], ids=["missing", "changed"])
def test_damaged_folder_is_refused_at_once(tmp_path: Path, content: bytes | None) -> None:
    folder = Path(shutil.copytree(schemas_folder() / "avro", tmp_path / "avro"))
    path = folder / "commerce.OrderChange" / "v1.avsc"
    if content is None:
        path.unlink()
    else:
        path.write_bytes(content)
    with pytest.raises(SchemasDamaged, match=r"Schema 2 .*commerce\.OrderChange/v1\.avsc"):
        FileResolver(folder)


class CountingResolver:
    """The shipped schemas, with every question counted."""

    def __init__(self) -> None:
        self.questions = 0
        self._files = FileResolver()

    def by_id(self, schema_id: int) -> ReleasedSchema:
        self.questions += 1
        return self._files.by_id(schema_id)

    def newest(self, subject: str) -> ReleasedSchema:
        self.questions += 1
        return self._files.newest(subject)


def test_codec_asks_for_each_schema_once_and_not_for_each_event() -> None:
    resolver = CountingResolver()
    codec = Codec(resolver)
    body = order_change().body
    assert codec.decode(codec.encode(body), type(body)) == body
    asked = resolver.questions
    for _ in range(50):
        codec.decode(codec.encode(body), type(body))
    assert resolver.questions == asked


class UnreachableRegistry:
    """A registry that does not answer."""

    def by_id(self, schema_id: int) -> ReleasedSchema:
        raise ConnectionError

    def newest(self, subject: str) -> ReleasedSchema:
        raise ConnectionError


def test_registry_that_does_not_answer_is_not_taken_for_an_undecodable_record() -> None:
    body = order_change().body
    value = encode(body)
    assert decode(value, type(body)) == body
    with pytest.raises(ConnectionError):
        Codec(UnreachableRegistry()).decode(value, type(body))
