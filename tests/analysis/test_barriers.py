"""What lifting a barrier is said to be worth is what a fresh solve of the place without it gains."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest

import commission_opt as co
from commission_opt.analysis.barriers import Barriers, barriers
from commission_opt.errors import InfeasibleError, SolverError
from commission_opt.model.model import Model
from commission_opt.model.read import read_model
from commission_opt.place import Place
from commission_opt.rules import FAMILIES
from commission_opt.rules.base import PRIORITY
from tests.amount import drawn
from tests.random_places import random_place
from tests.tiny import TABLES, model, rows, tiny

MODELS = ("aligned", "section_75", "community_budget", "integrated_settlement", "local_area_agreement", "better_care")

FIGURES = [
    "min_volume",
    "max_volume",
    "min_spend",
    "max_spend",
    "min_coverage",
    "max_coverage",
    "max_cut",
    "max_growth",
]

Changed = tuple[Place, Model]


def worth_of(found: Barriers) -> dict[str, float]:
    """Return what each barrier is worth, by its label."""
    return dict(zip(found.table["label"], found.table["value"], strict=True))


def saved_by(found: Barriers) -> dict[str, float]:
    """Return the money that lifting each saves, by its label."""
    return dict(zip(found.table["label"], found.table["saved_money"], strict=True))


def fenced() -> Place:
    """Return the tiny place with 1,000 of the NHS's 2,000 for wards alone, and a duty to meet a tenth of falls."""
    return tiny(
        funding=rows(
            "stream agency amount ring_fence",
            ("council_money", "council", 500, ""),
            ("nhs_money", "nhs", 1000, ""),
            ("ward_money", "nhs", 1000, "wards"),
        ),
        ring_fences=rows("ring_fence service legal_basis", ("wards", "ward", "Wards Act 1999")),
        limits=rows("subject min_volume", ("visits", 30)),
    )


RULES = model(ring_fences={}, duty={}, resources={}, coverage={})


def test_a_ring_fence_is_worth_what_its_money_would_buy_outside() -> None:
    """1,000 inside the fence buys 20 wards worth 800; free it buys 50 visits to the clinic worth 1,600."""
    found = barriers(fenced(), RULES)
    assert found.plan.value == pytest.approx(500 + 1600 + 800)
    assert worth_of(found)["ring_fences[wards]"] == pytest.approx(800)
    fence = found.table.set_index("label").loc["ring_fences[wards]"]
    assert fence["basis"] == "Wards Act 1999"
    assert fence["standing"] == "statutory"
    assert fence["sentence"] == "£1.00k a year inside the ring fence wards pays for 1 service only"


def test_money_at_equal_outcomes_is_what_the_same_value_costs_less() -> None:
    """Of 2,900, thirty visits give 300 for 300; the clinic gives the other 2,600 for 1,625: 1,925 in place of 2,500."""
    assert saved_by(barriers(fenced(), RULES))["ring_fences[wards]"] == pytest.approx(575)


def test_money_that_stays_outside_a_pot_is_worth_what_others_would_buy_with_it() -> None:
    """The council's 500 buys visits; but for thirty that have to be made, a pot buys clinics, 0.6 better a pound."""
    worth = worth_of(barriers(fenced(), RULES))
    assert worth["pooling.outside[council]"] == pytest.approx(120)
    assert worth["pooling.outside[nhs]"] == pytest.approx(0)


def test_a_duty_is_worth_what_it_keeps_money_from() -> None:
    """Thirty visits have to be made: with the council's money in the pot they keep 300 from the clinic, at 0.6 each."""
    found = barriers(fenced(), RULES.set("pooling.pot", {"partners": "all"}))
    assert worth_of(found)["duty.min_volume[visits]"] == pytest.approx(180)


