"""Shared by the test runners: cases and how they run, expected numbers of checks, times, progress.

tests/run, tests/soak and tests/ci run suites; tests/vm/run and tests/matrix/run run guest cases.
"""

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

# The VM runner's package.
sys.path.insert(0, str(ROOT / "scripts"))
