"""What the place gets: the ladder, outcomes, areas and services, as charts with their tables."""

from __future__ import annotations

import math
from collections.abc import Iterable

import numpy as np
import pandas as pd
from markupsafe import Markup

from commission_opt.analysis.ladder import Comparison
from commission_opt.place.people import people_names
from commission_opt.place.place import Place
from commission_opt.plan.plan import Plan
from commission_opt.plan.words import money_text, number_text
from commission_opt.reports.charts import Picture, bars, legend, steps
from commission_opt.reports.figures import gap_text, money_scale, percent, scale_of, signed_text, with_unit
from commission_opt.reports.palette import agency_styles
from commission_opt.reports.section import IN_CHART, NOTHING, Cell, Section, anchors, cut_note, link
from commission_opt.reports.sentences import SMALL, value_text
from commission_opt.reports.views import areas_view, ladder_view, outcomes_view, rows_of, services_view


def ladder_section(comparison: Comparison) -> Section:
    """Return the ladder: each form's gain on the form that it builds on, as a step that begins where that one ends."""
    view, settings = ladder_view(comparison), comparison.place.settings
    value = scale_of(view["value"], steps=view["step"])
    money, left = money_scale(view["spend_money"], settings), money_scale(view["unspent_money"], settings)
    reached = dict(zip(view["model"], view["value"], strict=True))
    rows: list[tuple[Cell, ...]] = []
    drawn: list[tuple[str, str, float, float]] = []
    for row in rows_of(view):
        if row.status == "infeasible":
            rows.append((row.name, "no plan", *[""] * 5))
            continue
        share = percent(row.step_share, signed=True, decimals=2)
        figure = value_text(row.value)
        if not math.isnan(row.step):
            more = abs(row.step) > SMALL * abs(row.value)
            figure = f"{signed_text(row.step, value_text)} ({share})" if more else "no more"
        drawn.append((row.name, figure, reached.get(row.step_from, row.value), row.value))
        rows.append(
            (
                row.name,
                value.text(row.value),
                value.text(row.step, signed=True),
                share,
                money.text(row.spend_money),
                left.text(row.unspent_money),
                gap_text(row.gap),
            )
        )
    heads = (
        ("Form of working together", "word"),
        (with_unit("Value", value.unit), "figure"),
        ("Step", "figure"),
        ("Step, %", "figure"),
        (with_unit("Spend", money.unit), "figure"),
        (with_unit("Unspent", left.unit), "figure"),
        ("Proven gap", "figure"),
    )
    picture = Picture("ladder", "Value of outcomes: what each form of working together adds")
    return Section(heads, tuple(rows), steps(picture, drawn) if len(drawn) > 1 else NOTHING)


def outcomes_section(plan: Plan, base: Plan | None) -> Section:
    """Return what is gained by outcome, with the amount before where a plan to compare with is given."""
    view, place = outcomes_view(plan, base), plan.place
    value = scale_of(view["value"])
    at = anchors("outcomes", place.tables["outcomes"]["outcome"].tolist())
    heads = [("Outcome", "word"), ("Answers for it", "word"), ("Amount", "figure"), ("Unit", "word")]
    heads += [("Before", "figure"), ("Change", "figure")] if base is not None else []
    heads += [(with_unit("Value", value.unit), "figure")]
    rows: list[tuple[Cell, ...]] = []
    for row in rows_of(view):
        cells: list[Cell] = [link(at.get(row.outcome), row.name), row.agency, number_text(row.amount_units), row.unit]
        if base is not None:
            change = row.amount_units - row.before_units
            share = change / abs(row.before_units) if row.before_units else np.nan
            cells += [number_text(row.before_units), percent(share, signed=True)]
        rows.append((*cells, value.text(row.value)))
    return Section(tuple(heads), tuple(rows), _outcomes_chart(view, place))


def _outcomes_chart(view: pd.DataFrame, place: Place) -> Markup:
    compared = "before_value" in view.columns
    sizes = view["value"] - view["before_value"] if compared else view["value"]
    view = view.assign(size=sizes)
    view = view.loc[view["size"].abs().sort_values(ascending=False, kind="stable").index]
    sized = view[view["size"] != 0]
    leads = place.tables["outcomes"].set_index("outcome")["agency"]
    styles = agency_styles(place)
    drawn = [
        (
            row.name,
            signed_text(row.size, value_text) if compared else value_text(row.size),
            row.size,
            styles[leads[row.outcome]],
        )
        for row in rows_of(sized.head(IN_CHART))
    ]
    title = "Change of the value of each outcome" if compared else "Value of each outcome"
    return _charted(
        Picture("outcomes-chart", title),
        drawn,
        place,
        cut_note("changes" if compared else "outcomes", len(drawn), len(sized)),
    )


