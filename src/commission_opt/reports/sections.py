"""The sections of the report page as rows of text and bars: what templates lay out."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from markupsafe import Markup

from commission_opt.analysis.ladder import Comparison
from commission_opt.plan.plan import Plan
from commission_opt.plan.words import amount_text, money_text, number_text
from commission_opt.reports.charts import bar
from commission_opt.reports.figures import gap_text, money_scale, percent, scale_of, with_unit
from commission_opt.reports.sentences import price_sentence, range_sentence
from commission_opt.reports.views import (
    agencies_view,
    dearest_rules,
    evidence_view,
    ladder_view,
    outcomes_view,
    rows_of,
    services_view,
    unspent_view,
)

Cell = str | Markup

PRICES = 12
"""Binding rules that are shown; the written tables hold them all."""


@dataclass(frozen=True)
class Section:
    """A table of a page.

    Parameters
    ----------
    heads : tuple of (heading, kind)
        Kind is ``word``, ``figure`` or ``picture``.
    rows : tuple of rows of cells
        As many cells as headings; pictures are SVG, all else is escaped.
    """

    heads: tuple[tuple[str, str], ...]
    rows: tuple[tuple[Cell, ...], ...]


def ladder_section(comparison: Comparison) -> Section:
    """Return the ladder: each form's gain on the first as a bar that begins where the form it builds on ends."""
    view, settings = ladder_view(comparison), comparison.place.settings
    value = scale_of(view["value"], steps=view["step"])
    money, left = money_scale(view["spend_money"], settings), money_scale(view["unspent_money"], settings)
    low, high = float(view["value"].min()), float(view["value"].max())
    span = max(high - low, 1e-300)
    position = dict(zip(view["model"], (view["value"] - low) / span, strict=True))
    rows: list[tuple[Cell, ...]] = []
    for row in rows_of(view):
        if row.status == "infeasible":
            rows.append((row.name, "", "no plan", *[""] * 5))
            continue
        start = position.get(row.step_from, 0.0)
        style = "gain" if row.step != row.step or row.step >= 0 else "loss"
        rows.append(
            (
                row.name,
                bar(start, position[row.model], style),
                value.text(row.value),
                value.text(row.step, signed=True),
                percent(row.step_share, signed=True, decimals=2),
                money.text(row.spend_money),
                left.text(row.unspent_money),
                gap_text(row.gap),
            )
        )
    heads = (
        ("Form of working together", "word"),
        ("What each step adds", "picture wide"),
        (with_unit("Value", value.unit), "figure"),
        ("Step", "figure"),
        ("Step, %", "figure"),
        (with_unit("Spend", money.unit), "figure"),
        (with_unit("Unspent", left.unit), "figure"),
        ("Proven gap", "figure"),
    )
    return Section(heads, tuple(rows))


def outcomes_section(plan: Plan, base: Plan | None) -> Section:
    """Return what is gained by outcome, with the amount before where a plan to compare with is given."""
    view = outcomes_view(plan, base)
    value = scale_of(view["value"])
    most = max(float(view["value"].abs().max()), 1e-300) if len(view) else 1.0
    heads = [("Outcome", "word"), ("Amount", "figure"), ("Unit", "word")]
    heads += [("Before", "figure"), ("Change", "figure")] if base is not None else []
    heads += [("Share of value", "picture"), (with_unit("Value", value.unit), "figure")]
    rows: list[tuple[Cell, ...]] = []
    for row in rows_of(view):
        cells: list[Cell] = [row.name, number_text(row.amount_units), row.unit]
        if base is not None:
            change = row.amount_units - row.before_units
            share = change / abs(row.before_units) if row.before_units else np.nan
            cells += [number_text(row.before_units), percent(share, signed=True)]
        style = "gain" if row.value >= 0 else "loss"
        rows.append((*cells, bar(0.0, abs(row.value) / most, style), value.text(row.value)))
    return Section(tuple(heads), tuple(rows))


