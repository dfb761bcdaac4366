"""Ceilings: no outcome beyond what exists."""

from __future__ import annotations

import pandas as pd
import pytest

from tests.tiny import PLACE, effects, model, rows, solved, tiny


def outcomes(safe_weight: float = 1, safe: object = "", well: object = "") -> pd.DataFrame:
    """Return the outcomes with ceilings in units per case."""
    cells = (("safe", "units", safe_weight, "council", safe), ("well", "units", 2, "nhs", well))
    return rows("outcome unit weight agency ceiling", *cells)


def test_value_counts_up_to_the_ceiling() -> None:
    """4 a case of 200 + 60: 1,040 of well count, worth 2,080; safe has no ceiling: 100 more."""
    assert solved(tiny(outcomes=outcomes(well=4)), model(ceilings={})).value == pytest.approx(100 + 2080)


def test_without_the_rule_everything_counts() -> None:
    """The column alone does nothing."""
    assert solved(tiny(outcomes=outcomes(well=4)), model()).value == pytest.approx(3700)


def test_cases_of_needs_that_no_service_helps_do_not_raise_the_ceiling() -> None:
    """Safe is gained for falls alone: 200 cases at 0.2 are 40, so 60 of 100 do not count."""
    assert solved(tiny(outcomes=outcomes(safe=0.2)), model(ceilings={})).value == pytest.approx(3700 - 60)


def test_gains_beyond_the_ceiling_make_good_for_harm() -> None:
    """Clinic 100 reaches 1,600 of well; visits take 200 away, and 1,400 still exceed the 1,040 that count."""
    harm = effects(("visits", "safe", 2, 0, 0), ("visits", "well", -4, 0, 0), ("clinic", "well", 16, 0, 0))
    assert solved(tiny(outcomes=outcomes(well=6), effects=harm), model()).value == pytest.approx(3200)
    place = tiny(outcomes=outcomes(well=4), effects=harm)
    assert solved(place, model(ceilings={})).value == pytest.approx(100 + 4 * 200 * 2)


def test_harm_alone_counts_in_full() -> None:
    """Visits that must be made take 200 of well away; nothing else is bought."""
    place = tiny(
        outcomes=outcomes(well=4),
        effects=effects(("visits", "safe", 2, 0, 0), ("visits", "well", -4, 0, 0), ("clinic", "well", 1, 0, 0)),
        limits=rows("subject min_volume max_volume", ("visits", 50, ""), ("clinic", "", 0)),
    )
    assert solved(place, model(ceilings={}, duty={})).value == pytest.approx(100 - 400)


def test_an_outcome_with_a_negative_weight_has_no_ceiling() -> None:
    """Visits: -2 + 8 a unit, all 50 of them."""
    assert solved(tiny(outcomes=outcomes(-1, 0.1)), model(ceilings={})).value == pytest.approx(50 * 6 + 3200)


def test_each_year_has_its_own_ceiling() -> None:
    """Half of clinic's effect is left a year later, and counts towards that year's ceiling."""
    place = tiny(
        years=[2026, 2027],
        outcomes=outcomes(well=4),
        effects=effects(("clinic", "well", 16, 0, 0.5)),
        demand=rows("need cases", ("falls", 200)),
        services=tiny().table("services").iloc[:2],
        baseline=rows("service volume", ("clinic", 50)),
    )
    plan = solved(place, model(ceilings={}))
    assert plan.total("outcome", year="2026") == pytest.approx(800)
    assert plan.total("outcome", year="2027") == pytest.approx(800)
    assert plan.volume("clinic", year="2026") * 8 + plan.volume("clinic", year="2027") * 16 >= 800 - 1e-6


def test_a_ceiling_out_of_reach_changes_nothing() -> None:
    """It cannot bind."""
    place = tiny(outcomes=outcomes(safe=1e6, well=1e6))
    assert solved(place, model(ceilings={})).value == pytest.approx(solved(PLACE, model()).value)
