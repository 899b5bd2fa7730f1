"""Unit tests: what a case says of itself, and what is made of what it said."""

import sys
import tempfile
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "matrix"))

import suite  # noqa: E402
import table  # noqa: E402


def case(text: str) -> suite.Case:
    with tempfile.NamedTemporaryFile("w", suffix=".sh", delete=False) as stream:
        stream.write(text)
    return suite.Case(Path(stream.name))


class CaseTest(unittest.TestCase):
    def why_not(self, text: str, kernel: str) -> str | None:
        one = case(text)
        try:
            return one.why_not(kernel)
        finally:
            one.path.unlink()

    def test_one_that_says_nothing_is_for_all(self) -> None:
        self.assertIsNone(self.why_not("# What it proves.\n", "5.10"))

    def test_the_kernels_it_is_for(self) -> None:
        self.assertIsNone(self.why_not("# kernel: 6.1 6.12\n", "6.12"))
        self.assertEqual(self.why_not("# kernel: 6.1 6.12\n", "6.1-rt"), "only for 6.1, 6.12")

    def test_the_kernels_it_is_not_for(self) -> None:
        text = "# not 5.10 6.1: too: old\n# not 7.2: too new\n"
        self.assertEqual(self.why_not(text, "6.1"), "too: old")
        self.assertEqual(self.why_not(text, "7.2"), "too new")
        self.assertIsNone(self.why_not(text, "6.1-rt"))


class TierTest(unittest.TestCase):
    def soaked(self, text: str, kernel: str) -> bool:
        one = case(text)
        try:
            return one.soaked(kernel)
        finally:
            one.path.unlink()

    def test_one_that_says_nothing_is_of_the_short_tier(self) -> None:
        self.assertFalse(self.soaked("# What it proves.\n", "6.1"))

    def test_soaked_everywhere_or_where_it_says_so(self) -> None:
        self.assertTrue(self.soaked("# tier: soak\n", "6.1"))
        self.assertTrue(self.soaked("# tier: soak on 6.1-debug\n", "6.1-debug"))
        self.assertFalse(self.soaked("# tier: soak on 6.1-debug\n", "6.1"))

    def test_no_case_names_another_tier(self) -> None:
        tiers = {one.header("tier").split(" ")[0] for one in suite.all_cases()}
        self.assertEqual(tiers - {""}, {"soak"})


class ForeignTest(unittest.TestCase):
    def test_the_modules_of_another_abi_are_made_for_those_that_ask(self) -> None:
        self.assertEqual([c.name for c in suite.all_cases() if c.foreign], ["foreign_abi"])


class ResultTest(unittest.TestCase):
    RESULT = suite.Result(["ok - a", "not ok - b: 1", "skipped - c: no: zram", "ok - d"], "", 1.0)

    def test_checks_are_counted(self) -> None:
        self.assertEqual((self.RESULT.passed, self.RESULT.failed), (2, 1))
        self.assertEqual(self.RESULT.skipped, [("c", "no: zram")])

    def test_checks_are_named(self) -> None:
        self.assertEqual(self.RESULT.lines("6.1 leak")[1], "not ok - 6.1 leak: b: 1")


class TableTest(unittest.TestCase):
    def test_what_has_no_result_says_so(self) -> None:
        column = table.Column("5.10", cells={"leak": "ok (3)"})
        text = table.as_text([column], ["leak", "unload"])
        self.assertEqual(text, "        5.10\nleak    ok (3)\nunload  not run")

    def test_a_document_is_read_as_it_was_written(self) -> None:
        columns = [
            table.Column("5.10", "5.10.0-1", "5.10.2-1", "gcc (A) 10", {"a": "ok (1)", "b": "skipped"}),
            table.Column("6.1", "6.1.0-1", "6.1.2-1", "gcc (B) 12", {"a": "FAILED (2)"}),
        ]
        skips = [table.Remark(name, "b: part", "no zram (here)") for name in ("5.10", "6.1")]
        text = table.as_document(columns, ["a", "b"], skips, "2026-11-20")
        self.assertEqual(table.from_document(text), (columns, skips))

    def test_reasons_that_several_kernels_share_are_one(self) -> None:
        remarks = [table.Remark(name, "edges", "no zram") for name in ("5.10", "6.1")]
        self.assertEqual(table.grouped(remarks), ["edges (5.10, 6.1): no zram"])


if __name__ == "__main__":
    unittest.main()
