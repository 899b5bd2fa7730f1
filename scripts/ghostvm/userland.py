"""The guest's root file system: busybox, a few of the host's own tools, and leakctl.

Archives are rebuilt when any file that went into them changed; the manifest beside each
remembers which files those were.
"""

import json
import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterable
from pathlib import Path

from . import paths, store
from .cpio import Archive
from .errors import ProvisionError

# Host tools that busybox lacks or implements in part only: compressed modules, socket
# diagnostics, user namespaces with mapped ids.
_RICHER_TOOLS = (
    *("bash", "flock", "ip", "kmod", "mke2fs", "nsenter", "setpriv", "ss", "unshare"),
)
# Programs that start others are host tools, too, because busybox prefers its own applets to what
# is on PATH: its shell or `timeout` would never start the richer `ip` or `modprobe`.
_STARTERS = (
    *("dash", "chroot", "env", "find", "nice", "nohup", "setsid", "taskset", "timeout", "xargs"),
)
_HOST_TOOLS = _RICHER_TOOLS + _STARTERS
# Guest name -> host tool. The original jq takes a quarter of a second in an emulated guest before it
# reads anything, and scripts call it hundreds of times; gojq takes a twelfth of that.
_RENAMED_TOOLS = {"jq": "gojq"}
_KMOD_LINKS = ("depmod", "insmod", "lsmod", "modinfo", "modprobe", "rmmod")
# Used by the guest's init only: reading /dev/kmsg needs a dd that can read without blocking.
_PRIVATE_TOOLS = ("dd",)
_PRIVATE_DIR = "usr/lib/ghostvm"
_MERGED = ("bin", "sbin", "lib", "lib64")
_DIRECTORIES = (
    *("proc", "sys", "dev", "run", "overlay", "mnt", "var/tmp", "var/log", "usr/lib/modules"),
)

_ETC = {
    "etc/passwd": (
        "root:x:0:0:root:/root:/bin/sh\n"
        "nobody:x:65534:65534:nobody:/nonexistent:/bin/sh\n"
    ),
    "etc/group": "root:x:0:\nnogroup:x:65534:\n",
    "etc/nsswitch.conf": "passwd: files\ngroup: files\nhosts: files\n",
    "etc/hosts": "127.0.0.1 localhost\n::1 localhost\n",
    "etc/fstab": (
        "tmpfs /run tmpfs mode=0755 0 0\n"
        "tmpfs /tmp tmpfs mode=1777 0 0\n"
        "debugfs /sys/kernel/debug debugfs defaults 0 0\n"
        "tracefs /sys/kernel/tracing tracefs defaults 0 0\n"
        "securityfs /sys/kernel/security securityfs defaults 0 0\n"
        "cgroup2 /sys/fs/cgroup cgroup2 defaults 0 0\n"
        "devpts /dev/pts devpts mode=0620 0 0\n"
        "tmpfs /dev/shm tmpfs mode=1777 0 0\n"
    ),
}


class _Sources:
    """Reads host files and remembers them for the manifest."""

    def __init__(self) -> None:
        self.stamps: dict[str, list[int]] = {}

    def read(self, path: Path) -> bytes:
        _, size, mtime = store.stamp(path)
        self.stamps[str(path)] = [size, mtime]
        return path.read_bytes()


def _tool(name: str) -> Path:
    found = shutil.which(name, path="/usr/sbin:/usr/bin:/sbin:/bin")
    if not found:
        raise ProvisionError(f"the host has no '{name}': run scripts/setup")
    return Path(found)


def _libraries(binary: Path) -> list[str]:
    listing = subprocess.run(["ldd", str(binary)], capture_output=True, text=True, check=False)
    missing = re.findall(r"(\S+) => not found", listing.stdout)
    if missing:
        raise ProvisionError(f"{binary} wants {missing[0]}, which is absent: run scripts/setup")
    return re.findall(r"(/\S+) \(0x", listing.stdout)


def _merged(path: str) -> str:
    """The path of a file when /bin, /lib and the like are links into /usr."""
    relative = path.lstrip("/")
    return f"usr/{relative}" if relative.split("/")[0] in _MERGED else relative


def _add_binary(archive: Archive, sources: _Sources, binary: Path, target: str) -> None:
    archive.file(target, sources.read(binary), 0o755)
    for library in _libraries(binary):
        archive.file(_merged(library), sources.read(Path(library)), 0o755)


