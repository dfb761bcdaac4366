"""A what-if plan is the plan that a fresh solve gives, to the price, however it was reached."""

from __future__ import annotations

from dataclasses import fields, is_dataclass

import numpy as np
import pytest

from commission_opt.analysis.changes import change
from commission_opt.analysis.what_if import WhatIf
from commission_opt.errors import InfeasibleError, ModelError, PlaceError, SolverError
from commission_opt.model.read import read_model
from commission_opt.place import Place, read_place
from commission_opt.place.arrays import PlaceArrays, compile_place
from commission_opt.place.recompile import RESTS_ON, recompile_place
from commission_opt.plan.plan import Plan
from commission_opt.plan.run import Run, SolveOptions
from commission_opt.plan.solve import answer_arrays
from tests.amount import drawn
from tests.plan.tiny import tiny_place
from tests.random_places import random_place
from tests.tiny import model, rows, tiny

MODELS = ("aligned", "section_75", "local_area_agreement", "total_place", "siloed", "cautious", "whole_place")
CHUNKS, EDITS = drawn(25), 40
"""1,000 random edits where every one is drawn."""

PROVEN = 2e-6
"""What two certified plans may differ by where hardly anything is gained: each is proven to 1e-6."""


def random_edit(rng: np.random.Generator, place: Place) -> tuple[str, str | float | bool]:
    """Return a change of a figure, a bound or a switch."""
    tables = place.tables

    def name(table: str) -> str:
        return str(rng.choice(tables[table].iloc[:, 0].to_numpy(dtype=object)))

    factor = f"*{rng.uniform(0.9, 1.3):.4f}"
    kinds: list[tuple[str, str | float | bool]] = [
        (f"budget.{name('agencies')}", f"+{rng.uniform(0, 20):.3f}%"),
        (f"budget.{name('funding')}", factor),
        (f"weight.{name('outcomes')}", factor),
        (f"cost.{name('services')}", f"*{rng.uniform(0.9, 1.1):.4f}"),
        ("effects.effect", f"*{rng.uniform(0.99, 1.01):.4f}"),
        (f"equity_weight.{name('areas')}", float(rng.uniform(0.5, 2.0))),
        ("limits.max_volume", f"*{rng.uniform(1.0, 1.2):.4f}"),
        ("ring_fences.enabled", bool(rng.random() < 0.5)),
        ("resources.shared", bool(rng.random() < 0.5)),
        ("ceilings.enabled", bool(rng.random() < 0.5)),
        ("duty.enabled", bool(rng.random() < 0.5)),
        ("objective.kind", str(rng.choice(["weighted_outcomes", "net_value"]))),
    ]
    return kinds[rng.integers(len(kinds))]


def assert_same(plan: Plan, fresh: Plan) -> None:
    """Check that two plans are one: objective, value, every volume and payment, and proof."""
    assert plan.objective == pytest.approx(fresh.objective, rel=1e-8, abs=PROVEN)
    assert plan.value == pytest.approx(fresh.value, rel=1e-7, abs=PROVEN)
    assert plan.certificate.holds()
    assert plan.x == pytest.approx(fresh.x, rel=1e-6, abs=PROVEN * max(1.0, float(np.abs(fresh.x).max(initial=0.0))))


def assert_same_prices(plan: Plan, fresh: Plan) -> None:
    """Check that the values of one unit more and less are the same; what only one lists is worth next to nothing."""
    one, other = (of.prices.set_index("label")[["price", "price_low", "price_high"]] for of in (plan, fresh))
    least = 1e-6 * float(other["price"].abs().max()) if len(other) else 0.0
    both = one.index.intersection(other.index)
    for lone in (one.drop(both), other.drop(both)):
        assert (lone["price"].abs() <= least).all()
    now, was = (table.loc[both].clip(-1e30, 1e30).to_numpy() for table in (one, other))
    assert now == pytest.approx(was, rel=1e-6, abs=least, nan_ok=True)
    assert plan.unique == fresh.unique


def fresh_plan(what_if: WhatIf) -> Plan:
    """Return the plan of the same place and model, compiled, formulated and solved from nothing."""
    return answer_arrays(Run(SolveOptions()), compile_place(what_if.place), what_if.model)


@pytest.mark.parametrize("chunk", range(CHUNKS))
def test_a_thousand_edits_equal_fresh_solves(chunk: int) -> None:
    """One after the other on one kept solver, some taken back; what cannot hold is refused by both."""
    rng = np.random.default_rng(chunk)
    what_if = WhatIf(random_place(chunk), read_model(MODELS[chunk % len(MODELS)]))
    for edit in range(EDITS):
        what_if.set(*random_edit(rng, what_if.place))
        if rng.random() < 0.2:
            what_if.undo()
        try:
            fresh = fresh_plan(what_if)
        except InfeasibleError:
            with pytest.raises(InfeasibleError):
                what_if.solve()
            what_if.undo()
            continue
        plan = what_if.solve()
        assert_same(plan, fresh)
        if edit % 8 == 0:
            assert_same_prices(plan, fresh)


