"""The kernels a guest can run, and who provides each.

A provider fills <cache>/kernels/<name>/ with

  vmlinuz               the bootable image
  release               uname -r
  root                  the root that its modules are compiled in (roots.py); absent: this host
  modules/lib/modules/  the module tree
  build                 the directory to give `make -C` for external modules
  complete              written last; says where the kernel came from
"""

import platform
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from . import debs, paths, roots
from .errors import ProvisionError, UsageError
from .store import locked, progress, publish_directory

DEFAULT = "6.1"
# On a host of this release, its kernels are fetched and their modules compiled without a root.
HOME = "bookworm"


@dataclass(frozen=True)
class Kernel:
    """A provided kernel, and the kernel parameters it needs beyond those of all kernels."""

    name: str
    directory: Path
    append: str = ""

    @property
    def vmlinuz(self) -> Path:
        return self.directory / "vmlinuz"

    @property
    def complete(self) -> Path:
        return self.directory / "complete"

    @property
    def release(self) -> str:
        return (self.directory / "release").read_text(encoding="ascii").strip()

    @property
    def build(self) -> Path:
        return self.directory / "build"

    @property
    def root(self) -> str | None:
        record = self.directory / "root"
        return record.read_text(encoding="ascii").strip() if record.exists() else None

    @property
    def modules(self) -> Path:
        return self.directory / "modules" / "lib" / "modules" / self.release


def host_release() -> str:
    try:
        return platform.freedesktop_os_release().get("VERSION_CODENAME", "")
    except OSError:
        return ""


def enter_once(root: str) -> None:
    """Make the root now, while its messages still reach the terminal."""
    script = paths.REPO / "scripts" / "root"
    if subprocess.run([str(script), root, "--", "true"], check=False).returncode:
        raise ProvisionError(f"root {root} is needed and cannot be entered: see above")


class Provider(Protocol):
    @property
    def append(self) -> str:
        """The kernel parameters that this kernel needs."""

    def provide(self, kernel: Kernel) -> None:
        """Make the kernel's cache entry complete. Costs next to nothing if it is already."""


@dataclass(frozen=True)
class StockDebs:
    """A distribution kernel, named by its metapackages.

    The headers are unpacked beside the image instead of taken from /usr/src. Image and headers
    thus keep the same version when the host is upgraded, and no headers need to be installed.
    A kernel of another release than the host's is fetched, and its modules are compiled, in a
    root of that release.
    """

    image: str
    headers: str
    append: str = ""
    root: str = HOME

    _WANTED = re.compile(r"linux-(image|modules|binary|headers|kbuild|base-\d)")

    def provide(self, kernel: Kernel) -> None:
        root = None if self.root == host_release() else self.root
        if self._is_current(kernel, root):
            return
        with locked(kernel.directory.with_name(f"{kernel.name}.lock")):
            if not self._is_current(kernel, root):
                progress(f"fetching kernel {kernel.name} (once)")
                publish_directory(kernel.directory, lambda work: self._fill(work, root))
                progress(f"kernel {kernel.name} is {kernel.release}")

    @staticmethod
    def _is_current(kernel: Kernel, root: str | None) -> bool:
        if not kernel.complete.exists() or kernel.root != root:
            return False
        if not root:
            return True
        # If the root was remade, its compiler may no longer be the one that the headers require.
        now = roots.identity(root)
        return now is None or f"root {now}\n" in kernel.complete.read_text(encoding="ascii")

    def _fill(self, work: Path, root: str | None) -> None:
        packages, files = self._download(work, root)
        unpacked = work / "unpacked"
        for deb in files:
            debs.extract(deb, unpacked)
            deb.unlink()
        modules = unpacked / "usr" / "lib" / "modules"
        if not modules.exists():
            modules = unpacked / "lib" / "modules"
        (release,) = (tree.name for tree in modules.iterdir())
        self._take_image(unpacked / "boot", modules / release, work / "vmlinuz")
        self._take_modules(modules / release, work / "modules" / "lib" / "modules")
        self._take_headers(unpacked, work, release)
        shutil.rmtree(unpacked)
        (work / "release").write_text(release + "\n", encoding="ascii")
        origin = [package.spec for package in packages]
        if root:
            (work / "root").write_text(root + "\n", encoding="ascii")
            origin.append(f"root {roots.identity(root)}")
        (work / "complete").write_text("".join(f"{line}\n" for line in origin), encoding="ascii")

    def _download(
        self, work: Path, root: str | None
    ) -> tuple[list[debs.Package], list[Path]]:
        if root:
            enter_once(root)
        apt = debs.Apt(root)
        metapackages = (self.image, self.headers)
        # Package lists may be empty (a fresh machine) or outdated (after a point release). They
        # are updated once; only a failure after that is reported to the user.
        for last in (False, True):
            try:
                found = apt.closure(metapackages, self._WANTED)
                packages = [package for package in found if package.name not in metapackages]
                return packages, apt.download(packages, work)
            except ProvisionError:
                if last:
                    raise
                apt = apt.renewed()
        raise AssertionError("unreachable")

    @staticmethod
    def _take_image(boot: Path, tree: Path, target: Path) -> None:
        """Takes vmlinuz from /boot, or from among the modules, where newer packages have it."""
        candidates = [*boot.glob("vmlinuz-*"), *tree.glob("vmlinuz")]
        candidates[0].rename(target)

    @staticmethod
    def _take_modules(tree: Path, target: Path) -> None:
        target.mkdir(parents=True)
        for link in ("build", "source"):
            (tree / link).unlink(missing_ok=True)
        tree.rename(target / tree.name)

    @staticmethod
    def _take_headers(unpacked: Path, work: Path, release: str) -> None:
        """Moves headers and kbuild together, because they refer to each other by relative links."""
        sources = unpacked / "usr" / "src"
        headers = work / "headers" / "usr"
        headers.mkdir(parents=True)
        sources.rename(headers / "src")
        (headers / "lib").mkdir()
        for kbuild in (unpacked / "usr" / "lib").glob("linux-kbuild-*"):
            kbuild.rename(headers / "lib" / kbuild.name)
        makefile = headers / "src" / f"linux-headers-{release}" / "Makefile"
        text = makefile.read_text(encoding="utf-8")
        # Must be expanded here (:=): the last word of MAKEFILE_LIST changes with the next include.
        here = "HERE := $(dir $(realpath $(lastword $(MAKEFILE_LIST))))"
        makefile.write_text(
            f"{here}\n{text.replace('/usr/src/', '$(HERE)../')}", encoding="utf-8"
        )
        (work / "build").symlink_to(Path("headers/usr/src") / makefile.parent.name)


