"""``muniment replay``: plan a window, run it again without any effect, and check the report of a run."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, TypeVar

import typer
from pydantic import ValidationError
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from muniment_kit.broker import TopicsMissing
from muniment_kit.kafka.window import WindowGone
from muniment_kit.settings import KitSettings, read
from muniment_ops.console import JsonOption, people, print_json
from muniment_ops.exit_codes import ExitCode, WrongUse
from muniment_ops.replay.offsets_file import read_offsets
from muniment_ops.replay.plan import Filters, Plan, read_plan
from muniment_ops.replay.progress import Progress as RunProgress
from muniment_ops.replay.progress import RunFolder

T = TypeVar("T")

app = typer.Typer(
    help="Replay a window of a topic, and prove that it comes to the same result.", no_args_is_help=True
)

Folder = Annotated[Path, typer.Argument(help="The folder of the replay.")]
Rate = Annotated[float | None, typer.Option(min=0.1, help="At most so many records a second.")]


@app.command("plan")
def plan(
    topic: Annotated[str, typer.Argument(help="The topic, such as commerce.orders.")],
    partition: Annotated[list[int] | None, typer.Option(help="Only this; may be repeated.")] = None,
    from_offset: Annotated[int | None, typer.Option(min=0, help="First offset of the partition.")] = None,
    to_offset: Annotated[int | None, typer.Option(min=0, help="First offset no longer meant.")] = None,
    from_time: Annotated[str | None, typer.Option(help="First time, ISO 8601: 2026-03-02T09:00Z.")] = None,
    to_time: Annotated[str | None, typer.Option(help="First time no longer meant.")] = None,
    offsets_file: Annotated[Path | None, typer.Option(help="CSV: partition,start,end.")] = None,
    key: Annotated[str | None, typer.Option(help="Only records with this key.")] = None,
    key_regex: Annotated[str | None, typer.Option(help="Only records whose key matches.")] = None,
    correlation_id: Annotated[str | None, typer.Option(help="Only records of this story.")] = None,
    header: Annotated[list[str] | None, typer.Option(help="name=value; may be repeated.")] = None,
    limit: Annotated[int | None, typer.Option(min=1, help="At most so many records.")] = None,
    isolation: Annotated[str, typer.Option(help="read_committed or read_uncommitted.")] = "read_committed",
    lateness_s: Annotated[float, typer.Option(min=0, help="How late records of a time may stand.")] = 3600.0,
    answers_within_s: Annotated[float, typer.Option(min=1, help="How late answers may be.")] = 172800.0,
    rate: Rate = None,
    out: Annotated[
        Path | None, typer.Option(help="Where to write the plan.", show_default="<id>.json")
    ] = None,
    verify: Annotated[Path | None, typer.Option(help="Verify at once, with the report here.")] = None,
    as_json: JsonOption = False,
) -> None:
    """Freeze a window: which records, how many, how long it will take. Reads little and changes nothing."""
    from muniment_ops.replay.planning import Wish, make_plan  # only now: --help stays quick

    if isolation not in ("read_committed", "read_uncommitted"):
        raise WrongUse("--isolation is read_committed or read_uncommitted.")
    wish = Wish(
        topic,
        partitions=partition or (),
        from_offset=from_offset,
        to_offset=to_offset,
        from_time=_time(from_time),
        to_time=_time(to_time),
        offsets=read_offsets(offsets_file) if offsets_file else {},
        filters=_filters(key, key_regex, correlation_id, header or [], limit),
        isolation="read_committed" if isolation == "read_committed" else "read_uncommitted",
        lateness_s=lateness_s,
        answers_within_s=answers_within_s,
        rate_per_s=rate,
    )
    made = _ask(make_plan(wish, read(KitSettings)))
    if verify is not None:
        _run(made, verify, rate=rate, as_json=as_json)
    path = out or Path(f"{made.id}.json")
    made.write(path)
    _show_plan(made, path, as_json=as_json)


@app.command("run")
def run(
    plan: Annotated[Path, typer.Argument(help="The plan's file.")],
    report: Annotated[
        Path | None, typer.Option(help="Folder of the report.", show_default="replays/<id>")
    ] = None,
    mode: Annotated[str, typer.Option(help="verify, shadow or redrive.")] = "verify",
    rate: Rate = None,
    resume: Annotated[bool, typer.Option("--resume", help="Go on where a run ended.")] = False,
    against_ecm: Annotated[bool, typer.Option("--against-ecm", help="Hash the ECM's documents too.")] = False,
    show_personal: Annotated[
        bool, typer.Option("--show-personal", help="Hide nothing in differences.")
    ] = False,
    execute: Annotated[bool, typer.Option("--execute", help="Really redrive; else a dry run.")] = False,
    reason: Annotated[str | None, typer.Option(help="Why records are redriven.")] = None,
    approved_by: Annotated[str | None, typer.Option(help="Who approved it.")] = None,
    operator: Annotated[str | None, typer.Option(envvar="MUNIMENT_OPERATOR", help="Who does it.")] = None,
    as_json: JsonOption = False,
) -> None:
    """Run a plan and write the report. Exit code 1 if anything differs.

    verify publishes nothing. shadow publishes to topics of its own. redrive puts records into their topic
    again.
    """
    frozen = read_plan(plan)
    _run(
        frozen,
        report or Path("replays") / frozen.id,
        mode=mode,
        rate=rate,
        resume=resume,
        against_ecm=against_ecm,
        show_personal=show_personal,
        execute=execute,
        reason=reason,
        approved_by=approved_by,
        operator=operator,
        as_json=as_json,
    )


@app.command("status")
def status(folder: Folder, as_json: JsonOption = False) -> None:
    """Show how far a replay is."""
    run_folder = RunFolder(folder)
    progress, planned = run_folder.read(), run_folder.plan()
    total = sum(window.end - window.start for window in planned.windows)
    counts = {
        name: progress.counts(name) for name in ("matched", "mismatched", "published", "filtered", "gap")
    }
    if as_json:
        content = asdict(progress) | {"marks": None, "done": progress.done(planned), "total": total}
        print_json(content | counts)
        return
    told = ", ".join(f"{number:,} {name}" for name, number in counts.items() if number)
    people().print(
        f"{progress.state}: {progress.done(planned):,} of {total:,} offsets; {told or 'nothing yet'}."
    )


@app.command("cancel")
def cancel(folder: Folder, as_json: JsonOption = False) -> None:
    """Ask a replay to end after its batch; it can be resumed."""
    RunFolder(folder).cancel()
    if as_json:
        print_json({"cancelled": str(folder)})
    else:
        people().print("It ends after its batch. To go on: muniment replay run PLAN --resume.")


@app.command("verify-report")
def verify_report(
    folder: Annotated[Path, typer.Argument(help="The folder of the report.")],
    signed_by: Annotated[
        str | None, typer.Option(help="SHA-256 of the public key that must have signed.")
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Check a report without any network; name the first altered line or byte. Exit code 1 if one
    is found.
    """
    from muniment_ops.replay.verify_report import examine_report  # only now: --help stays quick

    found = examine_report(folder, signed_by=signed_by)
    if as_json:
        print_json(asdict(found) | {"sound": found.is_sound})
    else:
        told = [fault.sentence for fault in found.faults]
        _show_examination(told, found.signed_by, is_checked=signed_by is not None)
    raise typer.Exit(ExitCode.DONE if found.is_sound else ExitCode.PROBLEM_FOUND)


