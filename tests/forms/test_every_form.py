"""Every form of joint working that the models' README names has a test that builds it and was worked out by hand."""

from __future__ import annotations

import re
from importlib import import_module
from pathlib import Path

import pytest

README = (Path(__file__).parents[2] / "models" / "README.md").read_text(encoding="utf-8")

BY_HAND = {
    "Total Place": "forms.test_budgets.test_total_place_counts_all_money_before_it_plans",
    "Community Budgets for families": "forms.test_budgets.test_community_budget_joins_money_for_one_group",
    "Whole-place Community Budgets": (
        "forms.test_budgets.test_whole_place_budget_puts_a_value_on_every_stream_that_joins"
    ),
    "Area block grant": "forms.test_budgets.test_block_grant_merges_grants_and_frees_them",
    "Single capital pot": "forms.test_budgets.test_single_capital_pot_pays_for_capital_and_nothing_else",
    "Pooled against aligned": "forms.test_budgets.test_pooled_is_worth_more_than_aligned_and_aligned_than_apart",
    "Local Area Agreement": "forms.test_rules.test_local_area_agreement_holds_partners_to_its_targets",
    "Local PSA reward": "rules.test_rewards.test_all_or_nothing_is_nothing_below_the_stretch",
    "Ring-fenced schools budget": "forms.test_budgets.test_ring_fenced_budget_has_a_price_of_its_own",
    "Withdrawal of ring fences and agreements": "forms.test_budgets.test_withdrawal_of_a_fence_counts_from_its_year",
    "Public service boards": (
        "rules.test_guarantees.test_a_member_of_a_board_may_refuse_what_leaves_it_worse_off_than_today"
    ),
    "Joint commissioning": "rules.test_scale.test_one_service_commissioned_together_has_one_fixed_cost",
    "Outcome-focused partnerships": "forms.test_rules.test_outcome_partnership_meets_its_objectives_at_least_cost",
    "Neighbourhood-devolved budgets": "rules.test_apart.test_clusters_spend_by_their_own_weights",
    "Strategic commissioner council": (
        "forms.test_budgets.test_strategic_commissioner_plans_for_sectors_that_were_apart"
    ),
    "Better Care Fund, section 75": "rules.test_better_care.test_an_earmark_binds_and_has_a_price",
    "Integrated settlement": "forms.test_budgets.test_integrated_settlement_lets_a_tenth_leave_its_theme",
    "Shared property": "rules.test_assets.test_shared_sites_let_the_dearest_close",
    "Shared people, back office": "rules.test_shared_teams.test_a_hub_replaces_the_teams_that_cost_more",
    "Redesign across boundaries": "rules.test_yes_or_no.test_a_bundle_starts_as_a_whole_and_closes_what_it_replaces",
    "Causes, not symptoms": "forms.test_rules.test_causes_before_symptoms",
    "Cuts": "forms.test_budgets.test_cuts_fall_where_they_do_least_damage",
    "Voluntary and private providers": "forms.test_rules.test_private_provider_has_a_cost_and_a_share_of_its_own",
    "Payment by results (Troubled Families)": "rules.test_contracts.test_a_cap_ends_what_is_paid",
    "Social impact bond (Essex)": "rules.test_contracts.test_investors_get_their_money_back_with_their_return",
    "Life Chances Fund": "rules.test_contracts.test_outside_money_pays_its_share_of_every_payment",
    "Whitehall's part": "forms.test_budgets.test_department_joins_or_stays_out",
    "Legal barriers": "forms.test_budgets.test_legal_barrier_is_worth_what_lifting_it_gains",
    "Ceding budgets and services": "forms.test_rules.test_ceding_a_service_and_its_budget_moves_the_decision",
    "Local accountability": "forms.test_rules.test_local_people_decide_by_weights_that_name_their_source",
    "Many places": "forms.test_rules.test_many_places_show_what_pooling_is_worth_by_kind_of_place",
    "Delivery": "forms.test_rules.test_delivery_plans_on_from_what_has_happened",
    "Evidence in doubt": "rules.test_robustness.test_plan_hedges_as_the_pencil_says",
}


def test_every_row_of_the_readme_is_worked_out_by_hand_somewhere() -> None:
    """None without, none for a form that is not there."""
    _, _, forms = README.partition("## Forms")
    rows = re.findall(r"^\| ([^|]+?) \| .* \|$", forms, re.MULTILINE)
    assert sorted(row for row in rows if row not in ("form", "---")) == sorted(BY_HAND)


@pytest.mark.parametrize("name", BY_HAND.values())
def test_the_test_is_there(name: str) -> None:
    """With the sum in its docstring."""
    module, _, function = name.rpartition(".")
    found = getattr(import_module(f"tests.{module}"), function)
    assert re.search(r"\d", found.__doc__)
