"""This server, measured by OpenText's own descriptions of the API."""

from __future__ import annotations

from fnmatch import fnmatchcase

import pytest

from muniment_sandbox.ecm.answers import UNKNOWN_URL
from muniment_sandbox.ecm.openapi import (
    DESCRIPTIONS,
    WrongPlace,
    documented_calls,
    served_besides,
    unserved_calls,
    wrong_places,
)
from tests.reference import OPENAPI, needs_openapi
from tests.reference_openapi import description
from tests.unit.sandbox_ecm.desk import Desk
from tests.unit.sandbox_ecm.openapi_calls import answers


@needs_openapi
@pytest.mark.parametrize("name", DESCRIPTIONS)
def test_the_list_of_documented_calls_is_that_of_the_description(name: str) -> None:
    found = {(call.method, call.path) for call in documented_calls() if call.description == name}
    assert found == description(OPENAPI / DESCRIPTIONS[name][1]).calls


def test_a_documented_call_that_is_not_served_gets_the_registry_s_answer() -> None:
    desk = Desk()
    for call in unserved_calls(desk.dispatcher.router.routes):
        path = call.path.replace("{", "").replace("}", "")
        assert desk.call(call.method, path).error == (400, UNKNOWN_URL), call


@needs_openapi
def test_answers_are_as_described_but_for_the_listed_places() -> None:
    listed = wrong_places()
    hits: set[WrongPlace] = set()
    faults: list[str] = []
    validated: set[tuple[str, str]] = set()
    for call, answer in answers():
        judge = description(OPENAPI / DESCRIPTIONS[call.description][1])
        schema = judge.answer_schema(call.method, call.path)
        if schema is None:
            continue
        validated.add((call.method, call.path))
        for fault in judge.wrong(answer, schema):
            place = fault.partition(" is ")[0]
            known = [one for one in listed if _fits(one, f"{call.method} {call.path}", place)]
            hits.update(known)
            faults += [] if known else [f"{call.method} {call.path}: {fault}"]
    assert faults == []
    assert [one for one in listed if one not in hits] == [], "listed as wrong, and is not"
    assert len(validated) > 80


def test_what_is_served_besides_the_descriptions_is_what_clients_call() -> None:
    besides = {route.path for route in served_besides(Desk().dispatcher.router.routes)}
    assert "/v2/externalsystems/{system}/botypes/{bo_type}/boids/{bo_id}" in besides
    assert len(besides) < 40


def _fits(one: WrongPlace, call: str, place: str) -> bool:
    return fnmatchcase(call, one.call) and fnmatchcase(place, one.place)
