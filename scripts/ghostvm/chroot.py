"""Running a command in a root, with its own overlay layer and mount namespace."""

import os
import signal
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from . import namespace, paths, roots
from .errors import UsageError
from .store import locked

_ENTER = Path(__file__).with_name("enter")
# Passed into the root, because apt there may reach the mirrors only through a proxy.
PROXIES = ("http_proxy", "https_proxy", "no_proxy")


@dataclass(frozen=True)
class Owner:
    """The user and group that a command runs as, who own the files it creates."""

    uid: int = 0
    gid: int = 0


@dataclass(frozen=True)
class Visit:
    """What to run in a root. Without a state directory, what it writes is discarded."""

    command: Sequence[str]
    state: Path | None = None
    binds: Sequence[Path] = ()
    environment: Sequence[str] = ()
    owner: Owner = Owner()
    image: Path | None = None


def run(name: str, visit: Visit) -> int:
    """Runs the command and returns its exit status. Must be called as root."""
    while True:
        roots.provide(name)
        with locked(roots.lock_path(name), shared=True):
            # Before we had the lock, a run with another recipe may have remade the root.
            if roots.is_current(name):
                return _enter(name, visit)


def _enter(name: str, visit: Visit) -> int:
    room = paths.cache() / "roots" / ".room"
    room.mkdir(exist_ok=True)
    binds = _binds(visit)
    parameters = {
        "ROOM": str(room),
        "TREE": str(roots.tree(name)),
        "LAYER": str(_layer(name, visit.state) if visit.state else ""),
        "BINDS": "\n".join(map(str, binds)),
        "WHERE": _working_directory(binds),
        "OWNER": f"{visit.owner.uid}:{visit.owner.gid}",
        "IMAGE": str(visit.image.absolute() if visit.image else ""),
    }
    passed = [f"{name}={os.environ[name]}" for name in PROXIES if name in os.environ]
    guarded = [*namespace.enter(), str(_ENTER), *passed, *visit.environment, *visit.command]
    # An interrupt from the terminal reaches the command as well; its exit status is what counts.
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        return _exit_status(subprocess.run(guarded, env={**os.environ, **parameters}, check=False))
    finally:
        signal.signal(signal.SIGINT, before)


def _exit_status(done: "subprocess.CompletedProcess[bytes]") -> int:
    return done.returncode if done.returncode >= 0 else 128 - done.returncode


def _binds(visit: Visit) -> list[Path]:
    """The directories to bind, without duplicates and without those below another one, whose bind
    mount makes them visible already."""
    given = [path.absolute() for path in visit.binds]
    for path in given:
        if not path.is_dir():
            raise UsageError(f"--bind {path}: no such directory")
    kept: list[Path] = []
    for path in sorted({*given, paths.REPO, paths.cache()}):
        if "\n" in str(path):
            raise UsageError(f"{str(path)!r} cannot be bound: a line break is in its name")
        if not any(path.is_relative_to(outer) for outer in kept):
            kept.append(path)
    return kept


def _working_directory(binds: Sequence[Path]) -> str:
    here = Path.cwd()
    return str(here) if any(here.is_relative_to(bind) for bind in binds) else "/"


def _layer(name: str, state: Path) -> Path:
    """Returns the state directory. Raises UsageError if it was begun on another root: a layer is
    valid on the one root it was made on only."""
    state = state.absolute()
    identity = f"{name} {roots.identity(name)}\n"
    label = state / "root"
    if label.exists() and label.read_text("utf-8") != identity:
        raise UsageError(f"{state} was begun on another root: remove it, begin anew")
    if not label.exists():
        if state.exists() and any(state.iterdir()):
            raise UsageError(f"{state} is no state of a root: name an empty or a new directory")
        state.mkdir(parents=True, exist_ok=True)
        label.write_text(identity, encoding="utf-8")
    return state
