"""The look that both sandboxes' pages share: base template, style sheet, headers that keep pages safe.

A sandbox keeps its own templates in its own package; each begins with ``{% extends "base.html" %}`` and
fills the blocks ``title`` and ``content``. Pages are plain HTML: no script runs on them, whatever text they
show.
"""

from __future__ import annotations

from datetime import UTC, datetime
from importlib import resources

from aiohttp import web
from aiohttp.http_exceptions import HttpProcessingError
from jinja2 import ChoiceLoader, Environment, PackageLoader, StrictUndefined

STYLE_PATH = "/style.css"
SAFE_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; img-src 'self' data:; frame-src 'self'; object-src 'self'; "
        "form-action 'self'; base-uri 'none'; frame-ancestors 'self'"
    ),
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
}


class Pages:
    """Renders the templates of one package (its folder ``pages``) on the shared base.

    ``brand`` is the name in the header, ``nav`` the links beside it as ``(text, path)``.
    """

    def __init__(self, package: str, brand: str, nav: list[tuple[str, str]]) -> None:
        loaders = [PackageLoader(package, "pages"), PackageLoader("muniment_sandbox", "pages")]
        self._environment = Environment(
            loader=ChoiceLoader(loaders),
            autoescape=True,
            trim_blocks=True,
            lstrip_blocks=True,
            undefined=StrictUndefined,
        )
        self._environment.filters |= {"moment": moment, "day": day, "size": size}
        self._environment.globals |= {"brand": brand, "nav": nav, "style_path": STYLE_PATH}

    def render(self, template: str, *, status: int = 200, **context: object) -> web.Response:
        """Return the page; every value of ``context`` is escaped where it is shown."""
        text = self._environment.get_template(template).render(context)
        return web.Response(text=text, status=status, content_type="text/html", headers=SAFE_HEADERS)


def add_style(app: web.Application) -> None:
    """Serve the style sheet."""
    style = (resources.files("muniment_sandbox.pages") / "style.css").read_text(encoding="utf-8")

    async def answer(_: web.Request) -> web.Response:
        return web.Response(text=style, content_type="text/css", headers={"Cache-Control": "max-age=60"})

    app.router.add_get(STYLE_PATH, answer)


async def form_of(request: web.Request) -> dict[str, str]:
    """Return the fields of a form as texts; answer 400 to a body that is no form."""
    try:
        fields = await request.post()
    except (ValueError, LookupError, AssertionError, HttpProcessingError):
        # bytes, a charset or parts that make no sense
        raise web.HTTPBadRequest(text="The form could not be read. Go back and send it again.") from None
    return {name: str(value) for name, value in fields.items()}


def moment(seconds: float | None) -> str:
    """``24 Nov 2026, 07:09`` for epoch seconds, in UTC."""
    return "" if seconds is None else datetime.fromtimestamp(seconds, UTC).strftime("%-d %b %Y, %H:%M")


def day(seconds: float | None) -> str:
    """``24 Nov 2026`` for epoch seconds, in UTC."""
    return "" if seconds is None else datetime.fromtimestamp(seconds, UTC).strftime("%-d %b %Y")


def size(size_bytes: int) -> str:
    """``29 kB`` for a number of bytes."""
    if size_bytes < 1000:
        return f"{size_bytes} B"
    for unit, factor in (("kB", 1e3), ("MB", 1e6), ("GB", 1e9)):
        if size_bytes < factor * 1000:
            value = size_bytes / factor
            return f"{value:.0f} {unit}" if value >= 10 else f"{value:.1f} {unit}"
    return f"{size_bytes / 1e12:.1f} TB"