def _run(
    frozen: Plan,
    folder: Path,
    *,
    as_json: bool,
    mode: str = "verify",
    rate: float | None = None,
    resume: bool = False,
    against_ecm: bool = False,
    show_personal: bool = False,
    execute: bool = False,
    reason: str | None = None,
    approved_by: str | None = None,
    operator: str | None = None,
) -> None:
    from muniment_ops.replay.conducting import Order, conduct  # only now: --help stays quick
    from muniment_ops.replay.html_report import headline, is_good
    from muniment_ops.replay.manifest import Warrant
    from muniment_ops.signing import signer_from_environment, signer_of

    own_key = os.environ.get("MUNIMENT_REPLAY_SIGNING_KEY_FILE")
    order = Order(
        mode=mode,
        warrant=Warrant(operator, reason, approved_by, is_executed=execute),
        rate_per_s=rate,
        resume=resume,
        against_ecm=against_ecm,
        show_personal=show_personal,
        signer=signer_of(Path(own_key)) if own_key else signer_from_environment(),
    )
    with _bar(frozen) as on_progress:
        manifest = _ask(conduct(frozen, order, read(KitSettings), folder, on_progress=on_progress))
    if manifest is None:
        raise WrongUse(f"The replay was cancelled; go on with --resume and the report folder {folder}.")
    good = is_good(manifest)
    if as_json:
        print_json(
            {"report": str(folder), "good": good, **manifest["counts"], "reasons": manifest["reasons"]}
        )
    else:
        colour = "green" if good else "red"
        people().print(f"[{colour}]{headline(manifest)}[/{colour}]")
        people().print(f"{folder / 'report.html'}", soft_wrap=True)
    raise typer.Exit(ExitCode.DONE if good else ExitCode.PROBLEM_FOUND)


