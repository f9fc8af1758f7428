"""The texts of documents, one data file a language, read and checked once a process."""

from __future__ import annotations

import string
from collections.abc import Mapping, Sequence
from functools import cache
from importlib import resources
from pathlib import Path
from typing import NamedTuple

import yaml


class Wording(NamedTuple):
    """The texts of one language, by key."""

    language: str
    texts: Mapping[str, str]

    def say(self, key: str, **places: str) -> str:
        """Return the text ``key`` with its places filled. An unknown key or place is our fault: KeyError."""
        text = self.texts[key]
        return text.format_map(places) if places else text

    def say_or(self, key: str, otherwise: str) -> str:
        return self.texts.get(key, otherwise)


@cache
def wordings() -> Mapping[str, Wording]:
    """Return every language's texts. Raises ValueError if a language lacks a text or a place in one."""
    found = {path.stem: yaml.safe_load(path.read_text(encoding="utf-8")) for path in text_files()}
    faults = [
        fault for language in sorted(found) for fault in compare_texts(language, found[language], found["en"])
    ]
    if faults:
        raise ValueError("; ".join(faults))
    return {language: Wording(language, found[language]) for language in sorted(found)}


def text_files() -> Sequence[Path]:
    """Return the file of each language, in order."""
    return sorted(Path(str(resources.files("document_renderer") / "texts")).glob("*.yaml"))


def languages() -> frozenset[str]:
    return frozenset(wordings())


def compare_texts(language: str, texts: Mapping[str, object], model: Mapping[str, str]) -> list[str]:
    """Say where ``texts`` differs from ``model`` in keys or in the places within a text."""
    faults = [f"{language}: {key} is missing" for key in model if key not in texts]
    faults += [f"{language}: {key} is in no other language" for key in texts if key not in model]
    for key, text in texts.items():
        if not isinstance(text, str):
            faults.append(f"{language}: {key} is no text")
        elif key in model and _places(text) != _places(model[key]):
            faults.append(f"{language}: {key} has other places than the English text")
    return faults


def _places(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}
