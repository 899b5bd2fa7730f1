"""Unit tests: what a case says of itself, and what is made of what it said."""

import subprocess
import sys
import tempfile
import time
import unittest
import unittest.mock
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "matrix"))

import table  # noqa: E402
from harness import case, files, guest, plan, processes, tap  # noqa: E402


def written(text: str) -> case.Case:
    """A case whose file has been read, and is gone."""
    with tempfile.NamedTemporaryFile("w", suffix=".sh") as stream:
        stream.write(text)
        stream.flush()
        one = case.Case(Path(stream.name))
        assert one.text == text
    return one


class CaseTest(unittest.TestCase):
    def why_not(self, text: str, kernel: str) -> str | None:
        return written(text).why_not(kernel)

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
    def test_one_that_says_nothing_is_of_the_short_tier(self) -> None:
        one = written("# What it proves.\n")
        self.assertFalse(one.soaked("6.1"))
        self.assertEqual(one.limit("6.1", soak=False), 4 * case.BUDGET_S)
        self.assertEqual(one.limit("6.1-debug", soak=False), 4 * case.CHECKING_BUDGET_S)
        self.assertEqual(one.limit("6.1", soak=True), 900)

    def test_kmemleak_only_for_who_asks_it(self) -> None:
        self.assertFalse(written("# What it proves.\n").asks_kmemleak(short=False))
        asks = 'nothing_leaked "nothing has leaked"\n'
        self.assertTrue(written(asks).asks_kmemleak(short=True))
        self.assertFalse(written("# kmemleak: soak\n" + asks).asks_kmemleak(short=True))
        self.assertTrue(written("# kmemleak: soak\n" + asks).asks_kmemleak(short=False))

    def test_a_report_that_is_provoked_excuses_no_other(self) -> None:
        one = written("# reports: give_up\n")
        taint = "the kernel is tainted: W (warning)"
        provoked = "kernel report: WARNING: CPU: 0 PID: 1 at kernel/x.c:2 give_up+0x1/0x2"
        other = "kernel report: WARNING: CPU: 0 PID: 1 at kernel/x.c:2 other+0x1/0x2"
        self.assertEqual(one.unexpected([taint, provoked]), [])
        self.assertEqual(one.unexpected([taint, provoked, other]), [other])
        self.assertEqual(one.unexpected([taint]), [taint])
        self.assertEqual(one.unexpected(["lost: give_up"]), ["lost: give_up"])
        self.assertEqual(written("# No word of it.\n").unexpected([provoked]), [provoked])

    def test_a_long_form_is_told_by_its_words(self) -> None:
        self.assertTrue(written("times=$(paced 40 2)\n").has_long_form)
        self.assertTrue(written("if short; then times=2; fi\n").has_long_form)
        self.assertFalse(written("# It is too short for a long form.\n").has_long_form)

    def test_soaked_everywhere_or_where_it_says_so(self) -> None:
        self.assertTrue(written("# tier: soak\n").soaked("6.1"))
        one = written("# tier: soak on 6.1-debug\n# soak-limit: 1200\n")
        self.assertTrue(one.soaked("6.1-debug"))
        self.assertFalse(one.soaked("6.1"))
        self.assertEqual(one.limit("6.1-debug", soak=False), 1200)

    def test_no_case_names_another_tier(self) -> None:
        tiers = {one.header("tier").split(" ")[0] for one in case.all_cases()}
        self.assertEqual(tiers - {""}, {"soak"})

    def test_no_two_cases_have_a_name(self) -> None:
        names = [one.name for one in case.all_cases()]
        self.assertEqual(sorted(set(names)), names)
        self.assertIn("cases/devices/leak.sh", [one.place for one in case.all_cases()])


class ForeignTest(unittest.TestCase):
    def test_the_modules_of_another_abi_are_made_for_those_that_ask(self) -> None:
        self.assertEqual([c.name for c in case.all_cases() if c.foreign], ["foreign_abi"])


