"""Cache entries that several runs may need at once: published atomically, under a lock."""

import contextlib
import fcntl
import glob
import hashlib
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

# A run that resolved a path a moment ago must still be able to open it.
PRUNE_AGE_S = 24 * 3600


@contextlib.contextmanager
def locked(path: Path, shared: bool = False) -> Iterator[None]:
    path.parent.mkdir(parents=True, exist_ok=True)
    with open(path, "a", encoding="ascii") as handle:
        fcntl.flock(handle, fcntl.LOCK_SH if shared else fcntl.LOCK_EX)
        yield


def progress(message: str) -> None:
    print(f"{Path(sys.argv[0]).name}: {message}", file=sys.stderr, flush=True)


def digest(parts: Iterable[object]) -> str:
    state = hashlib.sha256()
    for part in parts:
        state.update(repr(part).encode())
        state.update(b"\0")
    return state.hexdigest()[:20]


def stamp(path: Path) -> tuple[str, int, int]:
    """Identifies a file's content by path, size and time, which is cheap enough for every run."""
    info = path.stat()
    return str(path), info.st_size, info.st_mtime_ns


def publish_directory(target: Path, fill: Callable[[Path], None]) -> Path:
    """Make target by filling a sibling and renaming it. Call with the entry's lock held."""
    target.parent.mkdir(parents=True, exist_ok=True)
    # Left by a process that was killed: with the lock held, no other one can be working here.
    for left_over in target.parent.glob(f".{glob.escape(target.name)}.*"):
        shutil.rmtree(left_over, ignore_errors=True)
    work = Path(tempfile.mkdtemp(prefix=f".{target.name}.", dir=target.parent))
    try:
        work.chmod(0o755)
        fill(work)
        if target.exists():
            shutil.rmtree(target)
        work.rename(target)
    except BaseException:
        _remove(work)
        raise
    return target


def _remove(tree: Path) -> None:
    """Removes a tree, trying repeatedly: a process that was just killed may still be writing."""
    for _ in range(50):
        shutil.rmtree(tree, ignore_errors=True)
        if not tree.exists():
            return
        time.sleep(0.1)


def publish_file(target: Path, write: Callable[[Path], None]) -> Path:
    target.parent.mkdir(parents=True, exist_ok=True)
    work = target.with_name(f".{target.name}.{os.getpid()}")
    try:
        write(work)
        work.rename(target)
    finally:
        work.unlink(missing_ok=True)
    return target


def publish_text(target: Path, text: str) -> Path:
    def write(work: Path) -> None:
        work.write_text(text, encoding="utf-8")

    return publish_file(target, write)


def prune(directory: Path, keep: Path) -> None:
    """Removes siblings of keep that have not been made or used for PRUNE_AGE_S."""
    for entry in directory.iterdir():
        if entry == keep or time.time() - entry.stat().st_mtime < PRUNE_AGE_S:
            continue
        if entry.is_dir():
            shutil.rmtree(entry, ignore_errors=True)
        else:
            entry.unlink(missing_ok=True)
