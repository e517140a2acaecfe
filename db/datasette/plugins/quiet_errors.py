"""A wrong address costs an answer, no more.

Where rich is installed, Datasette prints every 404 as a boxed traceback with all local variables: seconds of work and
hundreds of log lines for a mistyped address. Errors of the server itself are still printed, by the standard traceback.
"""

from __future__ import annotations

from datasette import handle_exception, hookimpl  # type: ignore[import-untyped]


@hookimpl  # type: ignore[untyped-decorator]
def startup() -> None:
    """Take rich away from the error handler."""
    handle_exception.rich = None
