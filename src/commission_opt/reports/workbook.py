"""Plans and comparisons as workbooks: words and charts first, then a sheet for every table."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pandas as pd

from commission_opt.analysis.ladder import Comparison
from commission_opt.errors import PlaceError, Problem
from commission_opt.place.colours import ACCENT
from commission_opt.place.people import people_names
from commission_opt.place.place import Place, PlaceSettings
from commission_opt.plan.conflict import Conflict
from commission_opt.plan.plan import Plan
from commission_opt.plan.words import money_text
from commission_opt.reports.columns import PLAN_TABLES
from commission_opt.reports.files import writing
from commission_opt.reports.palette import BEFORE, agency_colours
from commission_opt.reports.sentences import (
    certificate_sentence,
    gainers_sentences,
    ladder_certificate_sentence,
    period_text,
    place_title,
    pooling_sentences,
    price_sentence,
    range_sentence,
    step_sentences,
    unspent_sentence,
    value_text,
)
from commission_opt.reports.views import agencies_view, dearest_rules, ladder_view, outcomes_view, services_view
from commission_opt.reports.workbook_sheets import MOST_ROWS, ResultsBook, Series

PRICES = 40
"""Binding rules told in words; the sheet of prices holds them all."""

BAR_NAMES = {
    "before_money": "before",
    "spend_money": "in the plan",
    "put_in_money": "puts in",
    "led_spend_money": "spent on services that it leads",
    "value": "value",
    "gain_value": "gain",
}
"""What the bars of a column are called."""

LED = {"services": ("services", "service"), "outcome totals": ("outcomes", "outcome")}
"""Table of the place that says which agency leads or answers for the rows of a sheet, with its key."""

Tables = Mapping[str, pd.DataFrame]


def write_plan(plan: Plan, path: str | Path) -> Path:
    """Write a plan as a workbook: its words and charts, its services and outcomes in total, and all its tables.

    Raises
    ------
    PlaceError
        When a table is longer than a sheet, or the file cannot be written.
    """
    totals = {"services": services_view(plan), "outcome totals": outcomes_view(plan), "ledger": agencies_view(plan)}
    tables = {**totals, "prices in words": prices_in_words(plan), **{name: getattr(plan, name) for name in PLAN_TABLES}}
    _fits(tables, path)
    book = ResultsBook(f"{place_title(plan)}, {period_text(plan)}: the plan", plan.place.settings)
    page = book.words("plan", _plan_lines(plan))
    book.colours(page, _colours_by_name(plan.place))
    led = {sheet: _led(plan.place, sheet, table) for sheet, table in totals.items()}
    spend = [_series("services", totals, "before_money", BEFORE), _series("services", totals, "spend_money", led)]
    book.bars(page, "Spend by service, today and in the plan: largest changes", spend, True)
    value = [_series("outcome totals", totals, "value", led)]
    book.bars(page, "Value by outcome: largest first", value, False)
    ledger = [_series("ledger", totals, "put_in_money", BEFORE), _series("ledger", totals, "led_spend_money", led)]
    book.bars(page, "Who pays, and whose services are paid for", ledger, True)
    return _written(book, tables, path)


def write_comparison(comparison: Comparison, path: str | Path) -> Path:
    """Write a comparison as a workbook: the ladder in words and as a chart, its tables, the prices in words.

    Raises
    ------
    PlaceError
        When a table is longer than a sheet, or the file cannot be written.
    """
    settings = comparison.place.settings
    ladder = ladder_view(comparison)
    ladder = ladder.assign(gain_value=ladder["value"] - ladder["value"].dropna().head(1).sum())
    first = ["name", "status", "value", "gain_value"]
    tables = {"ladder": ladder[[*first, *(name for name in ladder.columns if name not in first)]]}
    tables |= {"outcomes": comparison.outcomes, "agencies": comparison.agencies}
    solved = comparison.solved
    if solved:
        best = max(solved, key=lambda plan: plan.value)
        before = solved[0] if best is not solved[0] else None
        tables |= {"services": services_view(best, before), "prices in words": prices_in_words(best)}
    _fits(tables, path)
    book = ResultsBook(f"{settings.title or settings.name}: what working together is worth", settings)
    page = book.words("comparison", _comparison_lines(comparison))
    gain = [_series("ladder", tables, "gain_value")]
    book.bars(page, "Value gained on the first form of working together", gain, False)
    if len(solved) > 1:
        book.colours(page, _colours_by_name(comparison.place))
        led = {"services": _led(comparison.place, "services", tables["services"])}
        spend = [_series("services", tables, "before_money", BEFORE), _series("services", tables, "spend_money", led)]
        title = "Spend by service, in the first form and in the one worth most: largest changes"
        book.bars(page, title, spend, True)
    return _written(book, tables, path)


def prices_in_words(plan: Plan) -> pd.DataFrame:
    """Return what the dearest rules are worth as sentences.

    Columns: label, in_words (what one more amount of the bound gains, and one less costs), holds_for (how far the bound
    may move before that changes), price.
    """
    rules = dearest_rules(plan).head(PRICES)
    rows = [row for _, row in rules.iterrows()]
    return pd.DataFrame(
        {
            "label": pd.Series(rules["label"].tolist(), dtype="str"),
            "in_words": pd.Series([price_sentence(row) for row in rows], dtype="str"),
            "holds_for": pd.Series([_holds(row, plan.place.settings) for row in rows], dtype="str"),
            "price": pd.Series(rules["price"].tolist(), dtype="float64"),
        }
    )


def _holds(row: pd.Series, settings: PlaceSettings) -> str:
    text = range_sentence(row, settings)
    return "" if text == "-" else text


def _plan_lines(plan: Plan) -> list[tuple[str, str]]:
    settings = plan.place.settings
    return [
        ("Place", place_title(plan)),
        ("Years", period_text(plan)),
        ("Model", plan.model.title),
        ("Value of outcomes", value_text(plan.value)),
        ("Spend", money_text(plan.spend, settings)),
        *(("Money", line) for line in (unspent_sentence(plan),) if line),
        ("Certificate", certificate_sentence(plan)),
        ("Largest breach of a rule", f"{plan.certificate.violation:.1e} of its own scale"),
        ("Proven distance from the best", f"{plan.certificate.gap:.1e} of the value"),
        ("Solver", plan.solver),
        ("Prices of", settings.price_year or "the years of the data"),
        ("Source", settings.source),
        *(("Note", note) for note in plan.notes),
    ]


def _comparison_lines(comparison: Comparison) -> list[tuple[str, str]]:
    settings, solved = comparison.place.settings, comparison.solved
    lines = [("Place", settings.title or settings.name)]
    lines += [("What each step is worth", line) for line in step_sentences(comparison)]
    lines += [("What pooling is worth", line) for line in pooling_sentences(comparison)]
    if len(solved) > 1:
        lines += [("Who gains and who pays", line) for line in gainers_sentences(solved[-1], solved[0])]
    for model, plan in zip(comparison.models, comparison.plans, strict=True):
        if isinstance(plan, Conflict):
            lines.append((f"No plan: {model.title}", plan.headline))
    if solved:
        lines.append(("Certificate", ladder_certificate_sentence(comparison)))
    return [*lines, ("Source", settings.source)]


def _series(sheet: str, tables: Tables, column: str, colours: str | Mapping[str, tuple[str, ...]] = ACCENT) -> Series:
    """Return a column of a table as bars, named by the table's names for people, in one colour or each in its own."""
    table = tables[sheet]
    names = list(table.columns)
    shown = (colours,) * len(table) if isinstance(colours, str) else colours[sheet]
    return Series(sheet, BAR_NAMES[column], (names.index("name"), names.index(column)), shown)


def _led(place: Place, sheet: str, table: pd.DataFrame) -> tuple[str, ...]:
    """Return the colour of the agency that leads each row of a table, or answers for it."""
    colours = agency_colours(place)
    if sheet == "ledger":
        return tuple(colours[agency] for agency in table["agency"])
    name, key = LED[sheet]
    leads = place.tables[name].set_index(key)["agency"]
    return tuple(colours[agency] for agency in leads[table[key].tolist()])


def _colours_by_name(place: Place) -> dict[str, str]:
    """Return the colour of every agency by its name for people."""
    names = people_names(place, "agencies")
    return {names[agency]: colour for agency, colour in agency_colours(place).items()}


def _fits(tables: Tables, path: str | Path) -> None:
    for name, table in tables.items():
        if len(table) > MOST_ROWS:
            message = f"the table {name} has {len(table):,} rows; a sheet holds {MOST_ROWS:,}."
            raise PlaceError([Problem(str(path), message, "Write a folder of CSV tables instead.")])


def _written(book: ResultsBook, tables: Tables, path: str | Path) -> Path:
    """Write the tables behind the words, and all of it to a file."""
    for name, table in tables.items():
        book.table(name, table)
    with writing(path) as target:
        target.write_bytes(book.looks.finished())
    return target
