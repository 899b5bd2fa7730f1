"""The kernels a guest can run, and who provides each.

A provider fills <cache>/kernels/<name>/ with

  vmlinuz               the bootable image
  release               uname -r
  modules/lib/modules/  the module tree
  build                 what `make -C` wants for external modules
  complete              written last; says where the kernel came from
"""

import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from . import debs, paths
from .errors import ProvisionError, UsageError
from .store import locked, progress, publish_directory

DEFAULT = "6.1"


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
    def modules(self) -> Path:
        return self.directory / "modules" / "lib" / "modules" / self.release


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
    installing.
    """

    image: str
    headers: str
    append: str = ""

    _WANTED = re.compile(r"linux-(image|modules|binary|headers|kbuild)-")

    def provide(self, kernel: Kernel) -> None:
        if kernel.complete.exists():
            return
        with locked(kernel.directory.with_name(f"{kernel.name}.lock")):
            if not kernel.complete.exists():
                progress(f"fetching kernel {kernel.name} (once)")
                publish_directory(kernel.directory, self._fill)
                progress(f"kernel {kernel.name} is {kernel.release}")

    def _fill(self, work: Path) -> None:
        packages, files = self._download(work)
        root = work / "root"
        for deb in files:
            debs.extract(deb, root)
            deb.unlink()
        (vmlinuz,) = root.glob("boot/vmlinuz-*")
        release = vmlinuz.name.removeprefix("vmlinuz-")
        vmlinuz.rename(work / "vmlinuz")
        self._take_modules(root, work / "modules" / "lib" / "modules", release)
        self._take_headers(root, work, release)
        shutil.rmtree(root)
        (work / "release").write_text(release + "\n", encoding="ascii")
        (work / "complete").write_text(
            "".join(f"{package.spec}\n" for package in packages), encoding="ascii"
        )

    def _download(self, work: Path) -> tuple[list[debs.Package], list[Path]]:
        metapackages = (self.image, self.headers)
        # Lists that are empty (a fresh machine) or old (a point release moved on) are
        # mended once; only then is a failure the user's business.
        for last in (False, True):
            try:
                found = debs.closure(metapackages, self._WANTED)
                packages = [package for package in found if package.name not in metapackages]
                return packages, debs.download(packages, work)
            except ProvisionError:
                if last:
                    raise
                debs.update()
        raise AssertionError("unreachable")

    @staticmethod
    def _take_modules(root: Path, target: Path, release: str) -> None:
        target.mkdir(parents=True)
        candidates = [root / "lib" / "modules" / release, root / "usr/lib/modules" / release]
        tree = next(path for path in candidates if (path / "kernel").is_dir())
        for link in ("build", "source"):
            (tree / link).unlink(missing_ok=True)
        tree.rename(target / release)

    @staticmethod
    def _take_headers(root: Path, work: Path, release: str) -> None:
        """Move headers and kbuild together: they point at each other by relative links."""
        sources = root / "usr" / "src"
        headers = work / "headers" / "usr"
        headers.mkdir(parents=True)
        sources.rename(headers / "src")
        (headers / "lib").mkdir()
        for kbuild in (root / "usr" / "lib").glob("linux-kbuild-*"):
            kbuild.rename(headers / "lib" / kbuild.name)
        makefile = headers / "src" / f"linux-headers-{release}" / "Makefile"
        text = makefile.read_text(encoding="utf-8")
        makefile.write_text(
            text.replace("include /usr/src/", "include $(dir $(lastword $(MAKEFILE_LIST)))../"),
            encoding="utf-8",
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
    "6.1": StockDebs("linux-image-amd64", "linux-headers-amd64"),
    "6.1-cloud": StockDebs("linux-image-cloud-amd64", "linux-headers-cloud-amd64"),
    "6.1-rt": StockDebs("linux-image-rt-amd64", "linux-headers-rt-amd64"),
    "6.12": StockDebs("linux-image-6.12-amd64", "linux-headers-6.12-amd64"),
    # Its allocators record a stack each time, and to route one PCI interrupt by ACPI takes
    # the AML interpreter thousands of allocations: half a minute a device under TCG.
    "6.1-debug": Script("scripts/build-kernel", append="acpi=noirq"),
}


def names() -> list[str]:
    return list(PROVIDERS)


def provide(name: str) -> Kernel:
    provider = PROVIDERS.get(name)
    if provider is None:
        raise UsageError(f"unknown kernel '{name}': choose one of {', '.join(names())}")
    kernel = Kernel(name, paths.cache() / "kernels" / name, provider.append)
    provider.provide(kernel)
    return kernel
