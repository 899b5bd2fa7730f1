"""Throw-away roots: whole Debian hosts of other releases, made of packages by mmdebstrap.

A root is <cache>/roots/<name>/tree, with the file `complete` beside it, which is written last.
The tree does not change after that: commands in it (chroot.py) write to an overlay layer.
"""

import os
import shutil
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

from . import archives, debs, namespace, paths
from .archives import Archives
from .errors import ProvisionError, UsageError
from .store import digest, locked, progress, publish_directory

_KEYRING = Path("/usr/share/keyrings/debian-archive-keyring.gpg")
# On every installed host /bin and the like are links into /usr. For releases before trixie
# this must be arranged, in a different way for each.
_LINKS_TO_USR = (
    '--setup-hook=cd "$1" && for name in bin sbin lib lib32 lib64 libx32; do '
    "mkdir -p usr/$name && ln -s usr/$name $name; done"
)
# Takes the program out of its package, which depends on a newer distribution.
_SPARSE_OF_SID = (
    '--customize-hook=chroot "$1" sh -ec \'cd /tmp && apt-get download sparse/sid && '
    "dpkg-deb --fsys-tarfile sparse_*.deb | tar -xO ./usr/bin/sparse >/usr/local/bin/sparse && "
    "chmod 755 /usr/local/bin/sparse'"
)
_LINKS_OF_A_PACKAGE = "--hook-dir=/usr/share/mmdebstrap/hooks/maybe-merged-usr"

_HOST = (
    *("init", "udev", "kmod", "iproute2", "jq", "ca-certificates"),
    # initramfs-tools is named, because some kernel packages prefer dracut.
    *("linux-image-amd64", "linux-headers-amd64", "initramfs-tools"),
)
_MODULE = ("gcc", "make", "libelf-dev", "sparse", "perl")
_CONTROLLER = (
    *("g++", "cmake", "pkg-config", "libnl-3-dev", "libnl-genl-3-dev", "libmnl-dev", "libncurses-dev"),
    *("libcli11-dev", "libspdlog-dev", "nlohmann-json3-dev", "libgtest-dev", "libgmock-dev"),
    "libsqlite3-dev",
)
_PACKAGING = ("dkms", "debhelper", "lintian")
_KERNEL_BUILD = ("bc", "bison", "flex", "libssl-dev", "xz-utils")

# Accept expired Release files: that of an archived release is no longer renewed, and a mirror may
# lag behind unstable. Signatures are checked all the same.
_APT = (
    'Acquire::Check-Valid-Until "false";',
    'Acquire::Languages "none";',
    'Acquire::Retries "3";',
)
# In force only while the root is made: a package under test must get all its files installed.
# The patterns keep the directories: one that a package under test shares with others would
# otherwise be new and seem to be left over by its removal.
_LEAN = "".join(
    f"path-exclude=/usr/share/{pattern}\n" for pattern in ("doc/*/*", "locale/*/*/*", "man/*/*")
)
_KERNEL_PACKAGES = " ".join(
    f"linux-{part}*" for part in ("image-", "headers-", "kbuild-", "base", "binary-", "modules-")
)


@dataclass(frozen=True)
class Pin:
    """An apt pin: the priority of some packages of a suite."""

    packages: str
    suite: str
    priority: int

    def __str__(self) -> str:
        # A release has a suite name and a code name, and the sources may use either.
        return "".join(
            f"Package: {self.packages}\nPin: release {key}={self.suite}\n"
            f"Pin-Priority: {self.priority}\n\n"
            for key in ("a", "n")
        )


@dataclass(frozen=True)
class Root:
    """A release, the further suites that its apt knows, and the packages installed."""

    release: str
    packages: tuple[str, ...]
    also: tuple[str, ...] = ()
    pins: tuple[Pin, ...] = ()
    options: tuple[str, ...] = ()