def _add_busybox(archive: Archive, sources: _Sources, taken: set[str]) -> None:
    busybox = _tool("busybox")
    archive.file("usr/bin/busybox", sources.read(busybox), 0o755)
    listing = subprocess.run(
        [str(busybox), "--list-full"], capture_output=True, text=True, check=True
    ).stdout.split()
    for applet in listing:
        if Path(applet).name not in taken | {"busybox"}:
            archive.symlink(_merged(applet), "/usr/bin/busybox")


def _fill_base(archive: Archive, sources: _Sources) -> None:
    for name in _MERGED:
        archive.symlink(name, f"usr/{name}")
        archive.directory(f"usr/{name}")
    archive.character_device("dev/console", 5, 1)
    for name in _DIRECTORIES:
        archive.directory(name)
    archive.directory("root", 0o700)
    archive.directory("tmp", 0o1777)
    for path, text in _ETC.items():
        archive.file(path, text.encode())
    for name in _HOST_TOOLS:
        _add_binary(archive, sources, _tool(name), f"usr/bin/{name}")
    for name, original in _RENAMED_TOOLS.items():
        _add_binary(archive, sources, _tool(original), f"usr/bin/{name}")
    for name in _KMOD_LINKS:
        archive.symlink(f"usr/sbin/{name}", "/usr/bin/kmod")
    for name in _PRIVATE_TOOLS:
        _add_binary(archive, sources, _tool(name), f"{_PRIVATE_DIR}/{name}")
    archive.symlink("usr/bin/sh", "dash")
    _add_busybox(archive, sources, {"sh", *_HOST_TOOLS, *_RENAMED_TOOLS, *_KMOD_LINKS})
    archive.file("init", sources.read(paths.GUEST_FILES / "init"), 0o755)
    archive.file(f"{_PRIVATE_DIR}/session", sources.read(paths.GUEST_FILES / "session"))
    archive.file("usr/bin/qmp", sources.read(paths.GUEST_FILES / "qmp"), 0o755)


def _fill_leakctl(archive: Archive, sources: _Sources) -> None:
    binary = paths.leakctl()
    content = sources.read(binary)
    with tempfile.NamedTemporaryFile(prefix="ghostvm.") as stripped:
        # Debug information is twenty times as large as the rest, and every boot would unpack it.
        done = subprocess.run(
            ["strip", "--strip-debug", "-o", stripped.name, str(binary)],
            capture_output=True,
            check=False,
        )
        if done.returncode == 0:
            content = Path(stripped.name).read_bytes()
    archive.file("usr/bin/leakctl", content, 0o755)
    for library in _libraries(binary):
        archive.file(_merged(library), sources.read(Path(library)), 0o755)


def _is_current(manifest: Path, archive: Path, recipe: str) -> bool:
    try:
        known = json.loads(manifest.read_text(encoding="utf-8"))
        return (
            known["recipe"] == recipe
            and archive.exists()
            and all(list(store.stamp(Path(p))[1:]) == seen for p, seen in known["sources"].items())
        )
    except (OSError, ValueError, KeyError):
        return False


def _archive(
    name: str, identity: Iterable[object], fill: Callable[[Archive, _Sources], None]
) -> Path:
    here = Path(__file__)
    recipe = store.digest([*identity, here.read_bytes(), here.with_name("cpio.py").read_bytes()])
    stem = paths.cache() / "userland" / f"{name}-{recipe}"
    target, manifest = stem.with_suffix(".cpio"), stem.with_suffix(".json")
    if _is_current(manifest, target, recipe):
        # Pruning tells by the modification time what is still in use.
        for path in (target, manifest):
            os.utime(path)
        return target
    sources = _Sources()

    def write(work: Path) -> None:
        with open(work, "wb") as stream:
            archive = Archive(stream)
            fill(archive, sources)
            archive.close()

    manifest.unlink(missing_ok=True)
    store.publish_file(target, write)
    text = json.dumps({"recipe": recipe, "sources": sources.stamps})
    store.publish_text(manifest, text)
    store.prune(target.parent, target)
    return target


def archives() -> list[Path]:
    """Returns the userland's archives, brought up to date. Call with the images' lock held."""
    found = [_archive("base", [str(paths.GUEST_FILES)], _fill_base)]
    if paths.leakctl().exists():
        found.append(_archive("leakctl", [str(paths.leakctl())], _fill_leakctl))
    return found
