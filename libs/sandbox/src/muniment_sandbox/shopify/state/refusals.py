"""Why an action is refused: what the shop does not know, and what its state does not allow."""

from __future__ import annotations

from collections.abc import Sequence


class UnknownId(LookupError):
    """No such thing in this shop."""


class NotPossible(ValueError):
    """The state does not allow it; the message says why.

    ``code`` is the name of the API's user error where it has codes, ``field`` the path of the input at fault.
    """

    def __init__(self, message: str, *, code: str = "INVALID", field: Sequence[str] | None = None) -> None:
        super().__init__(message)
        self.code = code
        self.field = None if field is None else list(field)


class ElementNotPossible(NotPossible):
    """A refusal about one element of a list: by which key it goes, and which of the given ones it is."""

    def __init__(
        self, message: str, *, code: str, field: Sequence[str], key: str | None, index: int | None
    ) -> None:
        super().__init__(message, code=code, field=field)
        self.key = key
        self.index = index
