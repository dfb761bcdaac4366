"""Reward grants: money from outside for outcomes that reach a stretch beyond their target."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from commission_opt.place.money import REVENUE
from commission_opt.place.names import FloatArray, IntArray
from commission_opt.program.blocks import Keys
from commission_opt.rules.draft import Draft
from commission_opt.rules.own_money import largest_streams

UNIT = "outcome units a year"


@dataclass(frozen=True, eq=False)
class Reached:
    """What targets (J, T) reach: code of target and year of each (R,), its keys, the least it can be, its entries."""

    target: IntArray
    year: IntArray
    keys: Keys
    least: FloatArray
    row: IntArray
    column: IntArray
    amount: FloatArray

    def take(self, chosen: IntArray) -> Reached:
        """Return some of them."""
        position = np.full(len(self.target), -1)
        position[chosen] = np.arange(len(chosen))
        kept = np.flatnonzero(position[self.row] >= 0)
        return Reached(
            self.target[chosen],
            self.year[chosen],
            self.keys.take(chosen),
            self.least[chosen],
            position[self.row[kept]],
            self.column[kept],
            self.amount[kept],
        )


def add_rewards(draft: Draft, reached: Reached) -> None:
    """Add the part of every reward that is earned, and bring it to the agency that answers for the outcome."""
    targets = draft.arrays.conditions.targets
    rewarded = np.isfinite(targets.stretch) & (targets.reward > 0)
    inside = np.flatnonzero(rewarded[reached.target, reached.year] & (reached.year + 1 < draft.years))
    if rewarded[:, -1:].any():
        draft.notes.append("Rewards for outcomes of the last year come after it and are not counted.")
    stream = _streams(draft, reached.take(inside))
    earned = reached.take(inside[stream >= 0])
    at = (earned.target, earned.year)
    share = draft.builder.add_columns("reward", earned.keys, 1.0, unit="share of the reward")
    draft.income.add(stream[stream >= 0], earned.year + 1, share, targets.reward[at])
    _whole(draft, earned, share)
    _in_proportion(draft, earned, share)


def _whole(draft: Draft, earned: Reached, share: IntArray) -> None:
    """Let all-or-nothing rewards be earned only where the outcome reaches its stretch."""
    targets = draft.arrays.conditions.targets
    whole = np.flatnonzero(targets.pro_rata[earned.target, earned.year] == 0)
    draft.builder.require_whole(share[whole])
    part = earned.take(whole)
    stretch = targets.stretch[part.target, part.year]
    _add(draft, "targets.stretch", part, (share[whole], np.minimum(part.least - stretch, 0.0), part.least))


def _in_proportion(draft: Draft, earned: Reached, share: IntArray) -> None:
    """Let rewards in proportion grow from the minimum to the stretch; a target that is missed earns nothing."""
    targets = draft.arrays.conditions.targets
    growing = np.flatnonzero(targets.pro_rata[earned.target, earned.year] == 1)
    part, share = earned.take(growing), share[growing]
    minimum, stretch = targets.minimum[part.target, part.year], targets.stretch[part.target, part.year]
    missed = np.isfinite(targets.penalty[part.target, part.year]) & (part.least < minimum)
    met = np.flatnonzero(~missed)
    _add(draft, "targets.pro_rata", part.take(met), (share[met], (minimum - stretch)[met], minimum[met]))
    soft = np.flatnonzero(missed)
    part, share = part.take(soft), share[soft]
    kept = draft.builder.add_columns("target met", part.keys, 1.0, unit="yes or no")
    draft.builder.require_whole(kept)
    room = part.least - minimum[soft]
    position = _add(draft, "targets.pro_rata", part, (share, (minimum - stretch)[soft], part.least))
    draft.builder.add_entries(position, kept, room)
    row = draft.builder.add_rows("targets.met", part.keys, unit="share of the reward", upper=0.0)
    draft.builder.add_entries(row, share, 1.0)
    draft.builder.add_entries(row, kept, -1.0)


def _add(draft: Draft, family: str, part: Reached, terms: tuple[IntArray, FloatArray, FloatArray]) -> IntArray:
    """Add rows that hold outcomes plus a share of a reward times its amount at their least."""
    share, amount, least = terms
    position = draft.builder.add_rows(family, part.keys, unit=UNIT, lower=least)
    draft.builder.add_entries(position[part.row], part.column, part.amount)
    draft.builder.add_entries(position, share, amount)
    return position


def _streams(draft: Draft, reached: Reached) -> IntArray:
    """Return the stream into which each reward comes the year after, -1 where its agency has none."""
    arrays = draft.arrays
    agency = arrays.outcome_agency[arrays.conditions.targets.outcome[reached.target]]
    stream = largest_streams(draft, REVENUE)[agency, reached.year + 1]
    for code in np.unique(agency[stream < 0]).tolist():
        name = arrays.names.agency.labels[code]
        draft.notes.append(f"Rewards of {name} come to nobody: it has no revenue without a ring fence.")
    return np.asarray(stream)
