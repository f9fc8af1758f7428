"""Every topic file agrees with the enum, the schemas, the services and its neighbours."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from pathlib import Path

import yaml

from muniment_contracts.topics import Topic

Content = Mapping[str, object]

#: Topics with this key are joined by it, so they must be cut into the same number of partitions.
SHARED_KEY = "{shop}/{kind}/{id}"

#: A producer that is no service: what people decide with the muniment command.
COMMAND = "muniment"


def topic_faults(folder: Path, *, records: Collection[str], services: Collection[str]) -> list[str]:
    """Check the topic files in ``folder`` against the released ``records`` and the existing ``services``."""
    contents = {path.stem: yaml.safe_load(path.read_text("utf-8")) for path in sorted(folder.glob("*.yaml"))}
    faults = _enum_faults(set(contents))
    sound: dict[str, Content] = {}
    for name, content in contents.items():
        found = _form_faults(content) or _reference_faults(content, records, services)
        faults += [f"Topic {name}: {fault}" for fault in found]
        if not found:
            sound[name] = content
    return faults + _partition_faults(sound)


def _enum_faults(files: set[str]) -> list[str]:
    names = {str(topic) for topic in Topic}
    return [f"Topic {name} has no file in schemas/topics." for name in sorted(names - files)] + [
        f"schemas/topics/{name}.yaml is no topic of the enum Topic: add it there or remove the file."
        for name in sorted(files - names)
    ]


def _form_faults(content: object) -> list[str]:
    if not isinstance(content, dict):
        return ["its file must be a mapping."]
    missing = [f"{field} is missing." for field in _FORM if field not in content]
    unknown = [f"{field} is no field of a topic file." for field in content if field not in _FORM]
    wrong = [
        f"{field} must be {expected}."
        for field, (expected, is_right) in _FORM.items()
        if field in content and not is_right(content[field])
    ]
    return missing + unknown + wrong


def _reference_faults(content: Content, records: Collection[str], services: Collection[str]) -> list[str]:
    faults = []
    if content["value"] not in records:
        faults.append(f"its value {content['value']} is no released record.")
    for role in ("producers", "consumers"):
        named = content[role]
        assert isinstance(named, list)
        faults += [
            f"its {role} name {service}, which is no service."
            for service in named
            if service not in services and (role, service) != ("producers", COMMAND)
        ]
    return faults


def _partition_faults(contents: Mapping[str, Content]) -> list[str]:
    counts = {
        name: content["partitions"] for name, content in contents.items() if content["key"] == SHARED_KEY
    }
    if len(set(counts.values())) <= 1:
        return []
    listed = ", ".join(f"{name} {count}" for name, count in counts.items())
    return [f"Topics with the key {SHARED_KEY} must have the same number of partitions, but have: {listed}."]


def _is_text(value: object) -> bool:
    return isinstance(value, str) and bool(value.strip())


def _is_count(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value > 0


def _are_names(value: object) -> bool:
    return isinstance(value, list) and all(map(_is_text, value))


def _is_retention(value: object) -> bool:
    return value in ("forever", "newest of each key") or (
        isinstance(value, dict) and set(value) == {"days"} and _is_count(value["days"])
    )


_FORM: Mapping[str, tuple[str, Callable[[object], bool]]] = {
    "description": ("a sentence", _is_text),
    "key": ("a text", _is_text),
    "value": ("the full name of a record", _is_text),
    "producers": ("a list with at least one service", lambda value: _are_names(value) and bool(value)),
    "consumers": ("a list of services, which may be empty", _are_names),
    "partitions": ("a number above 0", _is_count),
    "retention": ("forever or {days: a number above 0} or newest of each key", _is_retention),
    "max_record_bytes": ("a number above 0", _is_count),
    "owner": ("a text", _is_text),
}
