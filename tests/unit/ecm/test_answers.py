"""Answers come as objects or lists, with or without the fields they should have."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from muniment_ecm import AnswerNotUnderstood
from muniment_ecm.answers import (
    has_more,
    integer,
    json_object,
    one_result,
    part,
    required_id,
    results,
    text,
)
from tests.unit.ecm.scripted_transport import answer, html

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["results", "data", "id"]), inner)
    ),
    max_leaves=8,
)


def test_one_result_may_be_an_object_or_a_list() -> None:
    assert results({"results": {"id": 1}}, "try") == [{"id": 1}]
    assert results({"results": [{"id": 1}, {"id": 2}]}, "try") == [{"id": 1}, {"id": 2}]
    assert results({"results": {}}, "try") == []


def test_an_empty_answer_is_not_taken_for_an_empty_collection() -> None:
    with pytest.raises(AnswerNotUnderstood):
        results({}, "try")


@pytest.mark.parametrize("told", [html(200), answer([1, 2]), answer("text")])
def test_a_success_that_is_no_json_object_is_not_understood(told: object) -> None:
    with pytest.raises(AnswerNotUnderstood, match="Could not try"):
        json_object(told, "try")  # type: ignore[arg-type]  # parametrize erases the type


def test_an_empty_answer_where_a_result_must_be_is_not_understood() -> None:
    with pytest.raises(AnswerNotUnderstood):
        one_result({}, "try")
    with pytest.raises(AnswerNotUnderstood):
        required_id({"id": 0}, "try")


@pytest.mark.parametrize(
    ("value", "number"), [(5, 5), ("5", 5), ("-5", -5), ("x", 0), (None, 0), (True, 1), ([], 0), ("²", 0)]
)
def test_ids_may_be_strings(value: object, number: int) -> None:
    assert integer({"id": value}, "id") == number


def test_parts_that_are_missing_are_empty() -> None:
    assert part({"a": [{"b": {"c": 1}}]}, "a", "b") == {"c": 1}
    assert part({"a": 5}, "a", "b") == {}
    assert text({"a": None}, "a", "none") == "none"


@pytest.mark.parametrize(
    "where", [lambda paging: {"collection": {"paging": paging}}, lambda paging: {"paging": paging}]
)
def test_paging_is_found_at_both_levels(where: object) -> None:
    assert callable(where)
    content = where({"page": 1, "page_total": 2})
    assert has_more(content, 1)
    assert not has_more(content, 2)


@given(st.dictionaries(st.sampled_from(["results", "data", "collection", "paging"]), JSON))
def test_no_json_makes_a_reader_stumble(content: dict[str, object]) -> None:
    assert isinstance(results({"results": None, **content}, "try"), list)
    assert isinstance(part(content, "data", "properties"), dict)
    assert isinstance(has_more(content, 1), bool)
