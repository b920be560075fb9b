"""A centre under rehearsal: its mail server, its working processes, its clock, its kills."""

import os
import random
import signal
import subprocess
import sys
import time
from datetime import datetime
from pathlib import Path

import redis

from servers import free_port

SECRET = "a made-up key, long enough for a rehearsal"
HERE = Path(__file__).parent


class Centre:
    """The processes of a rehearsal, on loopback; every one of them may be killed."""

    def __init__(self, folder: Path, *, database_url: str, broker_url: str, workers: int) -> None:
        self.folder = folder
        self.clock_file = folder / "clock"
        self.book_file = folder / "book"
        self.book_file.touch()
        self.port = free_port()
        self.environment = {
            "CARECREDIT_DATABASE_URL": database_url,
            "CARECREDIT_BROKER_URL": broker_url,
            "CARECREDIT_SECRET_KEY": SECRET,
            "CARECREDIT_SMTP_URL": f"smtp://127.0.0.1:{self.port}",
            "CARECREDIT_MAIL_FROM": "care@centre.example",
            "CARECREDIT_CLOCK_FILE": str(self.clock_file),
            "CARECREDIT_LEASE_SECONDS": "4",
            "CARECREDIT_RING_SECONDS": "0.1",
            "CARECREDIT_POOL_SIZE": "6",
        }
        self.kills = 0
        self._count = workers
        self._workers: list[subprocess.Popen[bytes]] = []
        self._sink: subprocess.Popen[bytes] | None = None

    def set_clock(self, now: datetime) -> None:
        """Set the hands of every process, at once and never half written."""
        draft = self.clock_file.with_suffix(".new")
        draft.write_text(now.isoformat(), encoding="ascii")
        draft.replace(self.clock_file)

    def start(self) -> None:
        """Start the mail server and the working processes."""
        command = [sys.executable, HERE / "sink.py", self.port, self.book_file, self.clock_file]
        self._sink = subprocess.Popen([str(part) for part in command])
        self._workers = [self._start_worker() for _ in range(self._count)]

    def kill_one(self, rng: random.Random) -> None:
        """Kill -9 one working process with all its threads, and start another in its place."""
        index = rng.randrange(len(self._workers))
        os.killpg(self._workers[index].pid, signal.SIGKILL)
        self._workers[index].wait()
        self._workers[index] = self._start_worker()
        self.kills += 1

    def flush_broker(self) -> None:
        """Make the broker forget everything."""
        url = self.environment["CARECREDIT_BROKER_URL"]
        if url.startswith("redis"):
            with redis.Redis.from_url(url) as client:
                client.flushall()

    def book(self) -> list[tuple[str, datetime]]:
        """Read the mail server's book: the touch each message was for, and its hour."""
        lines = self.book_file.read_text(encoding="ascii").splitlines()
        return [
            (name.partition(".")[0], datetime.fromisoformat(hour))
            for name, hour, _recipient in (line.split() for line in lines)
        ]

    def stop(self) -> None:
        """Stop everything, gently first."""
        for process in self._workers:
            process.terminate()
        deadline = time.monotonic() + 20
        for process in self._workers:
            try:
                process.wait(timeout=max(0.1, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        if self._sink is not None:
            self._sink.kill()
            self._sink.wait()

    def _start_worker(self) -> subprocess.Popen[bytes]:
        log = (self.folder / "workers.log").open("ab")
        return subprocess.Popen(
            [sys.executable, "-m", "carecredit_workers", "--threads", "2"],
            env=os.environ | self.environment,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