# Time limit in seconds for one of the three tries to make a root; it takes one or two minutes.
_LIMIT_S = 900

_COMMON = _HOST + _MODULE + _CONTROLLER + _PACKAGING

ROOTS: dict[str, Root] = {
    "bullseye": Root(
        "bullseye",
        _COMMON,
        # This release has no CLI11; bookworm's consists of headers only, so it can be used.
        also=("bookworm",),
        pins=(Pin("*", "bookworm", -1), Pin("libcli11-dev", "bookworm", 500)),
        options=(_LINKS_TO_USR,),
    ),
    "bookworm": Root(
        "bookworm",
        (*_COMMON, "dh-dkms", "clang", *_KERNEL_BUILD),
        options=(_LINKS_OF_A_PACKAGE,),
    ),
    "trixie": Root("trixie", (*_COMMON, "dh-dkms")),
    "trixie-backports": Root(
        "trixie",
        (*_COMMON, "dh-dkms"),
        # trixie's sparse cannot parse this kernel's headers.
        also=("trixie-backports", "sid"),
        pins=(Pin(_KERNEL_PACKAGES, "trixie-backports", 500), Pin("*", "sid", -1)),
        options=(_SPARSE_OF_SID,),
    ),
    # The kernel is from experimental if that is newer than unstable's.
    "newest": Root(
        "sid",
        (*_COMMON, "dh-dkms", "clang"),
        also=("experimental",),
        pins=(Pin(_KERNEL_PACKAGES, "experimental", 500),),
    ),
}


def names() -> list[str]:
    return list(ROOTS)


def directory(name: str) -> Path:
    if name not in ROOTS:
        raise UsageError(f"unknown root '{name}': choose one of {', '.join(names())}")
    return paths.cache() / "roots" / name


def tree(name: str) -> Path:
    return directory(name) / "tree"


def lock_path(name: str) -> Path:
    """The root's lock file: locked shared while the root is in use, exclusively while it is made."""
    return directory(name).with_name(f"{name}.lock")


def identity(name: str) -> str | None:
    """Identifies the root and when it was made; None if it has not been made yet."""
    complete = directory(name) / "complete"
    return digest([complete.read_text("utf-8")]) if complete.exists() else None


def provide(name: str) -> None:
    """Make the root if it is missing or was made by an older recipe. Must be called as root."""
    if is_current(name):
        return
    with locked(lock_path(name)):
        if is_current(name):
            return
        progress(f"making root {name} (once)")
        started = time.monotonic()
        publish_directory(directory(name), lambda work: _fill(name, work))
        progress(f"root {name} is ready ({time.monotonic() - started:.0f} s)")


def is_current(name: str) -> bool:
    complete = directory(name) / "complete"
    return complete.exists() and complete.read_text("utf-8").startswith(_recipe(name) + "\n")


def _recipe(name: str) -> str:
    """A digest of everything that determines the content of a root, except the mirrors."""
    nowhere = Archives("main", "security")
    command = _command(name, Path("tree"), Path("files"), _sources(ROOTS[name], nowhere, []))
    return f"recipe {digest([*command, _APT, _LEAN, _hosts(name), *ROOTS[name].pins])}"


def _hosts(name: str) -> str:
    return f"127.0.0.1 localhost {name}\n::1 localhost\n"


def _sources(root: Root, found: Archives, extra: list[tuple[str, str]]) -> list[str]:
    wanted = [(found.main, suite) for suite in (root.release, *root.also)]
    # The keyring is named, because the host's apt may trust other keys, too.
    options = f"[signed-by={_KEYRING}]"
    return [f"deb {options} {archive} {suite} main" for archive, suite in (*wanted, *extra)]


def _updates(root: Root, found: Archives) -> list[tuple[str, str]]:
    """The suites of updates that a release has only while it is supported."""
    candidates = [(found.main, f"{root.release}-updates")]
    if found.security:
        candidates.append((found.security, f"{root.release}-security"))
    return [(archive, suite) for archive, suite in candidates if archives.has(archive, suite)]