def test_changes_add_up_and_can_be_taken_back() -> None:
    """A pound does 0.3 at the council: 580, 589 with £30 more, 598.45 with 5 % more of that, and all the way back."""
    what_if = WhatIf(tiny_place(), read_model("aligned"))
    assert what_if.solve().value == pytest.approx(580)
    assert what_if.set("budget.council", "+5%").solve().value == pytest.approx(589)
    assert what_if.set("budget.council", "+5%").solve().value == pytest.approx(598.45)
    assert what_if.set("weight.falls_avoided", 2).solve().value == pytest.approx(796.9)
    assert what_if.undo().solve().value == pytest.approx(598.45)
    assert what_if.reset().solve().value == pytest.approx(580)
    assert what_if.undo().solve().value == pytest.approx(580)


def test_a_switch_changes_the_program_and_back() -> None:
    """Without the limit of 20 visits the council's £600 buy 60; a section that the model lacks is added."""
    place = tiny_place(limits="subject, max_volume\nvisits, 20")
    what_if = WhatIf(place, read_model("aligned"))
    assert what_if.solve().value == pytest.approx(460)
    assert what_if.set("duty.enabled", False).solve().value == pytest.approx(580)
    assert what_if.set("duty.enabled", True).solve().value == pytest.approx(460)
    assert what_if.set("pooling.pot.scope", "all").solve().value == pytest.approx(540)


def test_a_mistake_changes_nothing() -> None:
    """Neither a name that is not there, nor a figure or setting that does not fit; infeasible is no dead end either."""
    what_if = WhatIf(tiny_place(), read_model("aligned"))
    with pytest.raises(PlaceError, match="Did you mean 'council'"):
        what_if.set("budget.counsil", 5)
    with pytest.raises(PlaceError, match="out of range"):
        what_if.set("budget.council", -5)
    with pytest.raises(ModelError, match="does not fit"):
        what_if.set("duty.enabled", "perhaps")
    assert what_if.solve().value == pytest.approx(580)
    with pytest.raises(SolverError, match="Only HiGHS"):
        WhatIf(tiny_place(), read_model("aligned"), solver="pulp:CBC")


def test_infeasible_is_no_dead_end() -> None:
    """A least volume of 70 visits needs £700; with 60 of them the £600 do."""
    what_if = WhatIf(tiny_place(limits="subject, min_volume\nvisits, 60"), read_model("aligned"))
    assert what_if.solve().value == pytest.approx(580)
    with pytest.raises(InfeasibleError):
        what_if.set("limits.min_volume.visits", 70).solve()
    assert what_if.undo().solve().value == pytest.approx(580)


def test_whole_blocks_are_decided_anew() -> None:
    """31 ward take three blocks, 2,236; 30 take two, which leaves 150 more for clinic: 2,500."""
    place = tiny(
        capacity=rows("service block_size block_cost notice closure_cost", ("ward", 15, 150, 0, 0)),
        limits=rows("subject min_volume", ("ward", 31)),
    )
    what_if = WhatIf(place, model(capacity={}, duty={}))
    assert what_if.solve().value == pytest.approx(2236)
    plan = what_if.set("limits.min_volume.ward", 30).solve()
    assert plan.value == pytest.approx(2500)
    assert plan.certificate.kind == "solver_bound"
    assert_same(plan, fresh_plan(what_if))
    assert what_if.undo().solve().value == pytest.approx(2236)


def arrays_in(value: object, path: str) -> dict[str, object]:
    """Return every array and plain value inside a dataclass, by its path."""
    if is_dataclass(value) and not isinstance(value, type):
        inside = [(field.name, getattr(value, field.name)) for field in fields(value) if field.name != "place"]
        return {key: entry for name, part in inside for key, entry in arrays_in(part, f"{path}.{name}").items()}
    if isinstance(value, dict):
        return {key: entry for name, part in value.items() for key, entry in arrays_in(part, f"{path}.{name}").items()}
    return {path: value}


@pytest.mark.parametrize("name", ["riverside", "greater_manchester"])
@pytest.mark.parametrize(("table", "column"), RESTS_ON)
def test_what_rests_on_a_column_is_compiled_anew(name: str, table: str, column: str) -> None:
    """Every array of the place is the one that compiling the whole place gives."""
    place = read_place(name)
    # A weight stays above its part in public money, an effect inside its range.
    factor = "*1.01" if table == "outcomes" else "*0.99"
    changed, _ = change(place, read_model("aligned"), {f"{table}.{column}": factor})
    assert_same_arrays(recompile_place(compile_place(place), changed), compile_place(changed))


def assert_same_arrays(one: PlaceArrays, other: PlaceArrays) -> None:
    """Check that two compiled places are one, array by array."""
    parts, others = arrays_in(one, ""), arrays_in(other, "")
    assert parts.keys() == others.keys()
    for path, part in parts.items():
        figures = np.asarray(part)
        assert np.array_equal(figures, np.asarray(others[path]), equal_nan=figures.dtype.kind == "f"), path


def test_every_other_change_compiles_the_whole_place() -> None:
    """Figures that much rests on, settings, and rows that come or go."""
    place = tiny_place(baseline="service, volume\nvisits, 10")
    arrays = compile_place(place)
    for other in (
        place.with_figures("demand", "cases", place.tables["demand"]["cases"] * 2),
        place.replace(discount_rate=0.1),
        place.replace(baseline=place.table("baseline").iloc[:0]),
    ):
        assert_same_arrays(recompile_place(arrays, other), compile_place(other))
