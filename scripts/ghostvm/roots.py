"""Throw-away roots: whole Debian hosts of other releases, made of packages by mmdebstrap.

A root is <cache>/roots/<name>/tree, and `complete` beside it, written last. It is not
written again: who runs something in it (chroot.py) does so on a layer of his own.
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
# /bin and friends are links on every installed host; to packages of before trixie it has to
# be said, and differently to each.
_LINKS_TO_USR = (
    '--setup-hook=cd "$1" && for name in bin sbin lib lib32 lib64 libx32; do '
    "mkdir -p usr/$name && ln -s usr/$name $name; done"
)
# The program alone: its package wants a newer distribution around it.
_SPARSE_OF_SID = (
    '--customize-hook=chroot "$1" sh -ec \'cd /tmp && apt-get download sparse/sid && '
    "dpkg-deb --fsys-tarfile sparse_*.deb | tar -xO ./usr/bin/sparse >/usr/local/bin/sparse && "
    "chmod 755 /usr/local/bin/sparse'"
)
_LINKS_OF_A_PACKAGE = "--hook-dir=/usr/share/mmdebstrap/hooks/maybe-merged-usr"

_HOST = (
    *("init", "udev", "kmod", "iproute2", "jq", "ca-certificates"),
    # initramfs-tools by name, because some kernels would rather have dracut.
    *("linux-image-amd64", "linux-headers-amd64", "initramfs-tools"),
)
_MODULE = ("gcc", "make", "libelf-dev", "sparse", "perl")
_CONTROLLER = (
    *("g++", "cmake", "pkg-config", "libnl-3-dev", "libnl-genl-3-dev", "libmnl-dev", "libncurses-dev"),
    *("libcli11-dev", "libspdlog-dev", "nlohmann-json3-dev", "libgtest-dev", "libgmock-dev"),
)
_PACKAGING = ("dkms", "debhelper", "lintian")
_KERNEL_BUILD = ("bc", "bison", "flex", "libssl-dev", "xz-utils")

# A release's last Release file stays when nobody renews it any more, and a mirror may
# lag behind unstable's; that they are signed is checked all the same.
_APT = (
    'Acquire::Check-Valid-Until "false";',
    'Acquire::Languages "none";',
    'Acquire::Retries "3";',
)
# Only while the root is made: a package under test must find all its files installed. The
# directories are made, or those that it shares would seem to be left over by its removal.
_LEAN = "".join(
    f"path-exclude=/usr/share/{pattern}\n" for pattern in ("doc/*/*", "locale/*/*/*", "man/*/*")
)
_KERNEL_PACKAGES = " ".join(
    f"linux-{part}*" for part in ("image-", "headers-", "kbuild-", "base", "binary-", "modules-")
)


@dataclass(frozen=True)
class Pin:
    """What apt may take from a suite that it would else leave alone, or the reverse."""

    packages: str
    suite: str
    priority: int

    def __str__(self) -> str:
        # A suite has two names, and an archive may be asked for by either.
        return "".join(
            f"Package: {self.packages}\nPin: release {key}={self.suite}\n"
            f"Pin-Priority: {self.priority}\n\n"
            for key in ("a", "n")
        )


@dataclass(frozen=True)
class Root:
    """A release, what else its apt knows, and what is installed."""

    release: str
    packages: tuple[str, ...]
    also: tuple[str, ...] = ()
    pins: tuple[Pin, ...] = ()
    options: tuple[str, ...] = ()


# Seconds for making a root, of which there are three tries; it takes one or two minutes.
_LIMIT_S = 900

_COMMON = _HOST + _MODULE + _CONTROLLER + _PACKAGING

ROOTS: dict[str, Root] = {
    "bullseye": Root(
        "bullseye",
        _COMMON,
        # It has no CLI11; bookworm's is headers alone.
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
        # This kernel's headers are beyond trixie's sparse.
        also=("trixie-backports", "sid"),
        pins=(Pin(_KERNEL_PACKAGES, "trixie-backports", 500), Pin("*", "sid", -1)),
        options=(_SPARSE_OF_SID,),
    ),
    # The kernel is experimental's when that is newer than unstable's.
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
    """Shared while the root is in use, exclusive while it is made."""
    return directory(name).with_name(f"{name}.lock")


def identity(name: str) -> str | None:
    """Which root this is, down to the making; None if it has yet to be made."""
    complete = directory(name) / "complete"
    return digest([complete.read_text("utf-8")]) if complete.exists() else None


def provide(name: str) -> None:
    """Make the root if there is none, or if it is of an older recipe. Wants to be root."""
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
    """All that makes a root what it is, but for the mirrors."""
    nowhere = Archives("main", "security")
    command = _command(name, Path("tree"), Path("files"), _sources(ROOTS[name], nowhere, []))
    return f"recipe {digest([*command, _APT, _LEAN, _hosts(name), *ROOTS[name].pins])}"


def _hosts(name: str) -> str:
    return f"127.0.0.1 localhost {name}\n::1 localhost\n"


def _sources(root: Root, found: Archives, extra: list[tuple[str, str]]) -> list[str]:
    wanted = [(found.main, suite) for suite in (root.release, *root.also)]
    # By name, because the host's apt may trust others, too.
    options = f"[signed-by={_KEYRING}]"
    return [f"deb {options} {archive} {suite} main" for archive, suite in (*wanted, *extra)]


def _updates(root: Root, found: Archives) -> list[tuple[str, str]]:
    """What a release has only while somebody looks after it."""
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
        # The host's own, until the end of the installation.
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
    """Runs mmdebstrap, which fetches some hundred packages, and gives it so much time."""
    guarded = [*namespace.enter("--mount-proc"), "sh", "-c", 'umask 022 && exec "$@"', "sh"]
    with open(log, "wb") as output:
        try:
            made = subprocess.run(
                [*guarded, *command],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                # Nothing boots from an initramfs of the root's; to make one takes half a minute.
                env={**os.environ, "LC_ALL": "C", "INITRD": "No"},
                timeout=_LIMIT_S,
                check=False,
            )
        except subprocess.TimeoutExpired:
            output.write(f"E: it was ended after {_LIMIT_S} s\n".encode())
            return False
    return made.returncode == 0


def _reason(log: Path) -> str:
    """mmdebstrap's first error, or, if it did not get so far, what was said last."""
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
