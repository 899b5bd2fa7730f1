"""A command and all that it has started, which can be ended as a whole."""

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
# From being asked to end until being killed.
_GRACE_S = 3.0


def _adopt_orphans() -> None:
    """What a descendant leaves behind becomes our child, and not init's: it can be found."""
    ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def _children() -> list[int]:
    path = Path(f"/proc/{os.getpid()}/task/{os.getpid()}/children")
    return [int(word) for word in path.read_text("ascii").split()]


class Group:
    """A command in a process group of its own, with its output to be read line by line. Whoever
    leaves the context before it has ended, by an exception or a signal, ends it."""

    def __init__(self, command: Sequence[str], cwd: Path) -> None:
        _adopt_orphans()
        # None until it has ended by itself.
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
        """What it prints, as it prints it; at `until` (of time.time()) all of it is ended."""
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
        """The group first, then whoever had left it and so has become our child."""
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
        """Buries the dead until there is nobody left, or the time is up."""
        while True:
            try:
                pid, _ = os.waitpid(-1, os.WNOHANG)
            except ChildProcessError:
                return
            if pid == 0:
                if time.time() >= until:
                    return
                time.sleep(0.05)
