"""What has to hold for every place: order, units and names mean nothing, tightening never helps."""

from __future__ import annotations

from functools import cache

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from commission_opt.errors import InfeasibleError
from commission_opt.model.read import read_model
from commission_opt.place import Place
from commission_opt.place.columns import Kind
from commission_opt.place.tables import TABLES
from commission_opt.plan.plan import Plan
from commission_opt.plan.solve import solve
from tests.random_places import random_place

FEW = settings(max_examples=4, deadline=None, derandomize=True)
SEEDS = st.integers(0, 2)
MODELS = st.sampled_from(["aligned", "section_75", "total_place"])


@cache
def place_of(seed: int) -> Place:
    """Return a random place, drawn once."""
    return random_place(seed)


@cache
def plan_of(seed: int, model: str) -> Plan:
    """Return its plan, solved once."""
    return solve(place_of(seed), read_model(model))


def slack(plan: Plan) -> float:
    """Return what two certificates may differ by."""
    return 3e-6 * max(1.0, abs(plan.objective))


def best_or_none(place: Place, model: str) -> float:
    """Return the best objective, endlessly bad where a conflict proves that there is none."""
    try:
        return solve(place, read_model(model)).objective
    except InfeasibleError:
        return -np.inf


@given(seed=SEEDS, model=MODELS, order=st.integers(0, 99))
@FEW
def test_order_of_rows_does_not_matter(seed: int, model: str, order: int) -> None:
    """Every table shuffled: the same plan, column by column."""
    rng = np.random.default_rng(order)
    tables = {
        name: frame.iloc[rng.permutation(len(frame))].reset_index(drop=True)
        for name, frame in place_of(seed).tables.items()
    }
    one, other = plan_of(seed, model), solve(place_of(seed).replace(**tables), read_model(model))
    span = np.maximum(one.program.upper - one.program.lower, 1e-9)
    assert (np.abs(one.x - other.x) <= 1e-6 * span).all()


@given(seed=SEEDS, model=MODELS)
@FEW
def test_doubling_weights_and_penalties_doubles_value(seed: int, model: str) -> None:
    """And leaves the plan as it is."""
    outcomes = place_of(seed).table("outcomes").assign(weight=lambda frame: 2 * frame["weight"])
    targets = place_of(seed).table("targets").assign(penalty=lambda frame: 2 * frame["penalty"])
    one = plan_of(seed, model)
    two = solve(place_of(seed).replace(outcomes=outcomes, targets=targets), read_model(model))
    assert two.objective == pytest.approx(2 * one.objective, abs=slack(one))
    assert two.spend == pytest.approx(one.spend, rel=1e-6, abs=0.05)


@given(seed=SEEDS, model=MODELS)
@FEW
def test_stating_money_in_thousands_changes_nothing(seed: int, model: str) -> None:
    """All money a thousandth, in a unit a thousand times as large."""
    tables = {}
    for name, frame in place_of(seed).tables.items():
        money = [column.name for column in TABLES[name].columns if column.kind is Kind.MONEY]
        tables[name] = frame.assign(**{column: frame[column] / 1000 for column in money if column != "penalty"})
    one = plan_of(seed, model)
    other = solve(place_of(seed).replace(money_unit=1000, **tables), read_model(model))
    assert other.objective == pytest.approx(one.objective, abs=slack(one))
    assert other.spend * 1000 == pytest.approx(one.spend, rel=1e-6, abs=0.1)


@given(seed=SEEDS, model=MODELS, more=st.floats(0.01, 1.0))
@FEW
def test_more_money_never_buys_less(seed: int, model: str, more: float) -> None:
    """Every stream grows by a share."""
    funding = place_of(seed).table("funding").assign(amount=lambda frame: frame["amount"] * (1 + more))
    one = plan_of(seed, model)
    assert solve(place_of(seed).replace(funding=funding), read_model(model)).objective >= one.objective - slack(one)


@given(seed=SEEDS, model=MODELS, left=st.floats(0.5, 0.99), most=st.floats(0.1, 0.9))
@FEW
def test_tightening_never_helps(seed: int, model: str, left: float, most: float) -> None:
    """A cut in every budget, then a largest volume on a service: each is worth no more, or leaves no plan."""
    place, one = place_of(seed), plan_of(seed, model)
    cut = place.table("funding").assign(amount=lambda frame: frame["amount"] * left)
    volume = one.allocation.groupby("service")["volume_units"].sum()
    limit = pd.DataFrame({"subject": [volume.idxmax()], "area": [""], "max_volume": [most * float(volume.max())]})
    kept = place.table("limits").query("subject != @limit.subject[0]")
    others = place.replace(limits=kept)
    for tighter in (place.replace(funding=cut), others.replace(limits=pd.concat([kept, limit], ignore_index=True))):
        free = one if tighter.tables["limits"].equals(place.tables["limits"]) else solve(others, read_model(model))
        assert best_or_none(tighter, model) <= free.objective + slack(free)


@given(seed=SEEDS, model=MODELS)
@FEW
def test_names_of_services_and_areas_mean_nothing(seed: int, model: str) -> None:
    """Renamed so that their order turns round, they give the same value."""
    place = place_of(seed)
    services = place.tables["services"]["service"].tolist()
    areas = place.tables["areas"]["area"].tolist()
    new = {name: f"z{len(services) - at:02d}" for at, name in enumerate(sorted(services))}
    new |= {name: f"y{len(areas) - at:02d}" for at, name in enumerate(sorted(areas))}
    tables = {}
    for name, frame in place.tables.items():
        columns = [column for column in ("service", "area", "subject", "other") if column in frame.columns]
        if name == "substitution":
            columns = []
        tables[name] = frame.assign(**{column: frame[column].replace(new) for column in columns})
    one = plan_of(seed, model)
    other = solve(place.replace(**tables), read_model(model))
    assert other.objective == pytest.approx(one.objective, abs=slack(one))
    assert other.spend == pytest.approx(one.spend, rel=1e-6, abs=0.1)
