"""Why a service is or is not in the plan: one screen, and one document."""

from __future__ import annotations

from typing import Any

import numpy as np
from rich.table import Table

from commission_opt.analysis.forced import Forced, Refused
from commission_opt.analysis.thresholds import AT_ONCE, Threshold
from commission_opt.analysis.why import Why
from commission_opt.place.people import people_names
from commission_opt.place.place import SYMBOLS
from commission_opt.plan.words import amount_text, list_text, number_text, unit_text
from commission_opt.reports.document import clean, infeasible_document
from commission_opt.reports.figures import money_scale, percent, scale_of, with_unit
from commission_opt.reports.forced import displaced_parts, short_text
from commission_opt.reports.sentences import period_text, place_title, value_text
from commission_opt.reports.terminal import Part, add_row, bullet, heading, make_table, sentence
from commission_opt.reports.views import rows_of, short_title

PARTS, YEARS, REQUIRED = 8, 6, 3
"""Parts of a unit's worth, years, and rules that require a service, that are shown; the document holds them all."""

CONDITIONAL = "All this holds as long as the yes-or-no decisions of the plan stay as they are."


def why_parts(why: Why) -> list[Part]:
    """Return why a service is or is not funded, what would change that, or what forcing it displaces."""
    agency = why.plan.place.tables["services"].set_index("service")["agency"][why.service]
    state = "funded" if why.funded else "not funded"
    parts: list[Part] = [
        heading(f"{why.name} ({people_names(why.plan.place, 'agencies')[agency]}): {state}"),
        sentence(f"{place_title(why.plan)}, {period_text(why.plan)}. {short_title(why.plan.model.title)}."),
        sentence(_standing_sentence(why)),
    ]
    if isinstance(why.forced, Forced):
        return [*parts, *displaced_parts(why.forced, why.service)]
    parts.append(_years_table(why))
    if why.example is not None:
        parts += [heading(_example_heading(why)), _parts_table(why), sentence(_net_sentence(why))]
    parts += [heading("What would change that"), *_change_parts(why)]
    return [*parts, sentence(CONDITIONAL)] if why.conditional else parts


def why_document(why: Why) -> dict[str, Any]:
    """Return the same as plain values: no figure in it is NaN or infinite, absence is null."""
    footing, settings = why.footing, why.plan.place.settings
    document = {
        "place": why.plan.place.name,
        "model": why.plan.model.name,
        "status": why.plan.status,
        "service": why.service,
        "name": why.name,
        "currency": settings.currency,
        "money_unit": settings.money_unit,
        "funded": why.funded,
        "conditional": why.conditional,
        "value": why.plan.value,
        "adds": footing.adds,
        "unit_cost": why.unit_cost,
        "years": why.years.to_dict(orient="records"),
        "example": why.example,
        "parts": why.parts.to_dict(orient="records"),
        "cells": why.cells.to_dict(orient="records"),
        "thresholds": [_threshold_document(why, found) for found in (footing.cost, footing.effects) if found],
        "required_by": [item.sentence for item in footing.required.items] if footing.required else [],
        "forced": _forced_document(why),
    }
    cleaned: dict[str, Any] = clean(document)
    return cleaned


def refused_sentence(refused: Refused, years: tuple[str, ...]) -> str:
    """Say how much of a service can be delivered, where what was asked for cannot."""
    if not np.isfinite(refused.most).all():
        return "How much of it could be delivered was not found within the time."
    every = _down(refused.every_year)
    if {_down(most) for most in refused.most} == {every}:
        return f"The most that can be delivered is {every} units in {'every year' if len(years) > 1 else years[0]}."
    by_year = list_text([f"{_down(most)} in {year}" for most, year in zip(refused.most, years, strict=True)])
    return f"The most units that can be delivered: {by_year}; in every one of these years {every}."


def _down(amount: float) -> str:
    """Return an amount rounded down to three decimals: what is said to be possible is."""
    return f"{np.floor(amount * 1000 + 1e-6) / 1000:,.3f}".rstrip("0").rstrip(".")


def _standing_sentence(why: Why) -> str:
    adds = why.footing.adds
    if why.footing.required is not None:
        return "Without it the rules could not all be kept."
    if np.isnan(adds):
        return "Without it the plan could not do as well by the objectives that come first."
    if why.funded and adds > 0:
        return f"Without it the best plan would be worth {value_text(adds)} less."
    if why.funded:
        return "The best plan without it would be worth just as much."
    if why.example is None:
        name = why.service
        notes = [note for note in why.plan.formulation.notes if note.startswith(f"{name} is not delivered")]
        return notes[0] if notes else "Nobody in the place has the need that it meets, so it has nobody to reach."
    return "The best plan has none of it."


