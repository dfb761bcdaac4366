"""Plans and comparisons on a terminal: sentences, and tables that fit 80 columns."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from commission_opt.analysis.equal_outcomes import EqualOutcomes
from commission_opt.analysis.ladder import Comparison
from commission_opt.place.place import Place
from commission_opt.plan.conflict import Conflict
from commission_opt.plan.plan import Plan
from commission_opt.plan.words import money_text, number_text
from commission_opt.reports.clinic import conflict_lines
from commission_opt.reports.figures import gap_text, money_scale, percent, scale_of, with_unit
from commission_opt.reports.sentences import (
    certificate_sentence,
    equal_outcomes_sentence,
    gainers_sentences,
    ladder_certificate_sentence,
    period_text,
    place_title,
    pooling_sentences,
    price_sentence,
    step_sentences,
    unspent_sentence,
    value_text,
)
from commission_opt.reports.views import (
    agencies_view,
    dearest_rules,
    ladder_view,
    outcomes_view,
    rows_of,
    services_view,
    short_title,
    unspent_view,
)

Part = Text | Table | Padding

SERVICES, PRICES, REASONS, NOTES, CONFLICT = 10, 5, 5, 8, 12
"""Rows or lines of each kind that are shown; the written reports hold them all."""


def plan_parts(plan: Plan) -> list[Part]:
    """Return a plan as sentences and tables."""
    parts: list[Part] = [
        heading(f"{place_title(plan)}, {period_text(plan)}"),
        sentence(plan.model.title),
        sentence(f"Value of outcomes {value_text(plan.value)}, spend {money_text(plan.spend, plan.place.settings)}."),
        sentence(certificate_sentence(plan)),
        heading("What it gains"),
        _outcomes_table(plan),
        heading("Who pays, and for whose services"),
        agencies_table(plan, None),
        *services_parts(plan, None),
        *_price_parts(plan),
        *_unspent_parts(plan),
    ]
    if plan.notes:
        parts += [heading("Notes"), *(bullet(note) for note in plan.notes[:NOTES])]
    return parts


def comparison_parts(comparison: Comparison, equal: EqualOutcomes | None = None) -> list[Part]:
    """Return a comparison as the ladder, what each step is worth, and why a form has no plan."""
    parts: list[Part] = [
        heading("What each form of working together is worth"),
        ladder_table(comparison),
        sentence(
            "Value adds up the outcomes of all years, weighted as the place weighs them. Each step is the gain on the "
            "form that it builds on:"
        ),
        *(bullet(line) for line in step_sentences(comparison)),
        *(sentence(line) for line in pooling_sentences(comparison)),
        *(sentence(equal_outcomes_sentence(found)) for found in (equal,) if found is not None),
        sentence(ladder_certificate_sentence(comparison)),
    ]
    for model, plan in zip(comparison.models, comparison.plans, strict=True):
        if isinstance(plan, Conflict):
            parts += [heading(f"No plan under {short_title(model.title)}"), sentence(plan.headline)]
            parts.append(Text("\n".join(tidy(line) for line in conflict_lines(plan, CONFLICT))))
    return parts


def change_parts(plan: Plan, base: Plan) -> list[Part]:
    """Return who gains and who pays, and which services change, between two plans."""
    after, before = short_title(plan.model.title), short_title(base.model.title)
    return [
        heading(f"Who gains and who pays: {after}, against {before}"),
        agencies_table(plan, base),
        *(bullet(line) for line in gainers_sentences(plan, base)),
        *services_parts(plan, base),
    ]


def heading(text: str) -> Text:
    """Return a heading, with an empty line before it."""
    return Text.assemble("\n", (tidy(text), "bold"))


def sentence(text: str) -> Text:
    """Return a paragraph."""
    return Text(tidy(text))


def bullet(text: str) -> Table:
    """Return a paragraph behind a dash, its later lines indented."""
    point = Table.grid()
    point.add_row(Text("- "), Text(tidy(text)))
    return point


def tidy(text: str) -> str:
    """Return text without control characters, which must not steer a terminal."""
    return "".join(sign if sign == "\n" or sign.isprintable() else "?" for sign in text)


def make_table(words: Sequence[str], figures: Sequence[str]) -> Table:
    """Return an empty table with columns of words, then columns of figures."""
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="underline")
    for name in words:
        table.add_column(tidy(name), overflow="fold")
    for name in figures:
        table.add_column(tidy(name), justify="right", no_wrap=True)
    return table


def add_row(table: Table, *cells: str) -> None:
    """Add a row of plain text: names are never taken for markup."""
    table.add_row(*(Text(tidy(cell)) for cell in cells))


def ladder_table(comparison: Comparison) -> Table:
    """Return one line for each form of joint working."""
    view, settings = ladder_view(comparison), comparison.place.settings
    value = scale_of(view["value"], steps=view["step"])
    spend, left = money_scale(view["spend_money"], settings), money_scale(view["unspent_money"], settings)
    table = make_table(
        ["Form"],
        [
            with_unit("Value", value.unit),
            "Step",
            "%",
            with_unit("Spend", spend.unit),
            with_unit("Unspent", left.unit),
            "Proven gap",
        ],
    )
    for row in rows_of(view):
        if row.status == "infeasible":
            add_row(table, row.name, "no plan", "-", "-", "-", "-", "-")
            continue
        add_row(
            table,
            row.name,
            value.text(row.value),
            value.text(row.step, signed=True),
            percent(row.step_share, signed=True, decimals=2).removesuffix(" %"),
            spend.text(row.spend_money),
            left.text(row.unspent_money),
            gap_text(row.gap),
        )
    return table


def agencies_table(plan: Plan, base: Plan | None) -> Table:
    """Return the ledger by agency, with the change of its outcomes where a plan to compare with is given."""
    view, settings = agencies_view(plan, base), plan.place.settings
    money = money_scale([*view["put_in_money"], *view["led_spend_money"]], settings)
    net = money_scale(view["net_money"], settings)
    gain = view["own_outcomes_change" if base is not None else "own_outcomes_value"]
    value = scale_of(gain)
    last = with_unit("Outcomes", value.unit)
    table = make_table(
        ["Agency"],
        [with_unit("Puts in", money.unit), with_unit("Its services", money.unit), with_unit("Net", net.unit), last],
    )
    for row, outcomes in zip(rows_of(view), gain, strict=True):
        add_row(
            table,
            row.name,
            money.text(row.put_in_money),
            money.text(row.led_spend_money),
            net.text(row.net_money, signed=True),
            value.text(outcomes, signed=base is not None),
        )
    return table


def services_parts(plan: Plan, base: Plan | None) -> list[Part]:
    """Return the services whose spend changes most against today, or against another plan."""
    view, settings = services_view(plan, base), plan.place.settings
    since = "today" if base is None else short_title(base.model.title)
    changed = view[view["change_money"].abs() * settings.money_unit >= 1]
    if changed.empty:
        return [heading("Services"), sentence(f"No service changes against {since}.")]
    shown = changed.head(SERVICES)
    spend = money_scale([*shown["before_money"], *shown["spend_money"]], settings)
    before = "Today" if base is None else "Before"
    table = make_table(["Service", "Led by"], [with_unit(before, spend.unit), with_unit("Plan", spend.unit), "Change"])
    for row in rows_of(shown):
        share = row.change_money / row.before_money if row.before_money > 0 else np.nan
        change = percent(share, signed=True, decimals=0) if row.before_money > 0 else "new"
        cells = (row.name, row.agency, spend.text(row.before_money), spend.text(row.spend_money))
        add_row(table, *cells, "stopped" if row.spend_money == 0 else change)
    parts: list[Part] = [heading(f"Largest changes of spend, against {since}"), table]
    if len(changed) > len(shown):
        parts.append(sentence(f"{len(changed) - len(shown)} more services change."))
    return parts


def _outcomes_table(plan: Plan) -> Table:
    view = outcomes_view(plan)
    value = scale_of(view["value"])
    table = make_table(["Outcome"], ["Amount"])
    table.add_column("Unit", overflow="fold")
    table.add_column(with_unit("Value", value.unit), justify="right", no_wrap=True)
    for row in rows_of(view):
        add_row(table, row.name, number_text(row.amount_units), row.unit, value.text(row.value))
    return table


def _price_parts(plan: Plan) -> list[Part]:
    rows = dearest_rules(plan).head(PRICES)
    if rows.empty:
        return []
    lines = [bullet(price_sentence(row)) for _, row in rows.iterrows()]
    return [heading("What stands in the way: the value of a little more of each limit"), *lines]


def _unspent_parts(plan: Plan) -> list[Part]:
    view = unspent_view(plan)
    if view.empty:
        return []
    settings = plan.place.settings
    lines = [
        bullet(f"{row.stream} ({row.agency}): {money_text(row.amount_money, settings)}. {row.reason}")
        for row in rows_of(view.head(REASONS))
    ]
    return [heading("Unspent, and why"), sentence(unspent_sentence(plan)), *lines]


def place_parts(place: Place) -> list[Part]:
    """Return what a place is, in two lines."""
    settings = place.settings
    years = place.years[0] if len(place.years) == 1 else f"{place.years[0]} to {place.years[-1]}"
    sizes = {name: len(place.tables[name]) for name in ("agencies", "areas", "services", "outcomes")}
    counts = [f"{size} {name}" for name, size in sizes.items() if size]
    return [heading(settings.title or place.name), sentence(f"{years}; {', '.join(counts)}.")]