def _ask(asking: Coroutine[object, object, T]) -> T:
    """Run ``asking``; a window or a topic that is not there is wrong use."""
    try:
        return asyncio.run(asking)
    except (TopicsMissing, WindowGone) as error:
        raise WrongUse(str(error)) from error


@contextmanager
def _bar(frozen: Plan) -> Iterator[Callable[[RunProgress], None]]:
    """Show how far the run is, on stderr, where somebody looks."""
    console = Console(stderr=True, highlight=False)
    if not console.is_terminal:
        yield lambda _: None
        return
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task(frozen.topic, total=sum(window.end - window.start for window in frozen.windows))

        def show(progress: RunProgress) -> None:
            wrong = progress.counts("mismatched")
            told = f"{frozen.topic}, {wrong:,} mismatched" if wrong else str(frozen.topic)
            bar.update(task, completed=progress.done(frozen), description=told)

        yield show


def _filters(
    key: str | None, key_regex: str | None, correlation_id: str | None, headers: list[str], limit: int | None
) -> Filters:
    pairs = [text.partition("=") for text in headers]
    if any(not name or not sign for name, sign, _ in pairs):
        raise WrongUse("--header is given as name=value.")
    try:
        return Filters(
            key=key,
            key_regex=key_regex,
            correlation_id=correlation_id,
            headers={name: value for name, _, value in pairs},
            limit=limit,
        )
    except ValidationError as error:
        raise WrongUse(f"--key-regex: {error.errors(include_url=False)[0]['msg']}.") from None


def _time(text: str | None) -> datetime | None:
    if text is None:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise WrongUse(f"{text!r} is no time; write it like 2026-03-02T09:00Z.") from None
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)


def _show_plan(made: Plan, path: Path, *, as_json: bool) -> None:
    if as_json:
        print_json({"plan": str(path)} | made.model_dump(mode="json"))
        return
    estimate = made.estimate
    console = people()
    console.print(
        f"{estimate.records:,} offsets of {made.physical} in {len(made.windows)} partitions, about "
        f"{estimate.bytes / 1e6:,.1f} MB (from {estimate.sampled_records} records), about "
        f"{_duration(estimate.seconds)}."
    )
    for note in made.notes:
        console.print(note, style="yellow")
    console.print(f"The plan is frozen in {path}. Next: muniment replay run {path}", soft_wrap=True)


def _duration(seconds: float) -> str:
    return f"{seconds:,.0f} s" if seconds < 120 else f"{seconds / 60:,.0f} minutes"


def _show_examination(sentences: list[str], signed_by: str | None, *, is_checked: bool) -> None:
    console = people()
    if not sentences:
        console.print("[green]The report is as it was written.[/green]")
    for sentence in sentences:
        console.print(sentence, style="red", markup=False, soft_wrap=True)
    if signed_by is None:
        console.print(
            "No good signature is on it: whoever can write to the folder could have made another one."
        )
    elif is_checked:
        console.print("It was signed with the key named.")
    else:
        console.print(f"It was signed with the key {signed_by}.", soft_wrap=True)
        console.print("Compare that with the fingerprint its owner published, or give it with --signed-by.")