def services_section(plan: Plan) -> Section:
    """Return spend by service today and in the plan, largest change first."""
    view, settings = services_view(plan), plan.place.settings
    money = money_scale([*view["before_money"], *view["spend_money"]], settings)
    most = max(float(view["change_money"].abs().max()), 1e-300) if len(view) else 1.0
    rows: list[tuple[Cell, ...]] = []
    for row in rows_of(view):
        share = row.change_money / row.before_money if row.before_money > 0 else np.nan
        words = "new" if row.before_money <= 0 else percent(share, signed=True, decimals=0)
        size = row.change_money / most / 2
        rows.append(
            (
                row.name,
                row.agency,
                money.text(row.before_money),
                money.text(row.spend_money),
                bar(0.5, 0.5 + size, "gain" if size >= 0 else "loss"),
                "stopped" if row.spend_money == 0 else words,
            )
        )
    heads = (
        ("Service", "word"),
        ("Led by", "word"),
        (with_unit("Today", money.unit), "figure"),
        (with_unit("Plan", money.unit), "figure"),
        ("Less, more", "picture"),
        ("Change", "figure"),
    )
    return Section(heads, tuple(rows))


def agencies_section(plan: Plan, base: Plan | None) -> Section:
    """Return who puts in what, whose services it pays for, and what happens to each one's outcomes."""
    view, settings = agencies_view(plan, base), plan.place.settings
    money = money_scale([*view["put_in_money"], *view["led_spend_money"]], settings)
    net = money_scale(view["net_money"], settings)
    gain = view["own_outcomes_change" if base is not None else "own_outcomes_value"]
    value = scale_of(gain)
    most = max(float(view["net_money"].abs().max()), 1e-300)
    rows: list[tuple[Cell, ...]] = []
    for row, change in zip(rows_of(view), gain.tolist(), strict=True):
        size = row.net_money / most / 2
        rows.append(
            (
                row.name,
                money.text(row.put_in_money),
                money.text(row.led_spend_money),
                bar(0.5, 0.5 + size, "gain" if size >= 0 else "loss"),
                net.text(row.net_money, signed=True),
                value.text(change, signed=base is not None),
            )
        )
    last = "Change of its outcomes" if base is not None else "Its outcomes"
    heads = (
        ("Agency", "word"),
        (with_unit("Puts in", money.unit), "figure"),
        (with_unit("Its services", money.unit), "figure"),
        ("Pays, receives", "picture"),
        (with_unit("Net", net.unit), "figure"),
        (with_unit(last, value.unit), "figure"),
    )
    return Section(heads, tuple(rows))


def prices_section(plan: Plan) -> Section:
    """Return the rules that cost most, with the range over which that holds."""
    settings = plan.place.settings
    rows: list[tuple[Cell, ...]] = []
    for _, row in dearest_rules(plan).head(PRICES).iterrows():
        bound = amount_text(float(row["bound"]), str(row["unit"]), settings)
        rows.append((price_sentence(row), bound, range_sentence(row, settings)))
    heads = (("What one more is worth", "word"), ("Limit", "figure"), ("Holds for", "word"))
    return Section(heads, tuple(rows))


def unspent_section(plan: Plan) -> Section:
    """Return what is left unspent, and why."""
    settings = plan.place.settings
    rows = tuple(
        (row.stream, row.agency, money_text(row.amount_money, settings), row.reason)
        for row in rows_of(unspent_view(plan))
    )
    return Section((("Stream", "word"), ("Agency", "word"), ("Unspent", "figure"), ("Why", "word")), rows)


def evidence_section(plan: Plan) -> Section:
    """Return what the plan rests on: spend by the grade of evidence of each service's main effect."""
    view, settings = evidence_view(plan), plan.place.settings
    money = money_scale(view["spend_money"], settings)
    rows = tuple(
        (
            row.grade,
            f"{row.services:,}",
            bar(0.0, row.share, "plain"),
            percent(row.share, decimals=0),
            money.text(row.spend_money),
        )
        for row in rows_of(view)
    )
    heads = (
        ("Evidence", "word"),
        ("Services", "figure"),
        ("Share of spend", "picture wide"),
        ("%", "figure"),
        (with_unit("Spend", money.unit), "figure"),
    )
    return Section(heads, rows)
