"""What a troubled server answers, in the words the real one uses."""

from __future__ import annotations

from muniment_sandbox.ecm.calls import Answer
from muniment_sandbox.ecm.faults import Plan
from muniment_sandbox.ecm.jsontype import JsonObject

_TEXTS = {
    401: "Authentication Required",
    409: "Could not update metadata (edit conflict).",
    429: "Too many requests",
    500: "An unexpected error occurred.",
}
_PAGE = """<!DOCTYPE html>
<html><head><title>Content Server Error</title></head>
<body><h1>Error Processing Request</h1><p>Content Server Error: Please try again.</p></body></html>
"""
_GATEWAY_PAGE = """<html><head><title>{status} {phrase}</title></head>
<body><center><h1>{status} {phrase}</h1></center><hr><center>nginx</center></body></html>
"""
_GATEWAY_PHRASES = {502: "Bad Gateway", 503: "Service Temporarily Unavailable", 504: "Gateway Time-out"}


def switched_answer(plan: Plan) -> Answer:
    """The answer a ``status`` or ``html`` fault gives: 502, 503 and 504 come from the gateway, as HTML."""
    status = plan.status or 500
    headers = {} if plan.retry_after is None else {"Retry-After": str(plan.retry_after)}
    if status in _GATEWAY_PHRASES:
        page = _GATEWAY_PAGE.format(status=status, phrase=_GATEWAY_PHRASES[status])
        return Answer(page.encode(), status, "text/html", headers)
    if plan.is_html:
        return Answer(_PAGE.encode(), status, "text/html; charset=UTF-8", headers)
    if status == 429 and plan.retry_after is None:
        headers["Retry-After"] = "1"
    body: JsonObject = {"error": _TEXTS.get(status, "The request could not be carried out.")}
    return Answer(body, status, headers=headers)
