"""Datasette plugin: what an article says cannot run in a reader's browser, should it ever get past the templates.

Scripts and styles come from this site's files or carry the nonce of their own response; nothing comes from other hosts.
"""

from __future__ import annotations

import secrets
from collections.abc import Awaitable, Callable
from contextvars import ContextVar
from typing import Any

from datasette import hookimpl  # type: ignore[import-untyped]
from jinja2 import Environment

App = Callable[[dict[str, Any], Any, Any], Awaitable[None]]

POLICY = (
    "default-src 'none'; script-src 'self' 'nonce-{nonce}'; style-src 'self' 'nonce-{nonce}'; img-src 'self' data:; "
    "font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
_nonce: ContextVar[str] = ContextVar("nonce", default="")


@hookimpl  # type: ignore[untyped-decorator]
def prepare_jinja2_environment(env: Environment) -> None:
    """For templates: `{{ nonce() }}` in a script or style of their own."""
    env.globals["nonce"] = _nonce.get


@hookimpl  # type: ignore[untyped-decorator]
def asgi_wrapper() -> Callable[[App], App]:
    """Add the headers to each response."""

    def wrap(app: App) -> App:
        async def guarded(scope: dict[str, Any], receive: Any, send: Any) -> None:  # noqa: ANN401
            nonce = secrets.token_urlsafe(16)
            token = _nonce.set(nonce)

            async def send_guarded(message: dict[str, Any]) -> None:
                if message["type"] == "http.response.start":
                    message = {**message, "headers": [*message.get("headers", []), *_headers(nonce)]}
                await send(message)

            try:
                await app(scope, receive, send_guarded)
            finally:
                _nonce.reset(token)

        return guarded

    return wrap


def _headers(nonce: str) -> list[tuple[bytes, bytes]]:
    return [
        (b"content-security-policy", POLICY.format(nonce=nonce).encode()),
        (b"x-content-type-options", b"nosniff"),
        (b"referrer-policy", b"same-origin"),
    ]