def areas_section(plan: Plan, base: Plan | None) -> Section:
    """Return the value of outcomes by area; no row where the place has one area only."""
    view = areas_view(plan, base)
    if len(view) < 2:
        return Section((), ())
    value = scale_of(view["value"])
    compared, counted = base is not None, bool((view["population"] > 0).all())
    heads = [("Area", "word"), *([("People", "figure")] if counted else []), (with_unit("Value", value.unit), "figure")]
    heads += [("Value a head", "figure")] if counted else []
    heads += [(with_unit("Before", value.unit), "figure"), ("Change", "figure")] if compared else []
    rows: list[tuple[Cell, ...]] = []
    drawn: list[tuple[str, str, float, str]] = []
    for row in rows_of(view):
        cells: list[Cell] = [row.name]
        cells += [number_text(row.population)] if counted else []
        cells += [value.text(row.value)]
        cells += [number_text(round(row.value / row.population))] if counted else []
        size, figure = row.value, value_text(row.value)
        if compared:
            size = row.value - row.before_value
            share = percent(size / abs(row.before_value) if row.before_value else np.nan, signed=True)
            cells += [value.text(row.before_value), share]
            figure = f"{signed_text(size, value_text)} ({share})"
        drawn.append((row.name, figure, size, "gain" if size >= 0 else "loss"))
        rows.append(tuple(cells))
    title = "Change of the value of outcomes by area" if compared else "Value of outcomes by area"
    chart = bars(Picture("areas-chart", title), drawn[:IN_CHART])
    return Section(tuple(heads), tuple(rows), chart + cut_note("areas", min(IN_CHART, len(drawn)), len(drawn)))


def services_section(plan: Plan) -> Section:
    """Return spend by service today and in the plan, largest change first."""
    view, place = services_view(plan), plan.place
    money = money_scale([*view["before_money"], *view["spend_money"]], place.settings)
    at = anchors("services", place.tables["services"]["service"].tolist())
    rows: list[tuple[Cell, ...]] = []
    for row in rows_of(view):
        share = row.change_money / row.before_money if row.before_money > 0 else np.nan
        words = "new" if row.before_money <= 0 else percent(share, signed=True, decimals=0)
        rows.append(
            (
                link(at.get(row.service), row.name),
                row.agency,
                money.text(row.before_money),
                money.text(row.spend_money),
                money.text(row.change_money, signed=True),
                "stopped" if row.spend_money == 0 else words,
            )
        )
    heads = (
        ("Service", "word"),
        ("Led by", "word"),
        (with_unit("Today", money.unit), "figure"),
        (with_unit("Plan", money.unit), "figure"),
        ("Change", "figure"),
        ("Change, %", "figure"),
    )
    return Section(heads, tuple(rows), _services_chart(view, place))


def _services_chart(view: pd.DataFrame, place: Place) -> Markup:
    settings, styles = place.settings, agency_styles(place)
    leads = place.tables["services"].set_index("service")["agency"]
    changed = view[view["change_money"] != 0]
    drawn = [
        (
            row.name,
            f"{money_text(row.before_money, settings)} to {money_text(row.spend_money, settings)}",
            row.change_money,
            styles[leads[row.service]],
        )
        for row in rows_of(changed.head(IN_CHART))
    ]
    picture = Picture("services-chart", "Change of spend by service, from today to the plan")
    return _charted(picture, drawn, place, cut_note("changes", len(drawn), len(changed)))


def _charted(picture: Picture, drawn: list[tuple[str, str, float, str]], place: Place, note: Markup) -> Markup:
    """Return bars with the agencies that their colours stand for."""
    if not drawn:
        return NOTHING
    return bars(picture, drawn) + agencies_legend(place, {style for *_, style in drawn}) + note


def agencies_legend(place: Place, shown: Iterable[str]) -> Markup:
    """Return which agency each of the colours shown stands for, in the order of the place's table."""
    names, shown = people_names(place, "agencies"), set(shown)
    return legend((style, names[agency]) for agency, style in agency_styles(place).items() if style in shown)
