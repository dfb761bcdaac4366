"""Targets that are reached even if some of the evidence disappoints."""

from __future__ import annotations

from typing import Literal

import numpy as np

from commission_opt.place.names import EVERYTHING, FloatArray, IntArray, distinct
from commission_opt.program.blocks import Block, Keys
from commission_opt.rules.draft import Draft
from commission_opt.rules.outcomes import effects_of_volumes


def protect_targets(draft: Draft, gamma: float | Literal["all"], poorer: FloatArray) -> None:
    r"""Hold every hard target even if gamma of the effects behind it turn out at their poor end.

    .. math:: outcome_j - \Gamma \, threshold_j - \sum_e excess_{j e} \ge minimum_j, \qquad
        \sum_v loss_{e v} \, x_v \le threshold_j + excess_{j e}

    Parameters
    ----------
    draft : Draft
        With the rows of its targets.
    gamma : float or "all"
        How many effects may fail for each target.
    poorer : (E,) outcome units per unit
        By how much each effect may turn out poorer.
    """
    block = next((block for block in draft.builder.rows if block.family == "targets.minimum"), None)
    if block is None or not len(block) or gamma == 0:
        return
    target, volume, effect, loss = _losses(draft, poorer)
    evidence = draft.arrays.effects.evidence[effect]
    count = int(draft.arrays.effects.evidence.max(initial=-1)) + 1
    pairs, row = distinct(target * count + evidence, len(block) * count)
    of_target = pairs // count
    first = np.zeros(len(pairs), dtype=np.int64)
    first[row[::-1]] = effect[::-1]
    keys = _keys(draft, block, of_target, first)
    most = np.bincount(row, loss * draft.coverable()[volume], len(pairs)).astype(float)
    guarded = np.unique(of_target)
    largest = np.zeros(len(block))
    np.maximum.at(largest, of_target, most)
    threshold = np.full(len(block), -1)
    threshold[guarded] = draft.builder.add_columns(
        "target threshold", block.keys.take(guarded), largest[guarded], unit=block.unit
    )
    excess = draft.builder.add_columns("target excess", keys, most, unit=block.unit)
    position = draft.builder.add_rows("robustness.target", keys, unit=block.unit, upper=0.0)
    draft.builder.add_entries(position[row], draft.volumes.column[volume], loss)
    draft.builder.add_entries(position, threshold[of_target], -1.0)
    draft.builder.add_entries(position, excess, -1.0)
    failures = np.bincount(of_target, minlength=len(block))[guarded] if gamma == "all" else float(gamma)
    draft.builder.add_entries(block.start + guarded, threshold[guarded], -failures)
    draft.builder.add_entries(block.start + of_target, excess, -1.0)


def _losses(draft: Draft, poorer: FloatArray) -> tuple[IntArray, IntArray, IntArray, FloatArray]:
    """Return (target row, volume, effect, outcome units that a unit may lose) for every hard target."""
    targets, volumes, effects = draft.arrays.conditions.targets, draft.volumes, draft.arrays.effects
    volume, effect = effects_of_volumes(draft.arrays, volumes)
    kept = effects.kept(draft.years)
    rows, entries, losses = [], [], []
    for row, (target, year) in enumerate(np.argwhere(np.isfinite(targets.minimum))):
        loss = poorer[effect] * kept[effect, volumes.year[volume], year] * volumes.effectiveness[volume]
        meant = (effects.outcome[effect] == targets.outcome[target]) & (loss > 0)
        if targets.area[target] != EVERYTHING:
            meant &= volumes.area[volume] == targets.area[target]
        at = np.flatnonzero(meant & ~np.isfinite(targets.penalty[target, year]))
        rows.append(np.full(len(at), row))
        entries.append(at)
        losses.append(loss[at])
    entry = np.concatenate(entries)
    return np.concatenate(rows), volume[entry], effect[entry], np.concatenate(losses)


def _keys(draft: Draft, block: Block, target: IntArray, effect: IntArray) -> Keys:
    """Return the keys of a target together with the evidence that may fail."""
    names, effects = draft.arrays.names, draft.arrays.effects
    of_target = block.keys.take(target)
    evidence = Keys.of((names.service, effects.service[effect]), (names.cohort, effects.stated_for[effect]))
    return of_target.joined(evidence)
