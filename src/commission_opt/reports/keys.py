"""The figures that a page begins with: what the plan is worth, against today and against silos, and its proof."""

from __future__ import annotations

from dataclasses import dataclass

from commission_opt.analysis.ladder import Comparison
from commission_opt.plan.plan import Plan
from commission_opt.plan.words import list_text, money_text
from commission_opt.reports.figures import percent, signed_text
from commission_opt.reports.sentences import SMALL, percent_bound, period_text, value_text

AGAINST = {"status_quo": "Against today", "siloed": "Against silos"}
"""Models that every plan is measured against, and what that is called."""

MISSING = {"status_quo": "the services of today", "siloed": "agencies that plan alone"}


@dataclass(frozen=True)
class KeyFigure:
    """A figure with what it is and what it rests on."""

    term: str
    figure: str
    note: str


def key_figures(plan: Plan, comparison: Comparison) -> list[KeyFigure]:
    """Return value, gains against today and silos where these were compared, spend and proof."""
    solved = {other.model.name: other for other in comparison.solved}
    found = [KeyFigure("Value of outcomes", value_text(plan.value), f"weighted and added up, {period_text(plan)}")]
    for name, term in AGAINST.items():
        if name in solved and name != plan.model.name:
            found.append(_gain(term, plan, solved[name]))
    settings = plan.place.settings
    left = float(plan.funding.loc[plan.funding["use"] == "unspent", "amount_money"].sum())
    unspent = f"and {money_text(left, settings)} unspent" if left else "nothing unspent"
    proof = f"no plan under these rules is better by as much as {percent_bound(plan.certificate.gap)}"
    return [
        *found,
        KeyFigure("Spend", money_text(plan.spend, settings), unspent),
        KeyFigure("Certificate", "Proven best" if plan.status == "optimal" else "Stopped early", proof),
    ]


def _gain(term: str, plan: Plan, base: Plan) -> KeyFigure:
    gain = plan.value - base.value
    change = plan.spend - base.spend
    settings = plan.place.settings
    if abs(change) * settings.money_unit < 1:
        money = "for the same money"
    else:
        money = f"for {money_text(abs(change), settings)} {'more' if change > 0 else 'less'} money"
    if abs(gain) <= SMALL * abs(base.value):
        return KeyFigure(term, "No more value", money)
    share = f"{percent(gain / abs(base.value), signed=True)} value" if base.value else "value of outcomes"
    return KeyFigure(term, signed_text(gain, value_text), f"{share}, {money}")


def not_compared(comparison: Comparison) -> str:
    """Say what a page does not compare, and which command does; a blank where it compares today and silos."""
    names = [model.name for model in comparison.models]
    missing = [name for name in AGAINST if name not in names]
    if not missing:
        return ""
    return (
        f"Not compared here: {list_text([MISSING[name] for name in missing])}. commission-opt compare "
        f"{comparison.place.name} --models {','.join([*missing, *names])} --out ladder.html does."
    )
