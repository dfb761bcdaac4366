"""Figures and sentences say no more, and no less, than the plans do."""

from __future__ import annotations

import math

import pytest

from commission_opt import Comparison, Plan
from commission_opt.analysis.equal_outcomes import money_at_equal_outcomes
from commission_opt.errors import ModelError
from commission_opt.model.read import read_model
from commission_opt.place.place import PlaceSettings
from commission_opt.reports.document import clean
from commission_opt.reports.figures import gap_text, money_scale, percent, scale_of
from commission_opt.reports.sentences import (
    equal_outcomes_sentence,
    gainers_sentences,
    pooling_sentences,
    step_sentences,
    value_text,
)
from commission_opt.reports.views import dearest_rules, evidence_view, services_view, unspent_view


@pytest.mark.parametrize(
    ("figures", "text"),
    [
        ([5_590_259_877.6, 1.0], "5,590.3 (m)"),
        ([2_960_000.0], "2,960.0 (k)"),
        ([950.0], "950.0 ()"),
        ([123_456.0], "123,456 ()"),
        ([0.0], "0 ()"),
        ([], "-"),
    ],
)
def test_a_column_has_one_unit_in_which_it_can_be_read(figures: list[float], text: str) -> None:
    """Four to six digits before the point."""
    scale = scale_of(figures)
    assert (f"{scale.text(figures[0])} ({scale.unit})" if figures else scale.text(math.nan)) == text


def test_steps_do_not_vanish_in_rounding() -> None:
    """A gain of a hundredth of the unit is seen."""
    assert scale_of([5_000_000.0], steps=[12.0]).text(12.0, signed=True) == "+0.01"


def test_money_is_shown_in_currency_whatever_its_unit() -> None:
    """A place in thousands and one in pounds show the same."""
    thousands = PlaceSettings("a", ("2026",), money_unit=1000)
    assert money_scale([2_500_000.0], thousands).text(2_500_000.0) == "2,500.0"
    assert money_scale([2_500_000.0], thousands).unit == "£m"


def test_a_proven_gap_is_never_called_nothing() -> None:
    """Proof has its limits."""
    assert gap_text(0.0) == "< 0.0001 %"
    assert gap_text(0.02) == "2 %"
    # What is said to be out of reach must be: rounded down it would not be.
    assert [gap_text(gap) for gap in (0.00014, 0.014, 0.142, 1.0)] == ["0.02 %", "2 %", "15 %", "100 %"]


def test_shares_have_a_sign_where_they_are_changes() -> None:
    """And none where there is nothing to compare with."""
    assert (percent(0.0512, signed=True), percent(-0.001), percent(math.nan)) == ("+5.1 %", "-0.1 %", "-")
    assert percent(-0.00001) == "0.0 %"


@pytest.mark.parametrize(
    ("value", "text"),
    [(5.59e9, "5.59 billion"), (999_600_000, "1.00 billion"), (12.36e6, "12.4 million"), (-5.5e6, "-5.50 million")],
)
def test_values_are_told_in_three_figures(value: float, text: str) -> None:
    """As people say them."""
    assert value_text(value) == text


def test_steps_are_told_on_the_form_they_build_on(ladder: Comparison) -> None:
    """Part pooling on aligned budgets, the single pot on the best part pooling."""
    told = step_sentences(ladder)
    assert len(told) == len(ladder.models) - 1
    assert any(line.startswith("From Aligned budgets to Section 75: 209,300 more value") for line in told)
    assert any(line.startswith("From Community budget to Single pot: 100,000 more value") for line in told)


def test_pooling_is_told_against_aligned_budgets(ladder: Comparison) -> None:
    """In value and share."""
    gain = ladder.plan("single_pot").value - ladder.plan("aligned").value
    (told,) = pooling_sentences(ladder)
    assert f"{value_text(gain)} more value under Single pot" in told


def test_equal_outcomes_are_worth_no_less(ladder: Comparison) -> None:
    """The cheaper plan is certified, worth as much, and spends less."""
    aligned, pot = ladder.plan("aligned"), ladder.plan("single_pot").model
    found = money_at_equal_outcomes(aligned, pot)
    assert found.cheapest.value >= aligned.value * (1 - 1e-9)
    assert found.saved > 0
    assert found.cheapest.certificate.holds()
    assert "less" in equal_outcomes_sentence(found)


def test_equal_outcomes_need_a_shared_objective(ladder: Comparison) -> None:
    """Silos have none."""
    with pytest.raises(ModelError, match="siloed"):
        money_at_equal_outcomes(ladder.plan("aligned"), read_model("siloed"))


def test_a_form_gives_nothing_away_against_itself(ladder: Comparison) -> None:
    """What is best already cannot be had for less without a tie."""
    aligned = ladder.plan("aligned")
    found = money_at_equal_outcomes(aligned, aligned.model)
    assert found.saved == pytest.approx(0, abs=1)
    assert "could not be had for less" in equal_outcomes_sentence(found)


def test_gainers_and_payers_are_named_with_their_money(ladder: Comparison) -> None:
    """Both sides of the same pounds."""
    told = " ".join(gainers_sentences(ladder.plan("single_pot"), ladder.plan("aligned")))
    assert "Pays for services that others lead: NHS board (£415k) and Justice partnership (£400k)." in told
    assert "Has services paid for by others: Council (£419k) and Schools together (£396k)." in told


def test_services_view_adds_up(riverside: Plan) -> None:
    """To the plan's spend, and to today's money, which the baseline uses in full."""
    view = services_view(riverside)
    assert view["spend_money"].sum() == pytest.approx(riverside.spend)
    funding = riverside.place.tables["funding"]
    assert view["before_money"].sum() == pytest.approx(funding["amount"].sum() * len(riverside.place.years), rel=1e-6)


def test_evidence_covers_all_spend(riverside: Plan) -> None:
    """Every service falls under one grade."""
    view = evidence_view(riverside)
    assert view["spend_money"].sum() == pytest.approx(riverside.spend)
    assert view["share"].sum() == pytest.approx(1)
    assert view["services"].sum() == (services_view(riverside)["spend_money"] > 0).sum()


def test_unspent_adds_up_and_has_reasons(ladder: Comparison) -> None:
    """Nobody has to ask why."""
    for plan in ladder.solved:
        left = plan.funding.loc[plan.funding["use"] == "unspent", "amount_money"].sum()
        view = unspent_view(plan)
        assert view["amount_money"].sum() == pytest.approx(left)
        assert (view["reason"] != "").all()


def test_rules_of_one_price_are_told_once(riverside: Plan) -> None:
    """Streams of one pot are worth the same."""
    view = dearest_rules(riverside)
    streams = view[view["label"].str.startswith("pooling.stream")]
    assert streams["price"].map(lambda price: f"{price:.9g}").is_unique
    assert streams["alike"].max() > 5


def test_documents_hold_no_figure_that_json_does_not_know() -> None:
    """Absence is null, all the way down."""
    assert clean({"a": [math.nan, (math.inf, 1.5)], "b": {"c": -math.inf}}) == {
        "a": [None, [None, 1.5]],
        "b": {"c": None},
    }
