"""Barriers in words: what lifting each is worth, together and two by two."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from commission_opt.analysis.barriers import Barriers
from commission_opt.place.people import people_names
from commission_opt.plan.words import list_text, money_text
from commission_opt.reports.document import clean
from commission_opt.reports.figures import brief, percent
from commission_opt.reports.sentences import period_text, place_title, value_text
from commission_opt.reports.terminal import Part, add_row, bullet, heading, make_table, sentence

WHO = {"political": "Agreement", "financial": "Funder", "statutory": "Statute"}
"""Who could lift a barrier."""

AREAS, PAIRS, FENCES, TOLD = 3, 3, 5, 3
"""Barriers told by area, pairs, legal bases and areas of each that are shown; the JSON document holds them all."""


def barriers_parts(found: Barriers, most: int) -> list[Part]:
    """Return the barriers worth most, what they are worth together, by area and two by two."""
    return [
        heading(f"What stands in the way: {place_title(found.plan)}, {period_text(found.plan)}"),
        sentence(found.plan.model.title),
        *(sentence(line) for line in _together(found)),
        *_table(found, most),
        *_told("Legal basis", _bases(found)),
        *_told("Who gains, by area", _areas(found)),
        *_told("Together", _hidden(found) + _pairs(found)),
    ]


def barriers_document(found: Barriers) -> dict[str, Any]:
    """Return every barrier and what it is worth as plain values."""
    plan = found.plan
    areas = {label: gains.to_dict() for label, gains in found.by_area.items()}
    document = {
        "place": plan.place.name,
        "model": plan.model.name,
        "status": plan.status,
        "value": plan.value,
        "spend": plan.spend,
        "currency": plan.place.settings.currency,
        "money_unit": plan.place.settings.money_unit,
        "at_least": found.at_least,
        "together": {"value": found.together.value, "saved_money": found.together.saved},
        "barriers": [row | {"areas": areas.get(row["label"])} for row in found.table.to_dict(orient="records")],
        "pairs": found.pairs.to_dict(orient="records"),
        "hidden": {"barriers": [one.label for one in found.hidden], "value": found.hidden_value},
    }
    cleaned: dict[str, Any] = clean(document)
    return cleaned


def _together(found: Barriers) -> list[str]:
    plan, settings = found.plan, found.plan.place.settings
    gain, share = found.together.value, found.together.value / abs(plan.value) if plan.value else 0.0
    lines = [
        f"Without any of these {len(found.ranked)} barriers the best plan would be worth {value_text(gain)} more "
        f"({percent(share, signed=True, decimals=2)})."
        if gain > 0
        else "Lifting every barrier together would gain nothing."
    ]
    if found.together.saved * settings.money_unit >= 1:
        lines[0] = (
            f"{lines[0][:-1]}; or the same outcomes could be had for "
            f"{money_text(found.together.saved, settings)} less over all years."
        )
    if found.at_least:
        lines.append("Yes-or-no decisions stay as in the plan, so each figure is the least that lifting is worth.")
    return lines


def _table(found: Barriers, most: int) -> list[Part]:
    table, settings = found.table, found.plan.place.settings
    worth = table[(table["value"] > 0) | (table["saved_money"] > 0)]
    if worth.empty:
        return [sentence("No barrier is worth anything by itself.")]
    shown = worth.head(most)
    drawn = make_table(["Barrier", "Lifted by"], ["Worth", "Or saves"])
    for row in shown.itertuples():
        saved = "-" if np.isnan(float(str(row.saved_money))) else money_text(float(str(row.saved_money)), settings)
        cells = (_sentence(str(row.sentence)), WHO[str(row.standing)], brief(float(str(row.value))), saved)
        add_row(drawn, *cells)
    rest, nothing = len(worth) - len(shown), len(table) - len(worth)
    parts: list[Part] = [heading("What lifting each alone is worth"), drawn]
    counted = [_counted(rest, "more", "something")] if rest else []
    counted += (
        [_counted(nothing, "", "nothing by themselves" if nothing > 1 else "nothing by itself")] if nothing else []
    )
    if counted:
        parts.append(sentence(f"{list_text(counted)}; all with --json."))
    return parts


def _bases(found: Barriers) -> list[str]:
    table = found.table
    told = table[(table["rule"] == "ring_fences") & (table["value"] > 0)].head(FENCES)
    return [f"{_fence(str(row.label))}: {row.basis}" for row in told.itertuples()]


def _areas(found: Barriers) -> list[str]:
    names, lines = people_names(found.plan.place, "areas"), []
    said = dict(zip(found.table["label"], found.table["sentence"], strict=True))
    for label, gains in list(found.by_area.items())[:AREAS]:
        order = gains.sort_values(ascending=False, kind="stable")
        told = [(names.get(str(area), str(area)), float(gain)) for area, gain in order.items()]
        top = [f"{name} ({value_text(gain)})" for name, gain in told[:TOLD] if gain > 0]
        lost = [f"; most is lost in {name} ({value_text(-gain)})" for name, gain in told[-1:] if gain < 0]
        if len(told) > 1 and top:
            lines.append(f"{_sentence(said[str(label)])}: most is gained in {list_text(top)}{''.join(lost)}.")
    return lines


def _hidden(found: Barriers) -> list[str]:
    if not found.hidden:
        return []
    named = list_text([f"that {one.sentence}" for one in found.hidden])
    return [f"Worth nothing one by one, but {value_text(found.hidden_value)} when lifted together: {named}."]


def _pairs(found: Barriers) -> list[str]:
    said = dict(zip(found.table["label"], found.table["sentence"], strict=True))
    least = 1e-3 * abs(found.together.value)
    pairs = found.pairs[found.pairs["extra_value"].abs() > least]
    more = pairs.sort_values("extra_value", ascending=False, kind="stable")
    chosen = pd.concat([more[more["extra_value"] > 0].head(PAIRS), more[more["extra_value"] < 0].tail(1)])
    lines = []
    for row in chosen.itertuples():
        extra = float(str(row.extra_value))
        lines.append(
            f"Worth {value_text(abs(extra))} {'more' if extra > 0 else 'less'} together than one by one: "
            f"that {said[str(row.one)]}; and that {said[str(row.other)]}."
        )
    return lines


def _told(title: str, lines: list[str]) -> list[Part]:
    return [heading(title), *(bullet(line) for line in lines)] if lines else []


def _counted(count: int, more: str, worth: str) -> str:
    return " ".join(part for part in (str(count), more, "is" if count == 1 else "are", "worth", worth) if part)


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]


def _fence(label: str) -> str:
    return label.partition("[")[2].rstrip("]")
