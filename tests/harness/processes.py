"""Runs a command so that it can be ended together with all processes that it has started."""

import ctypes
import math
import os
import selectors
import signal
import subprocess
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

_PR_SET_CHILD_SUBREAPER = 36
# The time from SIGTERM to SIGKILL.
_GRACE_S = 3.0


def _adopt_orphans() -> None:
    """Makes this process a subreaper: orphaned descendants become its children, so they can be
    found."""
    ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def _children() -> list[int]:
    path = Path(f"/proc/{os.getpid()}/task/{os.getpid()}/children")
    return [int(word) for word in path.read_text("ascii").split()]


class Group:
    """A command in a process group of its own, whose output is read line by line. Leaving the
    context before the command has ended, by an exception or a signal, ends it."""

    def __init__(self, command: Sequence[str], cwd: Path) -> None:
        _adopt_orphans()
        # None until the command has ended by itself.
        self.status: int | None = None
        self._process = subprocess.Popen(
            command,
            cwd=cwd,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )

    def __enter__(self) -> "Group":
        return self

    def __exit__(self, *_: object) -> None:
        if self.status is None and self._process.poll() is None:
            self._end()

    def lines(self, until: float = math.inf) -> Iterator[str]:
        """Yields lines as they are printed; at `until` (of time.time()) all processes are ended."""
        assert self._process.stdout
        pending = b""
        with selectors.DefaultSelector() as selector:
            selector.register(self._process.stdout, selectors.EVENT_READ)
            while True:
                left = None if until == math.inf else max(0.0, until - time.time())
                if not selector.select(left):
                    self._end()
                    return
                chunk = os.read(self._process.stdout.fileno(), 65536)
                if not chunk:
                    break
                *whole, pending = (pending + chunk).split(b"\n")
                yield from (line.decode("utf-8", "replace") + "\n" for line in whole)
        if pending:
            yield pending.decode("utf-8", "replace") + "\n"
        self.status = self._process.wait()

    def _end(self) -> None:
        """Ends the group, then the processes that had left it and so have become our children."""
        group = self._process.pid
        for number, patience in ((signal.SIGTERM, _GRACE_S), (signal.SIGKILL, 0.0)):
            try:
                os.killpg(group, number)
            except ProcessLookupError:
                break
            self._reap(time.time() + patience)
        deadline = time.time() + 2 * _GRACE_S
        while _children() and time.time() < deadline:
            for child in _children():
                os.kill(child, signal.SIGKILL)
            self._reap(time.time() + 0.2)

    @staticmethod
    def _reap(until: float) -> None:
        """Reaps children until none is left or the time is up."""
        while True:
            try:
                pid, _ = os.waitpid(-1, os.WNOHANG)
            except ChildProcessError:
                return
            if pid == 0:
                if time.time() >= until:
                    return
                time.sleep(0.05)
