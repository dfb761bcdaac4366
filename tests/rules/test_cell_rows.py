"""Rows that count all volumes of a cell and year know what today's volumes add up to in them."""

from __future__ import annotations

from dataclasses import replace
from math import fsum

import numpy as np
import pytest

from commission_opt.place.arrays import compile_place
from commission_opt.place.synthetic import SyntheticSize, synthetic_place
from commission_opt.rules.draft import add_volumes, start_draft
from commission_opt.rules.shares import cell_rows


@pytest.mark.parametrize(("used", "idle"), [(1.0, 0), (0.5, 3)])
def test_today_is_the_sum_of_the_baseline(used: float, idle: int) -> None:
    """Each delivery counts once, however many tranches it has, to the last digits; without volumes not at all."""
    arrays = compile_place(synthetic_place(SyntheticSize(areas=12, services=30, years=2, tranches=3), 4))
    working = np.arange(len(arrays.names.service)) >= idle
    services = replace(arrays.services, max_coverage=arrays.services.max_coverage * working)
    draft = start_draft(replace(arrays, services=services))
    deliveries, cases = draft.arrays.deliveries, draft.arrays.cells.cases
    cases[np.random.default_rng(1).random(cases.shape) > used] = 0.0
    add_volumes(draft)
    rows = cell_rows(draft, np.ones(cases.size, dtype=bool))
    expected: dict[int, list[float]] = {}
    for delivery, year in np.argwhere(draft.number > 0).tolist():
        at = int(deliveries.cell[delivery]) * draft.years + year
        expected.setdefault(at, []).append(draft.arrays.baseline[delivery, year])
    exact = np.array([fsum(expected[at]) for at in rows.joint.tolist()])
    assert (exact > 0).any()
    assert rows.today == pytest.approx(exact, rel=1e-15, abs=0.0)
    assert rows.today.sum() == pytest.approx(draft.baseline_volume().sum(), rel=1e-9)
