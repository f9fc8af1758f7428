"""Whole numbers as clients write them; none is larger than an answer can carry."""

from __future__ import annotations

import re

from muniment_sandbox.ecm.state.refusals import invalid_argument

_NUMBER = re.compile(r"[+-]?[0-9]{1,20}")


def whole_number(name: str, text: str) -> int:
    """Return the number that the argument ``name`` says; refuse (400) what is none of 64 bits."""
    number = whole_number_or_none(text)
    if number is None:
        raise invalid_argument(name)
    return number


def whole_number_or_none(text: str) -> int | None:
    """Return the number, ``None`` for what is none of 64 bits."""
    stripped = text.strip()
    number = int(stripped) if _NUMBER.fullmatch(stripped) else None
    return number if number is not None and number.bit_length() < 64 else None
