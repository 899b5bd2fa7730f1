"""Unit tests: what apt says of packages, how a cache entry gets there, what a root sees of us."""

import dataclasses
import re
import sys
import tempfile
import unittest
from collections.abc import Sequence
from pathlib import Path
from unittest import mock

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "scripts"))

from ghostvm import chroot, debs, paths, rooted, roots, store  # noqa: E402
from ghostvm.errors import UsageError  # noqa: E402

PACKAGES = {
    "linux-image-amd64": ("7.3~rc7-1", "linux-base-7.3-amd64 (= 7.3~rc7-1), linux-image-7.3-amd64"),
    "linux-image-7.3-amd64": ("7.3~rc7-1", "dracut | initramfs-tools (>= 0.1), linux-base (>= 4)"),
    "linux-base-7.3-amd64": ("7.3~rc7-1", ""),
}


class FakeApt(debs.Apt):
    """Answers as apt-cache show does, from the table above."""

    def show(self, wanted: Sequence[tuple[str, str | None]]) -> list[debs.Package]:
        paragraphs = (
            f"Package: {name}\nVersion: {PACKAGES[name][0]}\nDepends: {PACKAGES[name][1]}\n"
            "Description: has a: colon\n and: more\n"
            for name, _ in wanted
        )
        return [package for text in paragraphs if (package := debs._parse_package(text))]


class DebsTest(unittest.TestCase):
    def test_the_closure_follows_names_that_are_wanted(self) -> None:
        wanted = re.compile(r"linux-(image|base-\d)")
        found = {package.spec for package in FakeApt().closure(["linux-image-amd64"], wanted)}
        self.assertEqual(found, {f"{name}=7.3~rc7-1" for name in PACKAGES})

    def test_pins_and_the_first_of_alternatives(self) -> None:
        package = debs._parse_package("Package: a\nVersion: 1\nDepends: b (= 2), c (>= 3) | d\n")
        assert package
        self.assertEqual(package.depends, (("b", "2"), ("c", None)))

    def test_no_version_is_no_package(self) -> None:
        self.assertIsNone(debs._parse_package("Package: a\n"))


class StoreTest(unittest.TestCase):
    def test_an_entry_is_there_whole_or_not_at_all(self) -> None:
        with tempfile.TemporaryDirectory() as name:
            target = Path(name) / "entry"

            def fail(work: Path) -> None:
                (work / "half").touch()
                raise KeyboardInterrupt

            with self.assertRaises(KeyboardInterrupt):
                store.publish_directory(target, fail)
            self.assertEqual(list(Path(name).iterdir()), [])

    def test_what_a_killed_one_left_goes_with_the_next(self) -> None:
        with tempfile.TemporaryDirectory() as name:
            target, other = Path(name) / "entry", Path(name) / ".entry-2.abc"
            (Path(name) / ".entry.abc").mkdir()
            other.mkdir()
            store.publish_directory(target, lambda work: (work / "file").touch())
            self.assertEqual({path.name for path in Path(name).iterdir()}, {"entry", other.name})


class RootsTest(unittest.TestCase):
    def test_a_recipe_changes_with_what_it_is_made_of(self) -> None:
        recipes = {roots._recipe(name) for name in roots.names()}
        self.assertEqual(len(recipes), len(roots.names()))
        name = roots.names()[0]
        before = roots._recipe(name)
        with mock.patch.object(roots, "_LEAN", roots._LEAN + "x"):
            self.assertNotEqual(roots._recipe(name), before)
        more = dataclasses.replace(
            roots.ROOTS[name], pins=(*roots.ROOTS[name].pins, roots.Pin("x", "sid", -1))
        )
        with mock.patch.dict(roots.ROOTS, {name: more}):
            self.assertNotEqual(roots._recipe(name), before)
        self.assertEqual(roots._recipe(name), before)

    def test_a_suite_is_pinned_by_each_of_its_names(self) -> None:
        pin = str(roots.Pin("x", "sid", -1))
        self.assertIn("release a=sid\n", pin)
        self.assertIn("release n=sid\n", pin)

    def test_nobody_knows_a_root_that_is_not(self) -> None:
        with self.assertRaises(UsageError):
            roots.directory("woody")

    def test_of_nested_directories_the_outer_one_is_bound(self) -> None:
        visit = chroot.Visit(["true"], binds=[paths.REPO / "kmod", Path("/usr/share"), Path("/usr")])
        bound = chroot._binds(visit)
        self.assertIn(paths.REPO, bound)
        self.assertIn(Path("/usr"), bound)
        self.assertNotIn(Path("/usr/share"), bound)
        self.assertNotIn(paths.REPO / "kmod", bound)

    def test_a_state_belongs_to_one_root(self) -> None:
        with tempfile.TemporaryDirectory() as name:
            state = Path(name) / "state"
            chroot._layer("bookworm", state)
            chroot._layer("bookworm", state)
            with self.assertRaises(UsageError):
                chroot._layer("trixie", state)
            with self.assertRaises(UsageError):
                chroot._layer("trixie", Path(name))

    def test_the_newest_kernel_is_told_by_its_numbers(self) -> None:
        releases = ["6.1.0-9-amd64", "6.1.0-56-amd64", "5.10.0-60-amd64"]
        self.assertEqual(rooted._newest(releases), "6.1.0-56-amd64")


if __name__ == "__main__":
    unittest.main()