class ResultTest(unittest.TestCase):
    RESULT = guest.Result(["ok - a", "not ok - b: 1", "skipped - c: no: zram", "ok - d"], "", 1.0)

    def test_checks_are_counted(self) -> None:
        self.assertEqual((self.RESULT.passed, self.RESULT.failed), (2, 1))
        self.assertEqual(self.RESULT.skipped, [("c", "no: zram")])

    def test_checks_are_named(self) -> None:
        self.assertEqual(self.RESULT.lines("6.1 leak")[1], "not ok - 6.1 leak: b: 1")

    def test_a_failed_check_may_be_chance_but_not_in_a_guest_that_is_ill(self) -> None:
        self.assertTrue(self.RESULT.may_be_chance)
        ill = guest.Result(["not ok - a: 1"], "", 1.0, ["the kernel is tainted: W (warned)"])
        self.assertFalse(ill.may_be_chance)
        self.assertFalse(guest.Result(["ok - a"], "", 1.0).may_be_chance)


class TapTest(unittest.TestCase):
    LINES = (
        "ok - a",
        "not ok - b: 1",
        "    ok 1 - c",
        " 3/533 Test   #3: Units.Parse ....   Passed    0.01 sec",
        " 4/533 Test   #4: Units.Bytes ....***Failed    0.01 sec",
        "flaky - d: it passed when it was run once more",
        "slow - 6.1 e: 40 s, its budget is 30 s",
        "# ok is not a verdict here",
    )

    def test_lines_are_counted(self) -> None:
        count = tap.Count()
        quiet = [count.note(line) for line in self.LINES]
        self.assertEqual(quiet, [True, False, True, True, False, False, False, False])
        self.assertEqual(count, tap.Count(passed=3, failed=2, flaky=1, slow=1))

    def test_the_last_line_is_the_sum(self) -> None:
        lines = tap.Count(passed=3, flaky=1, slow=2).closing().splitlines()
        self.assertEqual(lines[-1], "3 passed, 0 failed")
        self.assertTrue(tap.CLOSING.match(lines[-1]))
        self.assertEqual(len(lines), 3)


class PlanTest(unittest.TestCase):
    def test_fewer_than_there_have_to_be_is_a_problem(self) -> None:
        with tempfile.TemporaryDirectory() as name:
            path = Path(name) / "checks.json"
            files.write_json(path, {"6.1": {"leak": 23}})
            with unittest.mock.patch.object(plan, "PATH", path):
                numbers = plan.Plan()
                self.assertIsNone(numbers.problem("6.1", "leak", 23))
                self.assertIn("22 checks", numbers.problem("6.1", "leak", 22) or "")
                self.assertIsNone(numbers.problem("6.1", "new", 1))
                self.assertIsNotNone(numbers.problem("6.1", "silent", 0))
                numbers.save()
                self.assertEqual(files.read_json(path, {})["6.1"]["leak"], 23)

    def test_what_is_recorded_is_what_has_to_be(self) -> None:
        with tempfile.TemporaryDirectory() as name:
            path = Path(name) / "checks.json"
            files.write_json(path, {"6.1": {"leak": 23, "modes": 20}})
            with unittest.mock.patch.object(plan, "PATH", path):
                numbers = plan.Plan(recording=True)
                self.assertIsNone(numbers.problem("6.1", "leak", 22))
                numbers.save()
                self.assertEqual(files.read_json(path, {}), {"6.1": {"leak": 22, "modes": 20}})


class GroupTest(unittest.TestCase):
    def lines(self, script: str, seconds: float) -> tuple[list[str], int | None]:
        group = processes.Group(["sh", "-c", script], Path("/"))
        return list(group.lines(time.time() + seconds)), group.status

    def test_what_it_prints_and_its_status(self) -> None:
        self.assertEqual(self.lines("echo a; printf b; exit 3", 30), (["a\n", "b\n"], 3))

    def test_all_of_it_is_ended_at_the_deadline(self) -> None:
        # One that ignores the request to end, and one that has left the group.
        script = "trap '' TERM; setsid sleep 1234.5 & echo begun; sleep 1234.5"
        began = time.monotonic()
        self.assertEqual(self.lines(script, 1), (["begun\n"], None))
        self.assertLess(time.monotonic() - began, 15)
        found = subprocess.run(["pgrep", "-f", "sleep 1234.5"], capture_output=True, check=False)
        self.assertEqual(found.stdout, b"")

    def test_it_is_ended_when_nobody_waits_for_it_any_more(self) -> None:
        with (
            self.assertRaises(KeyboardInterrupt),
            processes.Group(["sh", "-c", "echo begun; sleep 1234.6"], Path("/")) as group,
        ):
            for _ in group.lines():
                raise KeyboardInterrupt
        found = subprocess.run(["pgrep", "-f", "sleep 1234.6"], capture_output=True, check=False)
        self.assertEqual(found.stdout, b"")


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
