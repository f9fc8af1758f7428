"""``shopify.app.toml``: the app's scopes and hooks as Shopify's CLI deploys them, made from the flows."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from muniment_shopify.client import API_VERSION
from muniment_shopify.flows import PRIVACY_TOPICS, Flow, scopes_of, wanted_hooks

_A_LINE = 3


def app_toml(
    flows: Sequence[Flow],
    uri: str,
    *,
    client_id: str = "",
    to_act: bool = True,
    only_privacy: bool = False,
    version: str = API_VERSION,
) -> str:
    """Return the file for ``flows``. Hooks go to ``uri``, and those of privacy law too.

    ``to_act`` asks for the scopes that write, besides those that read. ``only_privacy`` leaves all other
    hooks to the subscriptions that ``reconcile`` keeps. The names of app and shop are left to the file of
    ``shopify app init``: take over what is below.
    """
    parts = [
        "# Made by: muniment shopify app-toml. Deploy it with: shopify app deploy",
        f"client_id = {_text(client_id)}",
        "",
        "[access_scopes]",
        f"scopes = {_text(','.join(scopes_of(flows, to_act=to_act)))}",
        "",
        "[webhooks]",
        f"api_version = {_text(version)}",
        *_subscription("compliance_topics", PRIVACY_TOPICS, uri),
    ]
    hooks = () if only_privacy else wanted_hooks(flows)
    for filter in dict.fromkeys(hook.filter for hook in hooks):
        topics = [hook.topic for hook in hooks if hook.filter == filter]
        parts += _subscription("topics", topics, uri, filter)
    return "\n".join(parts) + "\n"


def _subscription(kind: str, topics: Sequence[str], uri: str, filter: str | None = None) -> list[str]:
    lines = ["", "  [[webhooks.subscriptions]]", f"  {kind} = {_list(topics)}"]
    if filter is not None:
        lines.append(f"  filter = {_text(filter)}")
    return [*lines, f"  uri = {_text(uri)}"]


def _list(values: Iterable[str]) -> str:
    texts = [_text(value) for value in values]
    if len(texts) <= _A_LINE:
        return f"[{', '.join(texts)}]"
    rows = [", ".join(texts[start : start + _A_LINE]) for start in range(0, len(texts), _A_LINE)]
    return "[\n    " + ",\n    ".join(rows) + ",\n  ]"


def _text(value: str) -> str:
    """Return a TOML basic string. Raises ``ValueError`` for what has no place in one."""
    if not value.isprintable():
        raise ValueError("An address and names in shopify.app.toml are printable text.")
    return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'
