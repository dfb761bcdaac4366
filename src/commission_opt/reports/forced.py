"""What a plan gives up for a service that it has to have: services, outcomes, people, money."""

from __future__ import annotations

import pandas as pd
from rich.table import Table

from commission_opt.analysis.forced import Forced
from commission_opt.place.people import name_in_sentence, people_names
from commission_opt.plan.words import money_text, number_text
from commission_opt.reports.figures import money_scale, percent, with_unit
from commission_opt.reports.sentences import value_text
from commission_opt.reports.terminal import Part, add_row, heading, make_table, sentence
from commission_opt.reports.views import rows_of

SERVICES, OUTCOMES, NEEDS = 8, 5, 4
"""Changes of each kind that are shown; the document holds them all."""

SMALL = 1e-6
"""Share of the largest change below which a change is rounding."""


def displaced_parts(forced: Forced, service: str) -> list[Part]:
    """Return what the best plan gives up, and what it gains, when a service has to have a volume in every year."""
    place = forced.before.place
    name = name_in_sentence(place, "service", service)
    volume = f"At least {number_text(forced.volume)} units of {name} in every year"
    parts: list[Part] = [heading(volume), sentence(_value_sentence(forced))]
    services = _seen(forced.services, "spend_money", 1.0 / place.settings.money_unit)
    if services.empty:
        parts.append(sentence("The best plan delivers as much already, or has it for nothing."))
    else:
        parts += [heading("What changes most, all years together"), _services_table(forced, services)]
        if len(services) > SERVICES:
            parts.append(sentence(f"{len(services) - SERVICES} more services change."))
    for title, lines in (
        ("Outcomes", _outcome_lines(forced)),
        ("Cases served", _need_lines(forced)),
        ("Money put in", _money_lines(forced)),
    ):
        if lines:
            parts.append(sentence(f"{title}: {'; '.join(lines)}."))
    return parts


def _value_sentence(forced: Forced) -> str:
    settings, was = forced.before.place.settings, forced.before.value
    spend = forced.after.spend - forced.before.spend
    if abs(forced.value) <= SMALL * abs(was):
        value = "The value of outcomes stays as it is"
    else:
        share = f" ({percent(abs(forced.value / was), decimals=3)})" if was else ""
        value = f"The value of outcomes {'falls' if forced.value < 0 else 'rises'} by "
        value += f"{value_text(abs(forced.value))}{share}"
    if abs(spend) * settings.money_unit < 1:
        return f"{value}, for the same money."
    return f"{value}, for {money_text(abs(spend), settings)} {'more' if spend > 0 else 'less'} money."


def _services_table(forced: Forced, services: pd.DataFrame) -> Table:
    place, shown = forced.before.place, services.head(SERVICES)
    names, units = people_names(place, "services"), place.tables["services"].set_index("service")["unit"]
    spend = money_scale(shown["spend_money"], place.settings)
    table = make_table(["Service", "Unit"], ["Volume", with_unit("Spend", spend.unit)])
    for row in rows_of(shown):
        volume = _signed(row.volume_units)
        add_row(table, names[row.service], units[row.service], volume, spend.text(row.spend_money, signed=True))
    return table


def _outcome_lines(forced: Forced) -> list[str]:
    place = forced.before.place
    units = place.tables["outcomes"].set_index("outcome")["unit"]
    return [
        f"{name_in_sentence(place, 'outcome', row.outcome)} {_signed(row.amount_units)} {units[row.outcome]}"
        for row in rows_of(_seen(forced.outcomes, "value", 0.0).head(OUTCOMES))
    ]


def _need_lines(forced: Forced) -> list[str]:
    needs, place = _seen(forced.needs, "cases", 0.0), forced.before.place
    shown = pd.concat([needs[needs["cases"] < 0].head(NEEDS), needs[needs["cases"] > 0].tail(NEEDS)])
    return [f"{name_in_sentence(place, 'need', row.need)} {_signed(row.cases)}" for row in rows_of(shown)]


def _money_lines(forced: Forced) -> list[str]:
    settings, names = forced.before.place.settings, people_names(forced.before.place, "agencies")
    return [
        f"{names[row.agency]} {'+' if row.put_in_money > 0 else ''}{money_text(row.put_in_money, settings)}"
        for row in rows_of(_seen(forced.agencies, "put_in_money", 1.0 / settings.money_unit))
    ]


def _signed(amount: float) -> str:
    return f"{'+' if amount > 0 else ''}{short_text(amount)}"


def _seen(table: pd.DataFrame, figure: str, least: float) -> pd.DataFrame:
    """Return the rows whose figure is no rounding."""
    size = table[figure].abs()
    return table[size > max(least, SMALL * float(size.max()))] if len(table) else table


def short_text(amount: float) -> str:
    """Return an amount with no more decimals than people need."""
    return number_text(round(amount, 0 if abs(amount) >= 100 else 1 if abs(amount) >= 10 else 2))
