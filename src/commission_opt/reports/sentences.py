"""What plans and comparisons say, in sentences that a finance director can repeat."""

from __future__ import annotations

import math

import pandas as pd

from commission_opt.analysis.equal_outcomes import EqualOutcomes
from commission_opt.analysis.ladder import Comparison
from commission_opt.place.people import people_names
from commission_opt.place.place import PlaceSettings
from commission_opt.plan.conflict import Conflict
from commission_opt.plan.plan import Plan
from commission_opt.plan.words import amount_text, list_text, money_text, number_text
from commission_opt.reports.figures import gap_text, percent
from commission_opt.reports.views import short_title

SMALL = 5e-7
"""Share of its value below which a difference between two plans is called none."""


def period_text(plan: Plan) -> str:
    """Return the years of a plan: ``2025/26`` or ``2025/26 to 2029/30``."""
    years = plan.place.years
    return years[0] if len(years) == 1 else f"{years[0]} to {years[-1]}"


def place_title(plan: Plan) -> str:
    """Return the place's name for people."""
    return plan.place.settings.title or plan.place.name


def certificate_sentence(plan: Plan) -> str:
    """Say in one sentence what is proven."""
    certificate = plan.certificate
    return (
        "Checked independently of the solver: the plan keeps every rule, and it is proven that no plan under these "
        f"rules can be better by as much as {percent_bound(certificate.gap)}."
    )


def percent_bound(gap: float) -> str:
    """Return a bound on a gap as people read it."""
    return gap_text(gap).removeprefix("< ")


def ladder_certificate_sentence(comparison: Comparison) -> str:
    """Say in one sentence that every step is certified, or which forms have no plan."""
    plans = [plan for plan in comparison.plans if isinstance(plan, Plan)]
    worst = max((plan.certificate.gap for plan in plans), default=0.0)
    return (
        f"Every plan is certified: checked independently of the solver, it keeps every rule of its form of joint "
        f"working, and none can be bettered under those rules by as much as {percent_bound(worst)}."
    )


def value_text(value: float) -> str:
    """Return a value in a few digits: ``5.59 billion``, ``12.4 million``, ``950``."""
    for size, word in ((1e9, "billion"), (1e6, "million")):
        if abs(value) >= size * 0.9995:
            shown = abs(value / size)
            return f"{value / size:,.{2 if shown < 10 else 1 if shown < 100 else 0}f} {word}"
    return number_text(round(value) if abs(value) >= 100 else value)


def step_sentences(comparison: Comparison) -> list[str]:
    """Say what each step of the ladder is worth."""
    lines = []
    for plan in comparison.plans:
        if isinstance(plan, Conflict):
            continue
        base = comparison.step_from(plan.model.name)
        if base is None:
            continue
        gain, name, other = plan.value - base.value, short_title(plan.model.title), short_title(base.model.title)
        step = f"From {other} to {name}"
        if abs(gain) <= SMALL * abs(base.value):
            lines.append(f"{step}: no more value{_spend_clause(plan, base)}.")
            continue
        lines.append(
            f"{step}: {value_text(abs(gain))} {'more' if gain > 0 else 'less'} value{_share_clause(gain, base.value)}"
            f"{_spend_clause(plan, base)}."
        )
    return lines


def pooling_sentences(comparison: Comparison) -> list[str]:
    """Say in one sentence what pooling is worth against aligned budgets; nothing where either was not solved."""
    solved = {plan.model.name: plan for plan in comparison.solved}
    pooled = [solved[name] for name in ("single_pot", "total_place") if name in solved]
    if "aligned" not in solved or not pooled:
        return []
    base = solved["aligned"].value
    parts = [
        f"{value_text(plan.value - base)} more value under {short_title(plan.model.title)}"
        f"{_share_clause(plan.value - base, base)}"
        for plan in pooled
    ]
    return [f"What pooling is worth, against {short_title(solved['aligned'].model.title)}: {list_text(parts)}."]


def _share_clause(gain: float, base: float) -> str:
    return f" ({percent(gain / abs(base), signed=True, decimals=2)})" if base else ""


def _spend_clause(plan: Plan, base: Plan) -> str:
    change = plan.spend - base.spend
    if abs(change) * plan.place.settings.money_unit < 1:
        return ", for the same money"
    return f", for {money_text(abs(change), plan.place.settings)} {'more' if change > 0 else 'less'} money"


