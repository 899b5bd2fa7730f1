"""The kernels a guest can run, and who provides each.

A provider fills <cache>/kernels/<name>/ with

  vmlinuz               the bootable image
  release               uname -r
  root                  where its modules are compiled (roots.py); absent: on this host
  modules/lib/modules/  the module tree
  build                 what `make -C` wants for external modules
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
# The release whose kernels are fetched, and their modules compiled, on a host of that release.
HOME = "bookworm"


@dataclass(frozen=True)
class Kernel:
    """A provided kernel, and what its command line needs beyond what all kernels get."""

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
    """Make sure that a root is there, while what is said about it can still be seen."""
    script = paths.REPO / "scripts" / "root"
    if subprocess.run([str(script), root, "--", "true"], check=False).returncode:
        raise ProvisionError(f"root {root} is needed and cannot be entered: see above")


class Provider(Protocol):
    @property
    def append(self) -> str:
        """What the kernel wants on its command line."""

    def provide(self, kernel: Kernel) -> None:
        """Make the kernel's cache entry complete. Costs next to nothing when it is."""


@dataclass(frozen=True)
class StockDebs:
    """A distribution kernel, named by its metapackages.

    The headers are unpacked beside the image instead of taken from /usr/src: both then
    stay of one version whatever the host upgrades, and no kernel's headers need
    installing. A kernel of another release than the host's is fetched, and its modules
    are compiled, in a root of that release.
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
        # Remade, the root may have another compiler than the one the headers ask for.
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
        # Lists that are empty (a fresh machine) or old (a point release moved on) are
        # mended once; only then is a failure the user's business.
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
        """Older packages have it in /boot; newer ones among the modules, and copy it there."""
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
        """Move headers and kbuild together: they point at each other by relative links."""
        sources = unpacked / "usr" / "src"
        headers = work / "headers" / "usr"
        headers.mkdir(parents=True)
        sources.rename(headers / "src")
        (headers / "lib").mkdir()
        for kbuild in (unpacked / "usr" / "lib").glob("linux-kbuild-*"):
            kbuild.rename(headers / "lib" / kbuild.name)
        makefile = headers / "src" / f"linux-headers-{release}" / "Makefile"
        text = makefile.read_text(encoding="utf-8")
        # Set at once: what MAKEFILE_LIST ends in is another file after the next include.
        here = "HERE := $(dir $(realpath $(lastword $(MAKEFILE_LIST))))"
        makefile.write_text(
            f"{here}\n{text.replace('/usr/src/', '$(HERE)../')}", encoding="utf-8"
        )
        (work / "build").symlink_to(Path("headers/usr/src") / makefile.parent.name)


@dataclass(frozen=True)
class Script:
    """A kernel that a script of the project builds.

    The script does its own locking, and is always asked: it knows best, and quickly,
    whether what it built is still what it would build.
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
    # Its allocators record a stack each time, and to route one PCI interrupt by ACPI takes
    # the AML interpreter thousands of allocations: half a minute a device under TCG. While
    # identify_boot_cpu() forgets what the CPU can, KASAN takes it to have four levels of page
    # tables: an interrupt in that moment is reported as a wild access, where there are five.
    "6.1-debug": Script("scripts/build-kernel", append="acpi=noirq no5lvl"),
}


# Kernels that nobody runs: they watch the module while the tests use it.
OF_THE_TESTS = ("6.1-debug", "6.12-rt-lockdep", "6.12-witness")


def names() -> list[str]:
    return list(PROVIDERS)


def of_users() -> list[str]:
    """Those that people run; the others only watch the module."""
    return [name for name in PROVIDERS if name not in OF_THE_TESTS]


def is_built_here(name: str) -> bool:
    """Whether it is compiled from source, which takes minutes the first time."""
    return isinstance(PROVIDERS[name], Script)


def provide(name: str) -> Kernel:
    provider = PROVIDERS.get(name)
    if provider is None:
        raise UsageError(f"unknown kernel '{name}': choose one of {', '.join(names())}")
    kernel = Kernel(name, paths.cache() / "kernels" / name, provider.append)
    provider.provide(kernel)
    return kernel