def _years_table(why: Why) -> Table:
    years = why.years
    unit = why.plan.place.tables["services"].set_index("service")["unit"][why.service]
    spend = money_scale(years["spend_money"], why.plan.place.settings)
    table = make_table([f"Year (unit: {unit})"], ["Today", "Plan", "Reach", "Share", with_unit("Spend", spend.unit)])
    for row in rows_of(years.head(YEARS)):
        figures = [short_text(units) for units in (row.baseline_units, row.volume_units, row.reach_units)]
        add_row(table, row.year, *figures, percent(row.reached, decimals=0), spend.text(row.spend_money))
    return table


def _example_heading(why: Why) -> str:
    example, place = why.example or {}, why.plan.place
    who = f" ({example['cohort']})" if example["cohort"] else ""
    where = people_names(place, "areas").get(example["area"], "")
    return f"One more unit, taken apart: {where}{who}{', ' if where or who else ''}{example['year']}"


def _parts_table(why: Why) -> Table:
    parts = why.parts
    shown = parts.loc[parts["value"].abs().sort_values(ascending=False, kind="stable").index[:PARTS]].sort_index()
    net = float(why.worth.net[why.worth.example() or 0])
    value = scale_of([*shown["value"], net])
    table = make_table(["What it gains (+) and takes from elsewhere (-)", "By one unit"], [])
    table.add_column(with_unit("Value", value.unit), justify="right", no_wrap=True)
    for row in rows_of(shown):
        add_row(table, row.part, _amount(why, row), value.text(row.value, signed=True))
    others = parts.drop(index=shown.index)
    if len(others):
        add_row(table, f"{len(others)} smaller parts", "", value.text(others["value"].sum(), signed=True))
    add_row(table, "Net", "", value.text(0.0 if abs(net) < 1e-9 * parts["value"].abs().sum() else net, signed=True))
    return table


def _amount(why: Why, row: Any) -> str:
    if not np.isfinite(row.amount):
        return ""
    if row.unit == "money":
        return _exact(why, row.amount)
    unit = unit_text(row.unit, why.plan.place.settings) if row.amount == 1 else row.unit
    return f"{number_text(row.amount)} {unit}"


def _exact(why: Why, amount: float) -> str:
    """Return money to the penny, or to the pound where it is a hundred or more."""
    settings = why.plan.place.settings
    whole = amount * settings.money_unit
    symbol = SYMBOLS.get(settings.currency, f"{settings.currency} ")
    return f"{symbol}{whole:,.0f}" if abs(whole) >= 100 else f"{symbol}{whole:,.2f}"


def _net_sentence(why: Why) -> str:
    at = why.worth.example() or 0
    net, parts = float(why.worth.net[at]), why.parts
    nothing = 1e-9 * float(parts["value"].abs().sum())
    if not why.funded:
        return f"Of all its units this comes nearest to paying{_barrier(why)}."
    helps = float(parts.loc[(parts["group"] == "rule") & (parts["value"] > 0), "value"].sum())
    if helps > nothing and net - helps < -nothing:
        return f"Were it not for the rules that it helps to keep, it would fall short by {value_text(helps - net)}."
    if abs(net) <= nothing:
        return "This is the unit at the margin: it gains just what it takes from elsewhere."
    if net > 0:
        return "It gains more than it takes from elsewhere; how far it reaches is what limits it."
    return "It takes more than it gains, and is in the plan because something holds it there."


def _barrier(why: Why) -> str:
    """Say which part takes most of what a unit takes, and what one of it gains elsewhere."""
    parts = why.parts.sort_values("value", kind="stable").head(1)
    if parts.empty or float(parts["value"].iloc[0]) >= 0:
        return ""
    (row,) = rows_of(parts)
    part = row.part[:1].lower() + row.part[1:]
    if not (np.isfinite(row.amount) and row.amount > 0):
        return f"; what stands most in its way: {part}"
    settings = why.plan.place.settings
    step = 1.0 / settings.money_unit if row.unit == "money" else 1.0
    one = amount_text(step, row.unit, settings).replace("units", "unit").replace("cases", "case")
    each = number_text(-row.value / row.amount * step)
    return f"; what stands most in its way: {part}, of which {one} gains {each} elsewhere"