def _command(name: str, target: Path, files: Path, sources: list[str]) -> list[str]:
    root = ROOTS[name]
    etc = '"$1"/etc'
    options = [
        *("--mode=root", "--variant=minbase", "--format=directory"),
        *("--skip=cleanup/apt/lists", "--include=" + ",".join(root.packages)),
        "--dpkgopt=force-unsafe-io",
        f"--setup-hook=cp -R {files}/etc/. {etc}/",
        *root.options,
        f"--customize-hook=rm {etc}/dpkg/dpkg.cfg.d/lean",
        # Until the end of the installation these are the host's own.
        f"--customize-hook=: >{etc}/resolv.conf && echo {name} >{etc}/hostname",
    ]
    return ["mmdebstrap", *options, root.release, str(target), *sources]


def _write_files(name: str, etc: Path) -> None:
    contents = {
        "apt/preferences.d/ghostmem": "".join(map(str, ROOTS[name].pins)),
        "apt/apt.conf.d/ghostmem": "".join(f"{line}\n" for line in (*_APT, *archives.proxies())),
        "dpkg/dpkg.cfg.d/lean": _LEAN,
        "hosts": _hosts(name),
    }
    for path, text in contents.items():
        (etc / path).parent.mkdir(parents=True, exist_ok=True)
        (etc / path).write_text(text, encoding="utf-8")


def _archives() -> Archives:
    found = archives.configured()
    if not found:
        debs.update()
        found = archives.configured()
    if not found:
        raise ProvisionError("apt is configured for no Debian archive: add one to its sources")
    return found


def _make(command: list[str], log: Path) -> bool:
    """Runs mmdebstrap, which fetches some hundred packages, for at most _LIMIT_S seconds."""
    guarded = [*namespace.enter("--mount-proc"), "sh", "-c", 'umask 022 && exec "$@"', "sh"]
    with open(log, "wb") as output:
        try:
            made = subprocess.run(
                [*guarded, *command],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                # No initramfs: nothing boots from the root's, and making one takes half a minute.
                env={**os.environ, "LC_ALL": "C", "INITRD": "No"},
                timeout=_LIMIT_S,
                check=False,
            )
        except subprocess.TimeoutExpired:
            output.write(f"E: it was ended after {_LIMIT_S} s\n".encode())
            return False
    return made.returncode == 0


def _reason(log: Path) -> str:
    """mmdebstrap's first error message, or the last line of the log if it has none."""
    said = [line for line in log.read_text("utf-8", "replace").splitlines() if line.strip()]
    errors = [line for line in said if line.startswith("E:")]
    return errors[0] if errors else said[-1] if said else "no reason given"


def _fill(name: str, work: Path) -> None:
    for needed in (Path(shutil.which("mmdebstrap") or "mmdebstrap"), _KEYRING):
        if not needed.exists():
            raise ProvisionError(f"the host has no {needed}: run scripts/setup")
    found = _archives()
    files = work / "files"
    _write_files(name, files / "etc")
    sources = _sources(ROOTS[name], found, _updates(ROOTS[name], found))
    log = paths.cache() / "logs" / f"root-{name}.log"
    log.parent.mkdir(exist_ok=True)
    command = _command(name, work / "tree", files, sources)
    for last in (False, False, True):
        if _make(command, log):
            break
        problem = f"root {name} was not made ({_reason(log)})"
        if last:
            raise ProvisionError(f"{problem}: read {log}, then try again")
        progress(f"{problem}: trying again")
        shutil.rmtree(work / "tree", ignore_errors=True)
    shutil.rmtree(files)
    stamp = f"{_recipe(name)}\nmade {time.strftime('%Y-%m-%dT%H:%M:%S%z')}\n"
    (work / "complete").write_text(stamp, encoding="utf-8")
