"""HEAD: what GET would answer, without its body (RFC 9110, section 9.3.2)."""

from typing import Any

from litestar.types import ASGIApp, Message, Receive, Scope, Send


def answer_heads(app: ASGIApp) -> ASGIApp:
    """Let an application that knows GET answer HEAD too: the same status and headers."""

    async def handle(scope: Scope, receive: Receive, send: Send) -> None:
        if scope.get("method") != "HEAD":
            await app(scope, receive, send)
            return

        async def send_head(message: Message) -> None:
            if message["type"] == "http.response.body":
                message["body"] = b""
            await send(message)

        # A copy: the server goes by its own scope, and sends no body after a HEAD.
        as_get: Any = {**scope, "method": "GET"}
        await app(as_get, receive, send_head)

    return handle
