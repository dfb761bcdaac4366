"""One program, every solver: what each claims, and what the certificate says of it."""

from __future__ import annotations

from importlib.util import find_spec

import pytest

from benchmarks.solve_report import measured
from benchmarks.solvers import SOLVERS

ROUGH = {"HiGHS, PDLP", "HiGHS, HiPDLP", "PDLP"}
"""First-order methods: their claims are near the best plan, and do not hold to a millionth."""


@pytest.mark.parametrize("name", SOLVERS)
def test_every_solver_is_given_the_same_program(name: str) -> None:
    """Each claims the best plan of a small place, in the signs that the certificate reads."""
    package = SOLVERS[name][1]
    if find_spec(package) is None:
        pytest.skip(f"{package} is not installed: pip install 'commission-opt[bench]'")
    found = measured(name, "few", "aligned", 60.0)
    assert abs(found["gap"]) < (0.05 if name in ROUGH else 1e-6)
    assert found["violation"] < (0.05 if name in ROUGH else 1e-6)