def test_two_barriers_that_free_money_for_one_thing_are_worth_less_together() -> None:
    """At most 105 clinics: the fence's 1,000 adds 50 of them, the council's 200 ten; together only 55, and ten visits.

    Then 300 + 100 for visits and 3,360 for clinics is 3,760: 860 more than 2,900, not the 800 and 120 of each alone.
    """
    place = fenced().replace(
        limits=rows("subject min_volume max_volume", ("visits", 30, np.nan), ("clinic", np.nan, 105))
    )
    found = barriers(place, RULES)
    pair = found.pairs.set_index(["one", "other"]).loc[("ring_fences[wards]", "pooling.outside[council]")]
    assert pair["apart_value"] == pytest.approx(800 + 120)
    assert pair["together_value"] == pytest.approx(860)
    assert pair["extra_value"] == pytest.approx(-60)


def test_two_barriers_that_are_worth_nothing_alone_are_found_together() -> None:
    """At most 60 clinics, said twice: 16 wards in place of 40 clinics lose 640, and neither limit alone lets go."""
    place = tiny(
        groups=rows("group service", ("health", "clinic")),
        limits=rows("subject max_volume", ("clinic", 60), ("group:health", 60)),
    )
    found = barriers(place, RULES)
    assert worth_of(found)["duty.max_volume[clinic]"] == 0
    assert {one.label for one in found.hidden} == {"duty.max_volume[clinic]", "duty.max_volume[group:health]"}
    assert found.hidden_value == pytest.approx(640)


def test_where_nothing_hides_nothing_is_told() -> None:
    """The pot's conditions and limits that do not bind are worth nothing, alone or together."""
    found = barriers(fenced(), RULES)
    assert found.hidden == ()
    assert found.hidden_value == 0


def test_limits_on_one_service_are_one_barrier_that_tells_each() -> None:
    """Two areas with a least volume each: both are let go together, and both are said."""
    place = fenced().replace(
        areas=rows("area population", ("east", 1), ("west", 1)),
        limits=rows("subject area min_volume", ("visits", "east", 10), ("visits", "west", 12)),
    )
    told = barriers(place, RULES).table.set_index("label")["sentence"]["duty.min_volume[visits]"]
    assert "visits in east" in told
    assert "visits in west" in told


def test_what_is_gained_is_told_by_area() -> None:
    """The place has one area, which gains all of it."""
    found = barriers(fenced(), RULES)
    assert found.by_area["ring_fences[wards]"].sum() == pytest.approx(800)


def _blank(place: Place, table: str, where: Callable[[pd.DataFrame], pd.Series], column: str) -> Place:
    frame = place.tables[table].copy()
    empty: object = "" if not pd.api.types.is_numeric_dtype(frame[column].dtype) else np.nan
    frame.loc[where(frame), column] = empty
    return place.replace(**{table: frame})


def lifted_by_hand(place: Place, rules: Model, label: str) -> Changed | None:
    """Return a place and a model without a barrier, its tables edited as a person would; None where not tried."""
    family, _, name = label.rstrip("]").partition("[")
    if family == "ring_fences":
        return _blank(place, "funding", lambda frame: frame["ring_fence"] == name, "ring_fence"), rules
    if family == "duty.need":
        return _blank(place, "needs", lambda frame: frame["need"] == name, "must_meet"), rules
    if family.startswith("duty."):
        frame = place.tables["limits"].copy()
        frame.loc[frame["subject"] == name, family.removeprefix("duty.")] = np.nan
        return place.replace(limits=frame[frame[FIGURES].notna().any(axis=1)].reset_index(drop=True)), rules
    if family == "relations.at_most":
        return None
    if family == "resources":
        shared = rules.rule("resources")
        assert shared is not None
        frame = place.tables["resources"].copy()
        already = bool(getattr(shared, "shared", False))
        frame["shareable"] = np.where(frame["resource"] == name, 1.0, frame["shareable"] if already else 0.0)
        return place.replace(resources=frame), rules.set("resources.shared", True)
    return _pooling_by_hand(place, rules, family, name)


