"""The ladder: each step on the plan that it is a step from, on one yardstick."""

from __future__ import annotations

import numpy as np
import pytest

from commission_opt.analysis.ladder import LADDER, compare
from commission_opt.errors import InfeasibleError, ModelError
from commission_opt.place.read import read_place
from commission_opt.plan.conflict import Conflict
from commission_opt.shipped import shipped_places
from tests.plan.tiny import tiny_place

WRONG_POCKETS = {
    "status_quo": (7_836_400, ""),
    "siloed": (8_236_400, "status_quo"),
    "aligned": (21_017_100, "siloed"),
    "community_budget": (30_352_400, "aligned"),
    "section_75": (21_226_400, "aligned"),
    "single_pot": (30_452_400, "community_budget"),
    "total_place": (30_592_400, "single_pot"),
}
"""Values by hand (instances/wrong_pockets/README.md), and what each is a step from."""


def test_steps_are_gains_on_what_they_are_steps_from() -> None:
    """Both forms of part pooling start from aligned budgets; the single pot from the better of them."""
    table = compare(read_place(shipped_places()["wrong_pockets"])).table.set_index("model")
    assert tuple(table.index) == LADDER
    for model, (value, base) in WRONG_POCKETS.items():
        assert table.loc[model, "value"] == pytest.approx(value), model
        assert table.loc[model, "step_from"] == base, model
        if base:
            assert table.loc[model, "step"] == pytest.approx(value - WRONG_POCKETS[base][0]), model
    assert np.isnan(table.loc["status_quo", "step"])
    assert (table["violation"] <= 1e-6).all()
    assert (table["gap"] <= 1e-6).all()


def test_first_model_is_a_step_from_nothing() -> None:
    """Whatever it is."""
    compared = compare(tiny_place(), ["total_place"])
    assert compared.step_from("total_place") is None


def test_model_that_has_no_plan_is_kept_with_its_conflict() -> None:
    """Aligned budgets cannot visit everybody; one pot can, and is then a step from nothing."""
    compared = compare(tiny_place(needs="need, must_meet\nfalls, 1"), ["aligned", "total_place"])
    assert isinstance(compared.plans[0], Conflict)
    table = compared.table.set_index("model")
    assert table["status"].to_dict() == {"aligned": "infeasible", "total_place": "optimal"}
    assert np.isnan(table.loc["aligned", "value"])
    assert table.loc["total_place", "step_from"] == ""
    with pytest.raises(InfeasibleError, match="£400 short"):
        compared.plan("aligned")


def test_model_that_was_not_compared_is_an_error() -> None:
    """It names those that were."""
    with pytest.raises(ModelError, match="Compared were aligned"):
        compare(tiny_place(), ["aligned"]).plan("siloed")


def test_who_pays_and_who_gains_at_a_step() -> None:
    """The pot moves £200 from the council's visits to the NHS's clinics: 60 falls' worth less, 80 illnesses' more."""
    agencies = compare(tiny_place(), ["aligned", "total_place"]).agencies.set_index(["model", "agency"])
    pooled = agencies.loc["total_place"]
    assert pooled["own_outcomes_change"].to_dict() == {"council": pytest.approx(-60), "icb": pytest.approx(80)}
    assert pooled["net_change_money"].to_dict() == {"council": pytest.approx(-200), "icb": pytest.approx(200)}


def test_outcomes_stand_side_by_side() -> None:
    """Each in its own unit, a column for each model."""
    outcomes = compare(tiny_place(), ["aligned", "total_place"]).outcomes.set_index("outcome")
    assert outcomes.loc["falls_avoided", "unit"] == "falls"
    assert outcomes.loc["falls_avoided", ["aligned", "total_place"]].tolist() == pytest.approx([180, 120])


def test_summary_says_what_every_step_is_worth() -> None:
    """In value and as a share."""
    text = compare(tiny_place(), ["aligned", "total_place"]).summary()
    assert "aligned to total_place: 20" in text
    assert "+3.45 %" in text
