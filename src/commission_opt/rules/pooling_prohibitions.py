"""What pooling forbids without a row to say so: whose money stays outside, and what a pot must not pay for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from commission_opt.place.arrays import PlaceArrays
from commission_opt.place.money import CAPITAL
from commission_opt.place.names import BoolArray
from commission_opt.place.people import name_in_sentence
from commission_opt.rules.base import Prohibition
from commission_opt.rules.pot import Pot

if TYPE_CHECKING:
    from commission_opt.rules.pooling import Pooling

COVERED = frozenset(
    {
        "pooling.stream",
        "pooling.carried",
        "pooling.carried_in_all",
        "pooling.carry_forward",
        "pooling.poolable",
    }
)
"""Rows that are no barriers by themselves: the money there is, and what is told here as a whole."""


def pooling_prohibitions(rule: Pooling, arrays: PlaceArrays) -> tuple[Prohibition, ...]:
    """Return what keeps money apart: by kind of agency, by stream, by what a pot is for, and by year."""
    return (*_outside(rule, arrays), *_part_pooled(rule, arrays), *_conditions(rule, arrays))


def _outside(rule: Pooling, arrays: PlaceArrays) -> Iterator[Prohibition]:
    """Yield the kinds of agencies whose money is outside the pot, or of all agencies where there is no pot."""
    if rule.grant is not None or (rule.pot is not None and rule.pot.overspend == "in_proportion"):
        # A pot of fixed proportions is closed to whoever owes it nothing: what bars others is the proportion.
        return
    kinds = _kinds(arrays)
    inside = () if rule.pot is None else rule.pot.partners
    for kind in dict.fromkeys(kinds):
        own = np.array([other == kind for other in kinds])[arrays.streams.agency]
        amount = float(arrays.streams.amount[own].sum()) / len(arrays.names.year)
        if inside == "all" or kind in {partner.casefold() for partner in inside} or amount <= 0:
            continue
        members = [label for label, other in zip(arrays.names.agency.labels, kinds, strict=True) if other == kind]
        who = name_in_sentence(arrays.place, "agency", members[0]) if len(members) == 1 else f"{kind} agencies"
        yield Prohibition(
            label=f"pooling.outside[{kind}]",
            sentence=f"{{amount}} a year of {who} stays outside the pot"
            if inside
            else f"{{amount}} a year of {who} pays only for services that it leads or may fund",
            standing="political",
            lift=partial(_with_partner, kind, own),
            amount=amount,
        )


def _part_pooled(rule: Pooling, arrays: PlaceArrays) -> Iterator[Prohibition]:
    """Yield the streams of partners of which only a share may be pooled."""
    if rule.pot is None or rule.grant is not None:
        return
    streams, kinds = arrays.streams, _kinds(arrays)
    partners = rule.pot.partners
    partner = np.array([partners == "all" or kind in {one.casefold() for one in partners} for kind in kinds])
    share = np.where(streams.amount > 0, streams.poolable_share, 1.0).min(axis=1)
    for code in np.flatnonzero(partner[streams.agency] & (share < 1.0)).tolist():
        label, one = arrays.names.stream.labels[code], np.arange(len(share)) == code
        yield Prohibition(
            label=f"pooling.poolable[{label}]",
            sentence=f"at most {100 * share[code]:.3g} % of {label}, {{amount}} a year, may be pooled",
            standing="financial",
            lift=partial(_whole, one),
            amount=float(streams.amount[code].mean()),
        )


def _conditions(rule: Pooling, arrays: PlaceArrays) -> Iterator[Prohibition]:
    """Yield what a pot is for, what funders may not pay for, what stays capital, and what ends with the year."""
    pot, year_end = rule.pot, len(arrays.names.year) > 1
    if pot is not None and pot.scope != "all":
        what = f"services tagged {', '.join(pot.tags)}" if pot.scope == "tags" else "what its partners lead or fund"
        yield _of_pot("scope", f"the pot pays only for {what}")
    if pot is not None and pot.kinds != "all":
        yield _of_pot("kinds", f"only {' and '.join(pot.kinds)} money is pooled")
    if pot is not None and pot.streams != "all":
        yield _of_pot("streams", "only money with a theme is pooled")
    if rule.powers == "lead" and len(arrays.conditions.funders.service):
        change = {"powers": "lead_and_funders"}
        yield _of_rule("powers", "an agency pays only for services that it leads", change)
    if not rule.revenue_pays_capital and arrays.services.cost[:, arrays.names.kind.code(CAPITAL)].any():
        change_capital = {"revenue_pays_capital": True}
        yield _of_rule("capital", "revenue money does not pay for buildings and equipment", change_capital)
    if year_end and not (rule.carry_forward and (arrays.streams.carry_share[:, :-1] >= 1.0).all()):
        yield Prohibition(
            label="pooling.year_end",
            sentence="money that is not spent by the end of a year is lost, all or part of it",
            standing="financial",
            lift=lambda arrays, rule: (_carried(arrays), rule.model_copy(update={"carry_forward": True})),
        )


def _of_rule(name: str, sentence: str, change: Mapping[str, object]) -> Prohibition:
    return Prohibition(
        label=f"pooling.{name}",
        sentence=sentence,
        standing="financial",
        lift=lambda arrays, rule: (arrays, rule.model_copy(update=change)),
    )


def _of_pot(name: str, sentence: str) -> Prohibition:
    return Prohibition(
        label=f"pooling.{name}",
        sentence=sentence,
        standing="political",
        lift=lambda arrays, rule: (
            arrays,
            rule.model_copy(update={"pot": rule.pot.model_copy(update={name: "all"})}),
        ),
    )


def _with_partner(kind: str, streams: BoolArray, arrays: PlaceArrays, rule: Pooling) -> tuple[PlaceArrays, Pooling]:
    """Return all money of one more kind of partner pooled, without a duty to; a new pot pays for whatever is wanted."""
    pot = rule.pot or Pot(partners=())
    partners = (*pot.partners, kind) if pot.partners != "all" else "all"
    due = np.where(streams[:, None], 0.0, arrays.streams.minimum_contribution)
    owed = np.where(streams[arrays.earmarks.stream][:, None], 0.0, arrays.earmarks.amount)
    free = replace(
        arrays,
        streams=replace(arrays.streams, minimum_contribution=due),
        earmarks=replace(arrays.earmarks, amount=owed),
    )
    return _whole(streams, free, rule.model_copy(update={"pot": pot.model_copy(update={"partners": partners})}))


def _whole(streams: BoolArray, arrays: PlaceArrays, rule: Pooling) -> tuple[PlaceArrays, Pooling]:
    """Return the place with all money of some streams (F,) free to be pooled."""
    share = np.where(streams[:, None], 1.0, arrays.streams.poolable_share)
    return replace(arrays, streams=replace(arrays.streams, poolable_share=share)), rule


def _carried(arrays: PlaceArrays) -> PlaceArrays:
    return replace(arrays, streams=replace(arrays.streams, carry_share=np.ones_like(arrays.streams.carry_share)))


def _kinds(arrays: PlaceArrays) -> list[str]:
    """Return the kind of every agency (A,)."""
    kind = arrays.place.tables["agencies"].set_index("agency")["kind"]
    return [str(kind[label]).casefold() for label in arrays.names.agency.labels]
