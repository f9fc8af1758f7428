"""What each reason in a report means, in a sentence (``reasons.toml``)."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib import resources


def sentence_of(reason: str) -> str:
    """Return the sentence for ``verdict: reason``, or the reason itself if nobody has written one."""
    return reasons().get(reason, reason)


@cache
def reasons() -> Mapping[str, str]:
    """Return every sentence by ``verdict: reason``."""
    text = resources.files("muniment_ops.replay").joinpath("reasons.toml").read_text(encoding="utf-8")
    return {
        f"{verdict}: {reason}": sentence
        for verdict, sentences in tomllib.loads(text).items()
        for reason, sentence in sentences.items()
    }