@dataclass(frozen=True)
class Script:
    """A kernel that a script of the project builds.

    The script is always run: it does its own locking, and it determines quickly whether what
    it built before is still current.
    """

    script: str
    append: str = ""

    def provide(self, kernel: Kernel) -> None:
        script = paths.REPO / self.script
        if not script.exists():
            raise ProvisionError(f"kernel {kernel.name} is built by {self.script}, which is absent")
        built = subprocess.run([str(script), kernel.name], stdout=subprocess.DEVNULL, check=False)
        if built.returncode or not kernel.complete.exists():
            raise ProvisionError(f"{self.script} {kernel.name} failed: see its output above")


PROVIDERS: dict[str, Provider] = {
    "5.10": StockDebs("linux-image-amd64", "linux-headers-amd64", root="bullseye"),
    "6.1": StockDebs("linux-image-amd64", "linux-headers-amd64"),
    "6.1-cloud": StockDebs("linux-image-cloud-amd64", "linux-headers-cloud-amd64"),
    "6.1-rt": StockDebs("linux-image-rt-amd64", "linux-headers-rt-amd64"),
    "6.12": StockDebs("linux-image-amd64", "linux-headers-amd64", root="trixie"),
    "7.2": StockDebs("linux-image-amd64", "linux-headers-amd64", root="trixie-backports"),
    "newest": StockDebs("linux-image-amd64", "linux-headers-amd64", root="newest"),
    "nobpf": Script("scripts/build-kernel"),
    "6.12-rt-lockdep": Script("scripts/build-kernel"),
    "6.12-witness": Script("scripts/build-kernel"),
    # acpi=noirq: routing one PCI interrupt by ACPI takes thousands of allocations in the AML
    # interpreter, and the allocators record a stack for each: half a minute per device under TCG.
    # no5lvl: while identify_boot_cpu() has cleared the CPU's capabilities, KASAN assumes four-level
    # page tables; an interrupt at that moment is reported as a wild access if there are five.
    "6.1-debug": Script("scripts/build-kernel", append="acpi=noirq no5lvl"),
}


# Kernels that no user runs: their debugging features check the module while the tests use it.
OF_THE_TESTS = ("6.1-debug", "6.12-rt-lockdep", "6.12-witness")


def names() -> list[str]:
    return list(PROVIDERS)


def of_users() -> list[str]:
    """The names of the kernels that users run; the others only check the module."""
    return [name for name in PROVIDERS if name not in OF_THE_TESTS]


def is_built_here(name: str) -> bool:
    """Whether the kernel is compiled from source, which takes minutes the first time."""
    return isinstance(PROVIDERS[name], Script)


def provide(name: str) -> Kernel:
    provider = PROVIDERS.get(name)
    if provider is None:
        raise UsageError(f"unknown kernel '{name}': choose one of {', '.join(names())}")
    kernel = Kernel(name, paths.cache() / "kernels" / name, provider.append)
    provider.provide(kernel)
    return kernel
