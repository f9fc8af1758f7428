"""What a name may look like."""

from __future__ import annotations

from muniment_sandbox.ecm.state.nodes import MAX_NAME_LENGTH
from muniment_sandbox.ecm.state.refusals import Kind, Refused, missing_argument

_NICKNAME_FORBIDDEN = frozenset(" !%()-{}[]\";'<>?,./\\#:&")


def checked_name(name: str) -> str:
    """Return ``name`` trimmed; refuse it when empty, longer than 248 characters, or with a colon."""
    trimmed = name.strip()
    if not trimmed:
        raise missing_argument("name")
    if len(trimmed) > MAX_NAME_LENGTH:
        raise Refused(
            Kind.INVALID, f"The name is too long. The maximum length is {MAX_NAME_LENGTH} characters."
        )
    if ":" in trimmed or "\x00" in trimmed:
        raise Refused(Kind.INVALID, f"The name '{trimmed}' is not valid. A name cannot contain a colon (:).")
    return trimmed


def checked_nickname(nickname: str) -> str:
    """Return ``nickname``; refuse blanks, punctuation, numbers, more than 248 characters."""
    if len(nickname) > MAX_NAME_LENGTH:
        raise Refused(Kind.FAILED, f"Nicknames cannot be longer than {MAX_NAME_LENGTH} characters")
    if nickname.isdigit():
        raise Refused(Kind.FAILED, "Nicknames cannot be a number")
    if any(letter in _NICKNAME_FORBIDDEN for letter in nickname):
        raise Refused(
            Kind.FAILED,
            "Nicknames cannot contain spaces or any of the following characters: !%()-{}[]\";'<>?,./\\#",
        )
    return nickname
