"""The tables of the page: before and after, side by side."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from markupsafe import Markup

from commission_opt.analysis.barriers import Barriers
from commission_opt.explorer.figures import beside, by_outcome, by_service
from commission_opt.explorer.scenario import View
from commission_opt.explorer.yardstick import value_on
from commission_opt.place.people import people_names
from commission_opt.place.place import PlaceSettings
from commission_opt.plan.plan import Plan
from commission_opt.plan.words import money_text, number_text
from commission_opt.reports.barriers import WHO
from commission_opt.reports.figures import brief, money_scale, percent, scale_of, with_unit
from commission_opt.reports.section import Section
from commission_opt.reports.sentences import value_text
from commission_opt.reports.views import rows_of

COLUMNS = ("Today", "Starting plan", "This scenario")
SHOWN = 30
"""Barriers that are shown."""


@dataclass(frozen=True, eq=False)
class Trio:
    """Plans that stand side by side.

    Parameters
    ----------
    today : DataFrame
        Today's services, from :func:`commission_opt.explorer.figures.today_table`.
    now : Plan or None
        Today's services as a plan, for its outcomes; None where the rules of today do not hold.
    start : Plan or None
        The plan that the page began with; None where that could not be met.
    plan : Plan
        That of the scenario.
    """

    today: pd.DataFrame
    now: Plan | None
    start: Plan | None
    plan: Plan


@dataclass(frozen=True)
class Row:
    """A row of a table before and after.

    Parameters
    ----------
    key, name, agency, unit : str
        What it is about: key, name for people, key of the agency, unit of the figures.
    figures : tuple of str
        Today, at the start and in the scenario.
    picture : Markup
        The same as bars.
    change : str
        From the start to the scenario.
    """

    key: str
    name: str
    agency: str
    unit: str
    figures: tuple[str, ...]
    picture: Markup
    change: str


def headline_rows(trio: Trio) -> list[tuple[str, tuple[str, ...], str]]:
    """Return value, spend and unspent money: name, figures side by side, change on the starting plan."""
    plans = (trio.now, trio.start, trio.plan)
    settings = trio.plan.place.settings
    values = [value_on(plan, trio.plan) for plan in plans]
    spends = [float(trio.today["spend_money"].sum()), None if trio.start is None else trio.start.spend, trio.plan.spend]
    left = [None if plan is None else unspent(plan) for plan in plans]

    def money(name: str, amounts: Sequence[float | None]) -> tuple[str, tuple[str, ...], str]:
        words = tuple("-" if one is None else money_text(one, settings) for one in amounts)
        return name, words, _money_change(settings, amounts[1], amounts[2])

    return [
        (
            "Value of outcomes",
            tuple("-" if one is None else value_text(one) for one in values),
            change_text(trio.plan.value, values[1]),
        ),
        money("Spend", spends),
        money("Unspent", left),
    ]


def unspent(plan: Plan) -> float:
    """Return money left unspent over all years."""
    return float(plan.funding.loc[plan.funding["use"] == "unspent", "amount_money"].sum())


def change_text(value: float, base: float | None) -> str:
    """Return a change of value in words: ``+16.5 million (+0.29 %)``; a dash where there is nothing to compare with."""
    if base is None:
        return "-"
    gain = value - base
    if abs(gain) <= 5e-7 * max(abs(base), 1e-300):
        return "the same"
    share = f" ({percent(gain / abs(base), signed=True, decimals=2)})" if base else ""
    return f"{'+' if gain > 0 else '-'}{value_text(abs(gain))}{share}"


def _money_change(settings: PlaceSettings, before: float | None, after: float | None) -> str:
    if before is None or after is None:
        return "-"
    change = after - before
    if abs(change) * settings.money_unit < 1:
        return "the same"
    return f"{'+' if change > 0 else '-'}{money_text(abs(change), settings)}"


def service_rows(trio: Trio, view: View) -> tuple[str, list[Row]]:
    """Return the unit of the figures (blank: each row's own) and a row for each service, largest change first."""
    place, window = trio.plan.place, view.window
    start = None if trio.start is None else trio.start.allocation
    tables = (trio.today, start, trio.plan.allocation)
    parts = [None if table is None else by_service(table, window) for table in tables]
    column = "spend_money" if view.measure == "money" else "volume_units"
    figures = beside(tuple(parts), lambda part: part[column])
    figures = figures[(figures > 0).any(axis=1)]
    about = place.tables["services"].set_index("service")
    names = people_names(place, "services")
    if view.measure == "money":
        money = money_scale(figures.to_numpy().ravel().tolist(), place.settings)
        return money.unit, _rows(figures, names, (about["agency"], None), money.text)
    return "", _rows(figures, names, (about["agency"], about["unit"]), number_text)


def outcome_rows(trio: Trio, view: View) -> list[Row]:
    """Return a row for each outcome, in its own unit, largest value in the scenario first."""
    place = trio.plan.place
    parts = [None if plan is None else by_outcome(plan, view.window) for plan in (trio.now, trio.start, trio.plan)]
    figures = beside(tuple(parts), lambda part: part["amount_units"])
    last = parts[-1]
    worth = last["value"].abs() if last is not None else pd.Series(dtype=float)
    order = worth.sort_values(ascending=False, kind="stable").index
    about = place.tables["outcomes"].set_index("outcome")
    return _rows(figures.loc[order], people_names(place, "outcomes"), (about["agency"], about["unit"]), number_text)


def _rows(
    figures: pd.DataFrame, names: Mapping[str, str], about: tuple[pd.Series, pd.Series | None], text: Any
) -> list[Row]:
    """Return rows with bars on each row's own scale; where all have one unit, the largest change first."""
    agency, unit = about
    if unit is None:
        moved = pd.DataFrame({"start": (figures[2] - figures[1]).abs(), "today": (figures[2] - figures[0]).abs()})
        figures = figures.loc[moved.round(2).sort_values(["start", "today"], ascending=False, kind="stable").index]
    found = []
    for key, row in zip(figures.index.astype(str), figures.to_numpy(), strict=True):
        largest = float(np.nanmax(np.abs(row), initial=1e-300))
        found.append(
            Row(
                key=key,
                name=names[key],
                agency=str(agency[key]),
                unit="" if unit is None else str(unit[key]),
                figures=tuple("-" if np.isnan(figure) else text(float(figure)) for figure in row),
                picture=bars([0.0 if np.isnan(figure) else abs(figure) / largest for figure in row]),
                change=_row_change(float(row[1]), float(row[2])),
            )
        )
    return found


def _row_change(before: float, after: float) -> str:
    if np.isnan(before):
        return "-"
    if abs(after - before) <= 1e-6 * max(abs(before), abs(after)):
        return "the same"
    if before <= 0:
        return "new" if before == 0 else "less" if after < before else "more"
    return "stopped" if after == 0 else percent((after - before) / before, signed=True)


def bars(shares: Sequence[float]) -> Markup:
    """Return bars for today, the start and the scenario, one below the other; the figures stand beside them."""
    drawn = [
        Markup('<rect class="bar-{}" x="0" y="{}" width="{}" height="4"/>').format(at, 5 * at, f"{100 * share:.2f}")
        for at, share in enumerate(shares)
    ]
    start = Markup('<svg class="trio" viewBox="-1 -1 102 16" preserveAspectRatio="none" aria-hidden="true">')
    return start + Markup("").join(drawn) + Markup("</svg>")


def barriers_section(found: Barriers) -> Section:
    """Return the barriers worth most, with who could lift each."""
    table, settings = found.table, found.plan.place.settings
    worth = table[(table["value"] > 0) | (table["saved_money"] > 0)].head(SHOWN)
    rows = tuple(
        (
            f"{row.sentence[:1].upper()}{row.sentence[1:]}",
            WHO[row.standing],
            brief(row.value),
            "-" if np.isnan(row.saved_money) else money_text(row.saved_money, settings),
        )
        for row in rows_of(worth)
    )
    heads = (("Barrier", "word"), ("Lifted by", "word"), ("Worth", "figure"), ("Or saves", "figure"))
    return Section(heads, rows)


def pins_sections(named: Sequence[tuple[str, Plan | None]]) -> tuple[Section, Section]:
    """Return pinned scenarios side by side: value and spend, and then every outcome; a dash where one cannot be met."""
    solved = [plan for _, plan in named if plan is not None]
    heads = (("What", "word"), *((name, "figure") for name, _ in named))
    if not solved:
        return Section(heads, (("Value of outcomes", *("cannot be met" for _ in named)),)), Section(heads, ())
    first, settings = solved[0], solved[0].place.settings
    spend = money_scale([plan.spend for plan in solved], settings)
    value = scale_of([plan.value for plan in solved], steps=[plan.value - first.value for plan in solved])

    def line(name: str, text: Any) -> tuple[str, ...]:
        return (name, *("-" if plan is None else str(text(plan)) for _, plan in named))

    rows = [
        (
            with_unit("Value of outcomes", value.unit),
            *("cannot be met" if plan is None else value.text(plan.value) for _, plan in named),
        ),
        line("Against the first, by its own weights", lambda plan: change_text(plan.value, value_on(first, plan))),
        line(with_unit("Spend", spend.unit), lambda plan: spend.text(plan.spend)),
    ]
    units = first.place.tables["outcomes"].set_index("outcome")["unit"]
    amounts = {id(plan): plan.outcomes.groupby("outcome")["amount_units"].sum() for plan in solved}
    outcomes = [
        line(
            with_unit(name, str(units[key])), lambda plan, key=key: number_text(float(amounts[id(plan)].get(key, 0.0)))
        )
        for key, name in people_names(first.place, "outcomes").items()
    ]
    return Section(heads, tuple(rows)), Section(heads, tuple(outcomes))
