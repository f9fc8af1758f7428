"""RSIs (Record Series Identifiers) with their schedules, and the code tables of records management."""

from __future__ import annotations

import calendar
from dataclasses import dataclass, field
from datetime import date, timedelta

from muniment_sandbox.ecm.state.refusals import Kind, Refused
from muniment_sandbox.ecm.state.tables import Sequence, Table

PERMANENT, FIXED, EVENT = 5, 4, 3


@dataclass(slots=True)
class Stage:
    """One schedule of an RSI: when it ends and what happens then. Numbers are those of the code tables."""

    id: int
    stage: str
    object_type: str = "LIV"
    event_type: int = 1
    rule_code: str = ""
    rule_comment: str = ""
    date_to_use: int = 91
    years: int = 0
    months: int = 0
    days: int = 0
    intervals: int = 1
    year_end_month: int = 12
    year_end_day: int = 31
    category_id: int = 0
    attribute_id: int = 0
    fixed_retention: bool = True
    maximum_retention: bool = False
    fixed_date: str | None = None
    event_condition: str = ""
    disposition: str = ""
    action_code: int = 0
    description: str = ""
    new_status: str = ""
    versions_to_keep: int = 1
    purge_superseded: bool = False
    purge_majors: bool = False
    make_rendition: bool = False
    is_approved: bool = False

    def ends(self, begin: date) -> date | None:
        """The day the stage ends for an item whose date to use is ``begin``; ``None`` when unknown."""
        if self.event_type == FIXED and self.fixed_date:
            return date.fromisoformat(self.fixed_date[:10])
        if self.event_type in (PERMANENT, EVENT):
            return None
        months = begin.year * 12 + begin.month - 1 + self.years * 12 + self.months
        year, month = divmod(months, 12)
        if not 1 <= year <= 9998:
            return None
        day = min(begin.day, calendar.monthrange(year, month + 1)[1])
        return date(year, month + 1, day) + timedelta(days=self.days)


@dataclass(slots=True)
class Approval:
    """Who approved a schedule. ``date`` is ``YYYY-MM-DDTHH:mm:ss``."""

    stage_id: int
    member_id: int
    date: str
    comment: str


@dataclass(slots=True)
class Rsi:
    """A retention rule by name."""

    id: int
    name: str
    status: str
    status_date: str
    create_date: str
    title: str = ""
    subject: str = ""
    description: str = ""
    disposition_control: bool = False
    is_discontinued: bool = False
    discontinued_date: str | None = None
    discontinued_comment: str = ""
    stages: list[Stage] = field(default_factory=list)
    approvals: list[Approval] = field(default_factory=list)

    def stage(self, stage_id: int) -> Stage:
        for stage in self.stages:
            if stage.id == stage_id:
                return stage
        raise Refused(Kind.INVALID, f"The RSI '{self.name}' has no schedule {stage_id}.")


@dataclass(slots=True)
class Code:
    """One value of a code table."""

    code: str
    description: str
    is_vital: bool = False


class Retention:
    """All RSIs and code tables."""

    def __init__(self, rows: Table[int, Rsi], codes: Table[str, list[Code]], sequence: Sequence) -> None:
        self._rows = rows
        self._codes = codes
        self._sequence = sequence

    def create(self, rsi: Rsi) -> Rsi:
        """Keep a new RSI under an id of its own; refuse a name that is taken."""
        if self.named(rsi.name) is not None:
            raise Refused(Kind.INVALID, f"The RSI '{rsi.name}' already exists.")
        rsi.id = self._sequence.next()
        return self._rows.put(rsi.id, rsi)

    def add_stage(self, rsi: Rsi, stage: Stage) -> Stage:
        stage.id = self._sequence.next()
        rsi.stages.append(stage)
        self.changed(rsi)
        return stage

    def changed(self, rsi: Rsi) -> None:
        """Note that the RSI was changed in place."""
        self._rows.put(rsi.id, rsi)

    def delete(self, rsi: Rsi) -> None:
        self._rows.remove(rsi.id)

    def all(self) -> list[Rsi]:
        return sorted(self._rows.values(), key=lambda one: one.name.casefold())

    def get(self, rsi_id: int) -> Rsi:
        rsi = self._rows.get(rsi_id)
        if rsi is None:
            raise Refused(Kind.INVALID, "Incorrect RSI specified")
        return rsi

    def named(self, name: str) -> Rsi | None:
        return next((one for one in self._rows.values() if one.name.casefold() == name.casefold()), None)

    def codes(self, table: str) -> list[Code]:
        return self._codes.get(table) or []

    def set_codes(self, table: str, codes: list[Code]) -> None:
        self._codes.put(table, codes)

    def add_code(self, table: str, code: Code) -> None:
        if any(one.code == code.code for one in self.codes(table)):
            raise Refused(Kind.INVALID, f"The code '{code.code}' already exists.")
        self._codes.put(table, [*self.codes(table), code])

    def check_code(self, table: str, code: str) -> None:
        """Refuse a code that is not in the table; any passes when the table is empty."""
        codes = self.codes(table)
        if codes and not any(one.code == code for one in codes):
            raise Refused(Kind.INVALID, f"Incorrect {table.replace('_', ' ').title()} specified.")
