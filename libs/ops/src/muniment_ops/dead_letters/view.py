"""Dead letters on a terminal."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from rich.console import Console
from rich.table import Table
from rich.text import Text

from muniment_ops.dead_letters.groups import LetterGroup
from muniment_ops.dead_letters.letters import Letter
from muniment_ops.dead_letters.printing import printable
from muniment_ops.dead_letters.settling import SettlingPlan
from muniment_ops.dead_letters.showing import ShownLetter

_LISTED_LETTERS = 10


def show_groups(console: Console, groups: Sequence[LetterGroup], *, with_settled: bool) -> None:
    """Print one line a group, and below the table the message of each group's last letter."""
    if not groups:
        nothing = "No dead letters." if with_settled else "No open dead letters."
        console.print(f"[green]{nothing}[/green]")
        return
    table = Table(box=None, pad_edge=False)
    for title in ("Group", "Topic", "Service", "Cause"):
        table.add_column(title, overflow="fold", no_wrap=title == "Group")
    for title in ("Open", "Settled", "Attempts")[:: 1 if with_settled else 2]:
        table.add_column(title, justify="right", no_wrap=True)
    for title in ("First seen", "Last seen"):
        table.add_column(title, no_wrap=True)
    for group in groups:
        table.add_row(*_cells(group, with_settled=with_settled))
    console.print(table)
    console.print()
    for group in groups:
        console.print(Text(f"{group.id}  {printable(group.message)}", style="dim"))
    console.print(
        "\nmuniment dead-letters show --group GROUP shows letters; redrive and discard settle them."
    )


def show_letter(console: Console, shown: ShownLetter) -> None:
    """Print one letter: why it died, then what it holds."""
    letter = shown.letter
    console.rule(Text(str(letter.place)), align="left")
    facts = Table(box=None, pad_edge=False, show_header=False)
    for name, text in _facts(shown):
        facts.add_row(Text(name, style="dim"), Text(text, overflow="fold"))
    console.print(facts)
    if shown.dump is not None:
        console.print(Text(f"\n{shown.dump}"))
    if shown.fields:
        _show_fields(console, shown)


def show_plan(console: Console, plan: SettlingPlan, *, verb: str) -> None:
    """Print which letters are meant, the first ones by name."""
    console.print(f"{len(plan.letters)} open letters would be {verb}.")
    table = Table(box=None, pad_edge=False, show_header=False)
    for letter in plan.letters[:_LISTED_LETTERS]:
        table.add_row(Text(str(letter.place)), Text(_cause(letter)), Text(_key(letter)))
    if len(plan.letters) > _LISTED_LETTERS:
        table.add_row(f"… and {len(plan.letters) - _LISTED_LETTERS} more")
    console.print(table)
    if plan.already_settled:
        console.print(f"{plan.already_settled} more are settled already and stay so.")
    if plan.unreadable_decisions:
        console.print(
            f"[yellow]{plan.unreadable_decisions} records of the audit topic cannot be read: what they "
            "settle counts as open.[/yellow]"
        )
    if plan.overtaking and verb == "redriven":
        console.print(
            f"[yellow]{plan.overtaking} of them would overtake an earlier open letter of the same key that "
            "you did not choose.[/yellow]"
        )


def _cells(group: LetterGroup, *, with_settled: bool) -> list[Text]:
    cause = f"{group.cause.reason}: {group.cause.error_class}"
    counts = [str(group.open), *([str(group.settled)] if with_settled else []), str(group.attempts or "?")]
    times = [f"{time:%Y-%m-%d %H:%M}Z" for time in (group.first_seen, group.last_seen)]
    cells = [group.id, group.source, group.service, cause, *counts, *times]
    return [Text(printable(cell)) for cell in cells]


def _facts(shown: ShownLetter) -> list[tuple[str, str]]:
    letter, settled = shown.letter, shown.settled
    facts = [
        ("group", letter.group_id),
        ("given up by", letter.topic.service),
        ("source", f"{letter.topic.source}/{letter.source_partition}/{letter.source_offset}"),
        ("cause", f"{_cause(letter)}: {printable(letter.message)}"),
        (
            "attempts",
            f"{letter.attempts or '?'}, first failed {printable(letter.first_failed_at or 'unknown')}",
        ),
        ("died", _time(letter.died_at)),
        ("key", shown.key or "none"),
    ]
    facts += [(name, text) for name, text in shown.headers if not name.startswith("dlq_")]
    if settled is not None:
        why = f": {printable(settled.reason)}" if settled.reason else ""
        facts.append(
            (settled.decision, f"{_time(settled.decided_at)} by {printable(settled.decided_by)}{why}")
        )
    facts += [("written with", shown.written_with)] if shown.written_with else []
    facts += [("undecodable", shown.undecodable)] if shown.undecodable else []
    facts += [("fault", shown.fault)] if shown.fault else []
    return facts


def _show_fields(console: Console, shown: ShownLetter) -> None:
    table = Table(box=None, pad_edge=False, show_header=False)
    for leaf in shown.fields:
        mark = Text("personal", style="magenta") if leaf.is_personal else Text("")
        value = Text("hidden", style="dim") if leaf.value is None else Text(leaf.value, overflow="fold")
        table.add_row(Text(leaf.path, style="bold"), value, mark)
    console.print()
    console.print(table)
    if any(leaf.value is None for leaf in shown.fields):
        console.print("[dim]--show-personal-data shows what is hidden.[/dim]")


def _cause(letter: Letter) -> str:
    return printable(f"{letter.cause.reason} in {letter.cause.stage}, {letter.cause.error_class}")


def _key(letter: Letter) -> str:
    return printable((letter.key or b"").decode("utf-8", "replace"))


def _time(time: datetime) -> str:
    return f"{time:%Y-%m-%d %H:%M:%S}Z"