def _pooling_by_hand(place: Place, rules: Model, family: str, name: str) -> Changed | None:
    if family == "pooling.outside":
        kinds = place.tables["agencies"].set_index("agency")["kind"]
        frame = place.tables["funding"].copy()
        own = frame["agency"].map(kinds) == name
        frame.loc[own, "poolable_share"] = 1.0
        frame.loc[own, "minimum_contribution"] = 0.0
        earmarks = place.tables["earmarks"]
        kept = earmarks[~earmarks["stream"].isin(frame.loc[own, "stream"])].reset_index(drop=True)
        pot = getattr(rules.rule("pooling"), "pot", None)
        data = {"partners": [name]} if pot is None else pot.model_dump() | {"partners": [*pot.partners, name]}
        return place.replace(funding=frame, earmarks=kept), rules.set(
            "pooling.pot", {key: value for key, value in data.items() if value is not None}
        )
    if family == "pooling.poolable":
        frame = place.tables["funding"].copy()
        frame.loc[frame["stream"] == name, "poolable_share"] = 1.0
        return place.replace(funding=frame), rules
    if family in ("pooling.min_share", "pooling.max_share"):
        side = family.removeprefix("pooling.")
        return _blank(place, "funders", lambda frame: frame["service"] == name, side), rules
    if family == "pooling.year_end":
        frame = place.tables["funding"].copy()
        frame["carry_forward_share"] = 1.0
        return place.replace(funding=frame), rules.set("pooling.carry_forward", True)
    if family == "pooling.capital":
        return place, rules.set("pooling.revenue_pays_capital", True)
    if family in ("pooling.scope", "pooling.streams", "pooling.kinds"):
        return place, rules.set(f"pooling.pot.{family.removeprefix('pooling.')}", "all")
    return None


@pytest.mark.parametrize("seed", range(drawn(36)))
def test_every_worth_is_what_a_fresh_solve_of_the_edited_place_gains(seed: int) -> None:
    """Tables and model are edited as a person would, compiled and solved from nothing."""
    place, rules = random_place(seed), read_model(MODELS[seed % len(MODELS)])
    found = barriers(place, rules)
    tried = 0
    for label, worth in worth_of(found).items():
        by_hand = lifted_by_hand(place, rules, label)
        if by_hand is None or found.at_least:
            continue
        fresh = co.solve(*by_hand)
        assert found.plan.value + worth == pytest.approx(fresh.value, rel=2e-6, abs=1e-9), label
        tried += 1
    assert tried >= 3 or found.at_least


@pytest.mark.parametrize("seed", range(drawn(12)))
def test_nothing_is_lost_by_lifting(seed: int) -> None:
    """Fewer rules never make the best plan worse or dearer, and all together are worth at least each alone."""
    found = barriers(random_place(seed), read_model("aligned"))
    assert (found.table["value"] >= 0).all()
    assert (found.table["saved_money"] >= 0).all()
    assert found.together.value >= found.table["value"].max() * (1 - 1e-6)
    assert (found.table["value"].diff().dropna() <= 0).all()


def test_with_yes_or_no_decisions_the_worth_is_the_least_that_lifting_brings() -> None:
    """A ward that is open for 300 a year stays open; solved anew without the fence it would close as well."""
    place = fenced().replace(services=TABLES["services"].assign(fixed_cost=[0, 0, 300]))
    rules = RULES.set("scale.enabled", True)
    found = barriers(place, rules)
    assert found.at_least
    fresh = co.solve(_blank(place, "funding", lambda frame: frame["ring_fence"] == "wards", "ring_fence"), rules)
    told = worth_of(found)["ring_fences[wards]"]
    assert 0 <= told <= fresh.value - found.plan.value + 1e-6


def test_every_rule_that_could_be_let_go_is_a_barrier_or_told_as_a_whole() -> None:
    """What a family keeps out of the list is a family of its own rows or bounds, so that no name is a slip."""
    for family in FAMILIES.values():
        named = {*family.words, *family.bounds}
        assert family.no_barriers <= named
        assert all(
            words.standing in PRIORITY or name in named for name, words in family.words.items() if words.standing
        )


def test_a_place_without_a_plan_says_why() -> None:
    """Sixty visits need 600 of the council's 500."""
    place = fenced().replace(limits=rows("subject min_volume", ("visits", 60)))
    with pytest.raises(InfeasibleError):
        barriers(place, RULES)


def test_only_the_solver_that_is_kept_warm_is_taken() -> None:
    """Another solver would answer every question from nothing."""
    with pytest.raises(SolverError, match="Leave the solver out"):
        barriers(fenced(), RULES, solver="pulp:CBC")
