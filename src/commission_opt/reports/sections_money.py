"""Who pays and who gains, what the rules cost, what is unspent and what the plan rests on, with their tables."""

from __future__ import annotations

import math
from typing import Any

import pandas as pd
from markupsafe import Markup

from commission_opt.place.place import Place
from commission_opt.plan.plan import Plan
from commission_opt.plan.words import amount_text, money_text
from commission_opt.reports.charts import Picture, bars, legend, stacks
from commission_opt.reports.figures import money_scale, percent, scale_of, signed_text, with_unit
from commission_opt.reports.palette import agency_styles, grade_style
from commission_opt.reports.section import NOTHING, Cell, Section, anchors, link
from commission_opt.reports.sections import agencies_legend
from commission_opt.reports.sentences import price_sentence, range_sentence, value_text
from commission_opt.reports.views import agencies_view, dearest_rules, evidence_view, rows_of, unspent_view

PRICES = 12
"""Binding rules that are shown; the written tables hold them all."""


def agencies_section(plan: Plan, base: Plan | None) -> Section:
    """Return who puts in what, whose services it pays for, and what happens to each one's outcomes."""
    place = plan.place
    view = agencies_view(plan, base).set_index("agency").loc[place.tables["agencies"]["agency"].tolist()].reset_index()
    money = money_scale([*view["put_in_money"], *view["led_spend_money"]], place.settings)
    net = money_scale(view["net_money"], place.settings)
    gain = view["own_outcomes_change" if base is not None else "own_outcomes_value"]
    value = scale_of(gain)
    at = anchors("agencies", view["agency"].tolist())
    rows = tuple(
        (
            link(at.get(row.agency), row.name),
            money.text(row.put_in_money),
            money.text(row.led_spend_money),
            net.text(row.net_money, signed=True),
            value.text(change, signed=base is not None),
        )
        for row, change in zip(rows_of(view), gain.tolist(), strict=True)
    )
    last = "Change of its outcomes" if base is not None else "Its outcomes"
    heads = (
        ("Agency", "word"),
        (with_unit("Puts in", money.unit), "figure"),
        (with_unit("Its services", money.unit), "figure"),
        (with_unit("Net", net.unit), "figure"),
        (with_unit(last, value.unit), "figure"),
    )
    return Section(heads, rows, _agencies_charts(view, place, gain, base is not None))


def _agencies_charts(view: pd.DataFrame, place: Place, gain: pd.Series[Any], compared: bool) -> Markup:
    """Draw the money put in and spent, what each agency pays or receives on balance, and its outcomes."""
    settings, styles = place.settings, agency_styles(place)
    piles = [
        (
            name,
            money_text(float(view[column].sum()), settings),
            [(row[column], styles[row["agency"]]) for _, row in view.iterrows()],
        )
        for name, column in (("Puts in", "put_in_money"), ("Spent on services that it leads", "led_spend_money"))
    ]
    drawn = stacks(Picture("put-in-chart", "Money put in, and spent on the services that each agency leads"), piles)
    drawn += agencies_legend(place, styles.values())
    nets = [
        (
            row.name,
            signed_text(row.net_money, lambda size: money_text(size, settings)),
            row.net_money,
            styles[row.agency],
        )
        for row in rows_of(view)
        if round(row.net_money * settings.money_unit)
    ]
    if nets:
        title = "Net: pays for the services of others (left), has services paid for by others (right)"
        drawn += bars(Picture("net-chart", title), nets)
    changes = [
        (row.name, signed_text(size, value_text) if compared else value_text(size), size, styles[row.agency])
        for row, size in zip(rows_of(view), gain.tolist(), strict=True)
        if math.isfinite(size) and size
    ]
    if not changes:
        return drawn
    title = f"{'Change of the value' if compared else 'Value'} of the outcomes that each agency answers for"
    return drawn + bars(Picture("gains-chart", title), changes)


def prices_section(plan: Plan) -> Section:
    """Return the rules that cost most, with the range over which that holds."""
    settings = plan.place.settings
    rows: list[tuple[Cell, ...]] = []
    for _, row in dearest_rules(plan).head(PRICES).iterrows():
        bound = amount_text(float(row["bound"]), str(row["unit"]), settings)
        rows.append((price_sentence(row), bound, range_sentence(row, settings)))
    heads = (("What one more is worth", "long"), ("Limit", "figure"), ("Holds for", "long"))
    return Section(heads, tuple(rows))


def unspent_section(plan: Plan) -> Section:
    """Return what is left unspent, and why."""
    settings = plan.place.settings
    rows = tuple(
        (row.stream, row.agency, money_text(row.amount_money, settings), row.reason)
        for row in rows_of(unspent_view(plan))
    )
    return Section((("Stream", "word"), ("Agency", "word"), ("Unspent", "figure"), ("Why", "long")), rows)


def evidence_section(plan: Plan) -> Section:
    """Return what the plan rests on: spend by the grade of evidence of each service's main effect."""
    view, settings = evidence_view(plan), plan.place.settings
    money = money_scale(view["spend_money"], settings)
    rows = tuple(
        (row.grade, f"{row.services:,}", percent(row.share, decimals=0), money.text(row.spend_money))
        for row in rows_of(view)
    )
    heads = (
        ("Evidence", "word"),
        ("Services", "figure"),
        ("Share of spend", "figure"),
        (with_unit("Spend", money.unit), "figure"),
    )
    total = money_text(float(view["spend_money"].sum()), settings)
    parts = [(row.spend_money, grade_style(row.grade)) for row in rows_of(view)]
    chart = stacks(Picture("evidence-chart", "Spend by grade of evidence"), [("All spend", total, parts)])
    chart += legend((grade_style(grade), grade) for grade in view["grade"])
    return Section(heads, rows, chart if rows else NOTHING)
