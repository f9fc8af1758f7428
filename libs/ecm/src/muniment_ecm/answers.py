"""Reading answers: two generations of JSON, results as an object or a list, fields that may be absent.

v1 answers are bare objects. v2 answers carry ``results``: an object for one resource, a list for collections;
both are accepted everywhere, because the specification and the servers disagree.
"""

from __future__ import annotations

from typing import TypeGuard

import orjson

from muniment_ecm.classify import Answered, refusal
from muniment_ecm.errors import AnswerNotUnderstood
from muniment_kit.http import Answer

JsonObject = dict[str, object]


def json_object(answer: Answered, what: str) -> JsonObject:
    """Return the JSON object of a success answer, or raise ``AnswerNotUnderstood``."""
    try:
        content = orjson.loads(answer.body)
    except orjson.JSONDecodeError:
        raise AnswerNotUnderstood(
            f"Could not {what}: Content Server answered {answer.status} without JSON."
        ) from None
    if not _is_object(content):
        raise AnswerNotUnderstood(
            f"Could not {what}: Content Server answered {answer.status} without a JSON object."
        )
    return content


def confirmation(answer: Answered, what: str) -> None:
    """Check that a success answer comes from the server itself: JSON, or nothing at all.

    A gateway's page with status 200 confirms nothing: ``AnswerNotUnderstood``. Records management refuses
    with status 200 too, by ``results.ok``: ``RefusedByServer`` and its like.
    """
    if not answer.body.strip():
        return
    try:
        content = orjson.loads(answer.body)
    except orjson.JSONDecodeError:
        raise AnswerNotUnderstood(
            f"Could not {what}: Content Server answered {answer.status} without JSON."
        ) from None
    if _is_object(content) and part(content, "results").get("ok") is False:
        trouble = refusal(Answer(400, answer.headers, answer.body), what)
        if trouble is not None:
            raise trouble


def results(content: JsonObject, what: str) -> list[JsonObject]:
    """Return ``results`` as a list, whatever they came as; an empty object gives an empty list.

    Raises ``AnswerNotUnderstood`` where there is none: an empty answer does not mean "there is nothing".
    """
    if "results" not in content:
        raise AnswerNotUnderstood(f"Could not {what}: the answer has no results.")
    found = content["results"]
    if _is_object(found):
        return [found] if found else []
    return objects(found)


def one_result(content: JsonObject, what: str) -> JsonObject:
    """Return the first of ``results``, or raise ``AnswerNotUnderstood``."""
    found = results(content, what)
    if not found:
        raise AnswerNotUnderstood(f"Could not {what}: the answer's results are empty.")
    return found[0]


def part(content: JsonObject, *path: str) -> JsonObject:
    """Return the object at ``path``, empty where a step is missing; a list stands for its first entry."""
    current: object = content
    for step in path:
        current = current.get(step) if isinstance(current, dict) else None
        if isinstance(current, list):
            current = current[0] if current else None
    return current if isinstance(current, dict) else {}


def objects(content: object) -> list[JsonObject]:
    """Return the objects of a list, an empty list for anything else."""
    return [entry for entry in content if isinstance(entry, dict)] if isinstance(content, list) else []


def integer(content: JsonObject, key: str, default: int = 0) -> int:
    """Return ``content[key]`` as an int; servers also write ids as strings."""
    value = content.get(key)
    if isinstance(value, int):
        return int(value)
    if isinstance(value, str) and value.lstrip("-").isdecimal():
        return int(value)
    return default


def text(content: JsonObject, key: str, default: str = "") -> str:
    """Return ``content[key]`` if it is a string."""
    value = content.get(key)
    return value if isinstance(value, str) else default


def required_id(content: JsonObject, what: str) -> int:
    """Return the positive ``id`` of ``content``, or raise ``AnswerNotUnderstood``."""
    found = integer(content, "id")
    if found <= 0:
        raise AnswerNotUnderstood(f"Could not {what}: the answer does not say the id.")
    return found


def has_more(content: JsonObject, page: int) -> bool:
    """Tell if a page follows ``page``; paging is under ``collection`` (nodes) or at the top (workspaces)."""
    paging = part(content, "collection", "paging") or part(content, "paging")
    return page < integer(paging, "page_total")


def _is_object(content: object) -> TypeGuard[JsonObject]:
    return isinstance(content, dict)
