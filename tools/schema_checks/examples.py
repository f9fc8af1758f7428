"""Every topic has golden examples, and what we write and read today is what they say."""

from __future__ import annotations

import textwrap
from pathlib import Path

from muniment_contracts.codec import Codec
from muniment_contracts.errors import UndecodableRecord
from muniment_contracts.examples import Example, read_examples
from muniment_contracts.headers import event_from, to_record
from muniment_contracts.resolver import FileResolver
from muniment_contracts.topics import Topic


def example_faults(folder: Path, codec: Codec | None = None) -> list[str]:
    """Check the examples in ``folder`` against ``codec`` (default: the schemas that ship)."""
    codec = codec or Codec(FileResolver())
    faults = []
    for topic in Topic:
        examples = read_examples(topic, folder)
        if not examples:
            faults.append(f"Topic {topic} has no example: add one in schemas/examples/{topic}.")
        for example in examples:
            found = _faults_of(example, codec)
            faults += [f"Example {topic}/{example.scenario}: {fault}" for fault in found]
    return faults


def add_missing_golden_values(folder: Path, codec: Codec | None = None) -> list[Path]:
    """Write the hex file of each example that has none for the newest schema; never change one."""
    codec = codec or Codec(FileResolver())
    added = []
    for topic in Topic:
        for example in read_examples(topic, folder):
            schema_id = codec.written_with(type(example.event.body)).id
            if schema_id not in example.values:
                path = folder / topic / f"{example.scenario}.{schema_id}.hex"
                path.write_text(_hex(codec.encode(example.event.body)), encoding="ascii")
                added.append(path)
    return added


def _faults_of(example: Example, codec: Codec) -> list[str]:
    event = example.event
    key, value, headers = to_record(event, codec=codec)
    faults = []
    if event_from(event.topic, key, value, headers, codec=codec) != event:
        faults.append("it does not come back from its record as it was.")
    golden = example.values.get(codec.written_with(type(event.body)).id)
    if golden is None:
        faults.append("it has no golden value for the newest schema; add it with --add-golden.")
    elif golden != value:
        faults.append("it is not encoded as its golden value says: the wire format has changed.")
    for schema_id, older in example.values.items():
        try:
            if codec.decode(older, type(event.body)) != event.body:
                faults.append(
                    f"its golden value of schema {schema_id} is no longer read as the example says."
                )
        except UndecodableRecord as error:
            faults.append(f"its golden value of schema {schema_id} can no longer be read. {error}")
    return faults


def _hex(value: bytes) -> str:
    return "\n".join(textwrap.wrap(value.hex(), 96)) + "\n"
