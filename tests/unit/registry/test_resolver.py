"""The resolver's memory: what is asked, when, and what is remembered, without any network."""

from __future__ import annotations

import json
import threading

import pytest

from muniment_contracts import (
    FileResolver,
    RegistryDiffers,
    RegistryUnavailable,
    SchemaPending,
    UnknownSchema,
)
from muniment_contracts.registry_client import RegisteredSchema
from muniment_contracts.registry_resolver import RegistryResolver, is_same_schema, subject_of

NEWER = 999
THING = json.dumps({"type": "record", "name": "Thing", "namespace": "test", "fields": []})


class PaperRegistry:
    """Holds what is released, answers when let, and counts what it was asked."""

    def __init__(self) -> None:
        self.texts = {schema.id: schema.text for schema in FileResolver().released()}
        self.asked: list[int] = []
        self.is_away = False
        self.may_answer = threading.Event()
        self.may_answer.set()

    def schema(self, schema_id: int) -> str:
        self.asked.append(schema_id)
        assert self.may_answer.wait(10)
        if self.is_away:
            raise RegistryUnavailable("away")
        if schema_id not in self.texts:
            raise UnknownSchema(f"no {schema_id}")
        return self.texts[schema_id]

    def newest(self, subject: str) -> RegisteredSchema:
        newest = FileResolver().newest(subject)
        return RegisteredSchema(newest.id, subject, newest.version, newest.text)

    def version_of(self, subject: str, schema_id: int) -> int | None:
        return 1


class Hours:
    """A clock that is set by hand."""

    def __init__(self) -> None:
        self.now_s = 100.0

    def __call__(self) -> float:
        return self.now_s


@pytest.fixture
def registry() -> PaperRegistry:
    return PaperRegistry()


@pytest.fixture
def hours() -> Hours:
    return Hours()


def resolver_on(registry: PaperRegistry, hours: Hours, *, wait_s: float = 0.0) -> RegistryResolver:
    return RegistryResolver(registry, wait_s=wait_s, monotonic=hours)


def test_own_schemas_are_the_files_and_asked_for_at_start_only(registry: PaperRegistry, hours: Hours) -> None:
    resolver = resolver_on(registry, hours)
    resolver.load()
    asked = len(registry.asked)
    for schema in FileResolver().released():
        assert resolver.by_id(schema.id) == schema
        assert resolver.newest(schema.subject) == FileResolver().newest(schema.subject)
    assert len(registry.asked) == asked
    resolver.close()


def test_reformatted_text_is_the_same_schema_and_another_one_is_not(
    registry: PaperRegistry, hours: Hours
) -> None:
    registry.texts[1] = json.dumps(json.loads(registry.texts[1]))
    resolver = resolver_on(registry, hours)
    resolver.load()
    registry.texts[1] = THING
    with pytest.raises(RegistryDiffers, match=r"another schema under the id 1.*shopify\.HookReceived v1"):
        resolver.load()
    del registry.texts[1]
    with pytest.raises(RegistryDiffers, match="muniment topics apply --registry"):
        resolver.load()
    resolver.close()


def test_asking_never_holds_up_the_caller_and_many_callers_ask_once(
    registry: PaperRegistry, hours: Hours
) -> None:
    registry.texts[NEWER] = THING
    registry.may_answer.clear()
    resolver = resolver_on(registry, hours)
    for _ in range(4):
        with pytest.raises(SchemaPending):
            resolver.by_id(NEWER)
    with pytest.raises(SchemaPending) as pending:
        resolver.by_id(NEWER)
    assert pending.value.schema_id == NEWER
    assert 0 < pending.value.after_s < 5
    registry.may_answer.set()
    resolver.close()  # waits for the question under way
    learned = resolver.by_id(NEWER)
    assert (learned.subject, learned.text, learned.is_verbatim) == ("test.Thing", THING, False)
    assert registry.asked == [NEWER]


def test_unknown_ids_are_remembered_for_a_while(registry: PaperRegistry, hours: Hours) -> None:
    resolver = resolver_on(registry, hours, wait_s=10)
    for _ in range(3):
        with pytest.raises(UnknownSchema, match=str(NEWER)):
            resolver.by_id(NEWER)
    assert registry.asked == [NEWER]
    registry.texts[NEWER] = THING
    hours.now_s += 61
    assert resolver.by_id(NEWER).subject == "test.Thing"
    resolver.close()


def test_a_registry_that_is_away_is_not_taken_for_not_knowing(registry: PaperRegistry, hours: Hours) -> None:
    registry.texts[NEWER] = THING
    registry.is_away = True
    resolver = resolver_on(registry, hours, wait_s=10)
    for _ in range(3):
        with pytest.raises(SchemaPending):
            resolver.by_id(NEWER)
    assert registry.asked == [NEWER]  # and not at once again
    registry.is_away = False
    hours.now_s += 2
    assert resolver.by_id(NEWER).id == NEWER
    resolver.close()


def test_a_flood_of_ids_asks_for_a_bounded_number_at_once(registry: PaperRegistry, hours: Hours) -> None:
    registry.may_answer.clear()
    resolver = resolver_on(registry, hours)
    for schema_id in range(1000, 2000):
        with pytest.raises(SchemaPending):
            resolver.by_id(schema_id)
    registry.may_answer.set()
    resolver.close()
    assert len(registry.asked) <= 64


@pytest.mark.parametrize("text", ["", "[]", '"string"', '{"type": "map", "values": "string"}'])
def test_what_is_no_record_has_no_subject(text: str) -> None:
    with pytest.raises(UnknownSchema, match="no Avro record"):
        subject_of(text)


def test_subject_is_the_full_name() -> None:
    assert subject_of(THING) == "test.Thing"
    assert subject_of('{"name": "a.B", "namespace": "c"}') == "a.B"
    assert subject_of('{"name": "B"}') == "B"


def test_text_that_is_no_json_is_no_same_schema() -> None:
    assert not is_same_schema("{", "{")
