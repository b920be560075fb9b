"""A mail server in a process of its own; its book of acceptances is the witness, not our database.

Each line is on the disk before the server says that it accepted: id of the message, and the hour
by the rehearsal's clock.
"""

import asyncio
import os
import re
import sys
from pathlib import Path
from typing import Any

from aiosmtpd.smtp import SMTP, Envelope

_ID = re.compile(rb"^Message-ID: <([^>]+)>", re.MULTILINE | re.IGNORECASE)


class Book:
    """Takes every message and writes its id down before it answers."""

    def __init__(self, path: Path, clock: Path) -> None:
        self._file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
        self._clock = clock

    async def handle_DATA(  # noqa: N802 - aiosmtpd's name
        self, _server: Any, _session: Any, envelope: Envelope
    ) -> str:
        """Accept a message, once it is in the book."""
        found = _ID.search(bytes(envelope.content or b"").replace(b"\r\n ", b" "))
        name = found[1].decode() if found else "none"
        line = f"{name} {self._clock.read_text().strip()} {envelope.rcpt_tos[0]}\n"
        os.write(self._file, line.encode())
        os.fsync(self._file)
        return "250 OK"


async def serve(port: int, book: Book) -> None:
    """Serve until the process is told to stop."""
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: SMTP(book, enable_SMTPUTF8=False), "127.0.0.1", port)
    async with server:
        await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(serve(int(sys.argv[1]), Book(Path(sys.argv[2]), Path(sys.argv[3]))))