def _change_parts(why: Why) -> list[Part]:
    footing = why.footing
    if footing.required is not None:
        items = footing.required.items
        lines = [bullet(item.sentence) for item in items[:REQUIRED]]
        more = [sentence(f"And {len(items) - REQUIRED} more rules.")] if len(items) > REQUIRED else []
        return [sentence("No price pushes it out, as it is needed to keep what the rules ask:"), *lines, *more]
    if footing.cost is None or footing.effects is None:
        if why.funded and footing.adds == 0:
            return [sentence("Any rise of its unit cost would let others take its place.")]
        return [sentence("Where several objectives count in order, prices that would change it are not worked out.")]
    return [bullet(_cost_text(why, footing.cost)), bullet(_effects_text(why, footing.effects))]


def _cost_text(why: Why, found: Threshold) -> str:
    does = "leave the plan altogether" if why.funded else "come in"
    if not found.turns:
        if not why.funded:
            return "Even at next to no cost it would not come in."
        reason = ": money that may pay for it would gain next to nothing elsewhere" if why.unit_cost > 0 else ""
        return f"Even at {number_text(found.factor)} times its unit cost some of it would stay{reason}."
    if abs(found.change) <= 2 * AT_ONCE:
        return f"Any {'rise' if why.funded else 'cut'} of its unit cost, and it would {does}."
    change, before = _around(found)
    new, way = _exact(why, (1 + change) * why.unit_cost), "more" if found.change > 0 else "less"
    return (
        f"It would {does} if a unit cost {_figures(change)} {way}: {new} instead of {_exact(why, why.unit_cost)}. "
        f"With {_figures(before)} it would not yet; both were solved."
    )


def _effects_text(why: Why, found: Threshold) -> str:
    does = "leave the plan altogether" if why.funded else "come in"
    if not found.turns:
        if not why.funded:
            return f"Even with {number_text(found.factor)} times its effects it would not come in."
        return "Even with next to no effects some of it would stay."
    if abs(found.change) <= 2 * AT_ONCE:
        return f"Any {'loss' if why.funded else 'gain'} of effects, and it would {does}."
    change, before = _around(found)
    return (
        f"It would {does} if all its effects were {_figures(change)} {'larger' if found.change > 0 else 'smaller'}. "
        f"With {_figures(before)} it would not yet; both were solved."
    )


def _around(found: Threshold) -> tuple[float, float]:
    """Return the changes at which the plan has turned and has not, to four figures away from the threshold."""
    digits = 10.0 ** (np.floor(np.log10(abs(found.change))) - 3)
    sign, tiny = np.sign(found.change), 1e-9
    turned = np.ceil(abs(found.change) / digits - tiny) * digits
    before = np.floor(abs(found.before - 1.0) / digits + tiny) * digits
    return float(sign * turned), float(sign * before)


def _figures(change: float) -> str:
    """Return a change as a percentage of four figures, without its sign."""
    size = 100 * abs(change)
    decimals = int(max(0, 3 - np.floor(np.log10(size)))) if size > 0 else 0
    return f"{size:,.{decimals}f} %"


def _threshold_document(why: Why, found: Threshold) -> dict[str, Any]:
    return {
        "what": found.what,
        "turns": found.turns,
        "factor": found.factor,
        "before": found.before,
        "change": found.change,
        "unit_cost": found.factor * why.unit_cost if found.what == "unit cost" else None,
    }


def _forced_document(why: Why) -> dict[str, Any] | None:
    forced = why.forced
    if forced is None:
        return None
    if isinstance(forced, Refused):
        document = infeasible_document(why.plan.place, why.plan.model, forced.error)
        kept = {key: document[key] for key in ("status", "headline", "shortfall", "unit", "conflict", "repairs")}
        most = dict(zip(why.plan.place.years, forced.most.tolist(), strict=True))
        return {"volume": forced.volume, **kept, "most": most, "most_every_year": forced.every_year}
    tables = ("services", "outcomes", "needs", "agencies")
    return {
        "volume": forced.volume,
        "status": forced.after.status,
        "value": forced.value,
        "spend": forced.after.spend - forced.before.spend,
        **{name: getattr(forced, name).to_dict(orient="records") for name in tables},
    }
