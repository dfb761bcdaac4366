"""Plans that the reports are tested on, solved once."""

from __future__ import annotations

import pytest

from commission_opt import Comparison, Plan, compare, read_model, read_place, solve
from commission_opt.shipped import shipped_places
from tests.reports.hostile import hostile_place


@pytest.fixture(scope="session")
def riverside() -> Plan:
    """Return riverside's plan with all money pooled."""
    return solve(read_place(shipped_places()["riverside"]), read_model("total_place"))


@pytest.fixture(scope="session")
def ladder() -> Comparison:
    """Return the ladder of the place that is checked by hand."""
    return compare(read_place(shipped_places()["wrong_pockets"]))


@pytest.fixture(scope="session")
def hostile() -> Plan:
    """Return a plan of a place whose names try to do harm."""
    return solve(hostile_place(), read_model("aligned"))