def equal_outcomes_sentence(found: EqualOutcomes) -> str:
    """Say what the same value of outcomes would cost under the other model."""
    settings = found.plan.place.settings
    name, other = short_title(found.cheapest.model.title), short_title(found.plan.model.title)
    if found.saved * settings.money_unit < 1:
        return f"The value of {other} could not be had for less money under {name}."
    share = percent(found.saved / found.plan.spend, decimals=2) if found.plan.spend else ""
    return (
        f"Money at equal outcomes: the value of {other} could be had for {money_text(found.saved, settings)} less "
        f"({share} of spend) under {name}, {period_text(found.plan)}."
    )


def gainers_sentences(plan: Plan, base: Plan) -> list[str]:
    """Say whose services gain money from others, and whose outcomes gain and lose."""
    names = people_names(plan.place, "agencies")
    settings = plan.place.settings
    table = plan.agencies.set_index("agency")
    lines = []
    net = table["net_money"] * settings.money_unit
    pays, gets = net[net <= -1].sort_values(kind="stable"), net[net >= 1].sort_values(ascending=False, kind="stable")
    if len(pays):
        paid = [f"{names[a]} ({money_text(-table['net_money'][a], settings)})" for a in pays.index]
        lines.append(f"Pays for services that others lead: {list_text(paid)}.")
    if len(gets):
        got = [f"{names[a]} ({money_text(table['net_money'][a], settings)})" for a in gets.index]
        lines.append(f"Has services paid for by others: {list_text(got)}.")
    change = table["own_outcomes_value"] - base.agencies.set_index("agency")["own_outcomes_value"]
    most = SMALL * max(abs(plan.value), 1e-300)
    for words, part in (("gain", change[change > most]), ("lose", change[change < -most])):
        order = part.abs().sort_values(ascending=False, kind="stable").index
        if len(order):
            told = [f"{names[a]} ({value_text(abs(float(change[a])))})" for a in order]
            lines.append(f"Outcomes {words}, against {short_title(base.model.title)}, for {list_text(told)}.")
    return lines


def unspent_sentence(plan: Plan) -> str:
    """Say how much is left unspent; a blank where nothing is."""
    left = float(plan.funding.loc[plan.funding["use"] == "unspent", "amount_money"].sum())
    return f"Left unspent: {money_text(left, plan.place.settings)}." if left else ""


def price_sentence(row: pd.Series) -> str:
    """Say what so much more of a rule's bound is worth, and so much less where that differs.

    For a row of :func:`dearest_rules`.
    """
    words, amount = str(row["sentence"]), float(row["amount"])
    more, less = float(row["change_more"]), float(row["change_less"])
    others = int(row["alike"])
    alike = f"; the same goes for {others} more {'limit' if others == 1 else 'limits'} like it" if others else ""
    buys = f", most of it {row['buys']}" if row["buys"] else ""
    if math.isinf(float(row["price_low"])):
        text = f"{words[:1].upper()}{words[1:]} cannot be{alike}."
    else:
        more = float(row["price"]) * amount if math.isnan(more) else more
        text = f"{words[:1].upper()}{words[1:]} {_worth(more)}{buys}{alike}."
        if math.isnan(less) or abs(more + less) <= SMALL * abs(more):
            return text
    return text if math.isnan(less) else f"{text} As much less {_worth(less)}."


def _worth(change: float) -> str:
    if change == 0.0:
        return "gains nothing"
    return f"{'gains' if change > 0 else 'costs'} a value of {value_text(abs(change))}"


def range_sentence(row: pd.Series, settings: PlaceSettings) -> str:
    """Say by how much a rule's bound may change before its price does; a dash where that was not worked out."""
    low, high, bound = (float(row[name]) for name in ("valid_from", "valid_to", "bound"))
    if not (math.isfinite(low) or math.isfinite(high)):
        return "-"
    unit = str(row["unit"])
    less = f"{amount_text(max(bound - low, 0.0), unit, settings)} less" if math.isfinite(low) else "any less"
    more = f"{amount_text(max(high - bound, 0.0), unit, settings)} more" if math.isfinite(high) else "any more"
    return f"{less} to {more}"
