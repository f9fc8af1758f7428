"""``muniment shopify …``: what is set up in a shop for us: the app's file, the hook subscriptions."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from muniment_ops.console import JsonOption, people, print_json
from muniment_ops.exit_codes import ExitCode, WrongUse

if TYPE_CHECKING:
    from muniment_shopify.subscriptions import SubscriptionReport

app = typer.Typer(help="Set up the app in a shop: its file, its hook subscriptions.", no_args_is_help=True)


@app.command("app-toml")
def write_app_toml(
    uri: Annotated[str, typer.Option(help="Address that hooks come to: https://host/hooks/shopify.")],
    flows: Annotated[
        str, typer.Option(help="Flows, separated by commas.", show_default="all that begin in the shop")
    ] = "",
    client_id: Annotated[str, typer.Option(help="Client id of the app.")] = "",
    only_read: Annotated[bool, typer.Option("--only-read", help="Ask for no scope that writes.")] = False,
    only_privacy: Annotated[
        bool, typer.Option("--only-privacy", help="Leave all other hooks to the role reconcile.")
    ] = False,
    out: Annotated[Path | None, typer.Option(help="File to write.", show_default="standard output")] = None,
) -> None:
    """Write shopify.app.toml: scopes and hooks of the flows, and the hooks of privacy law.

    Deploy it with Shopify's CLI: shopify app deploy.
    """
    from muniment_shopify.app_toml import app_toml  # only now: --help stays quick
    from muniment_shopify.flows import flows_named
    from shopify_ingest.settings.shop_access import RECORDED_FLOWS

    names = [name.strip() for name in flows.split(",") if name.strip()] or RECORDED_FLOWS
    try:
        text = app_toml(
            flows_named(names),
            uri,
            client_id=client_id,
            to_act=not only_read,
            only_privacy=only_privacy,
        )
    except ValueError as error:
        raise WrongUse(f"{error}.") from None
    if out is None:
        typer.echo(text, nl=False)
    else:
        out.write_text(text, encoding="utf-8")


@app.command("subscriptions")
def keep_subscriptions(
    apply: Annotated[bool, typer.Option("--apply", help="Make them as they are wanted.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Compare each shop's hook subscriptions with what its flows hear, and with --apply make them so.

    The exit code is 1 when something is left to be done.
    """
    reports = asyncio.run(_reports(apply=apply))
    if as_json:
        print_json({"shops": [{"shop": shop, **_as_json(report)} for shop, report in reports.items()]})
    else:
        for shop, report in reports.items():
            people().print(f"{shop}: {sentence(report, applied=apply)}", markup=False)
    open_ones = [
        report for report in reports.values() if report.refused or not (apply or report.is_as_wanted)
    ]
    raise typer.Exit(ExitCode.PROBLEM_FOUND if open_ones else ExitCode.DONE)


def sentence(report: SubscriptionReport, *, applied: bool) -> str:
    """Return what there is and what was done, or is to be done."""
    said = [f"{len(report.there)} as wanted"]
    for topics, done, to_do in (
        (report.added, "made", "to be made"),
        (report.changed, "made right", "to be made right"),
        (report.removed, "removed", "to be removed"),
        (report.refused, "refused by Shopify", "refused by Shopify"),
        (report.unwanted, "heard by no flow", "heard by no flow"),
    ):
        if topics:
            said.append(f"{len(topics)} {done if applied else to_do} ({', '.join(topics)})")
    if report.foreign:
        said.append(f"{len(report.foreign)} of others")
    return "; ".join(said) + "."


async def _reports(*, apply: bool) -> dict[str, SubscriptionReport]:
    from muniment_kit.settings import read
    from muniment_shopify.flows import wanted_hooks
    from muniment_shopify.subscriptions import reconcile_subscriptions
    from shopify_ingest.settings import RecordSettings
    from shopify_ingest.shops import admin_clients

    settings = read(RecordSettings)
    if not settings.hooks_url:
        raise WrongUse("Set SHOPIFY_INGEST_HOOKS_URL to the address that hooks come to.")
    shops = settings.shops()
    async with admin_clients(settings) as clients:
        return {
            handle: await reconcile_subscriptions(
                client, wanted_hooks(shops[handle].enabled_flows), settings.hooks_url, changes=apply
            )
            for handle, client in clients.items()
        }


def _as_json(report: SubscriptionReport) -> dict[str, object]:
    names = ("there", "added", "changed", "removed", "refused", "unwanted", "other_version")
    told: dict[str, object] = {name: getattr(report, name) for name in names}
    told["foreign"] = [{"topic": each.topic, "uri": each.uri} for each in report.foreign]
    return told
