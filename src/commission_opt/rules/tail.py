"""The tail: how badly things turn out on average in the worst of all scenarios."""

from __future__ import annotations

import numpy as np

from commission_opt.place.names import FloatArray, IntArray, Names
from commission_opt.program.blocks import Keys
from commission_opt.rules.draft import Draft
from commission_opt.rules.outcomes import effects_of_volumes, yardsticks


def guard_against_scenarios(draft: Draft, alpha: float, aversion: float) -> None:
    """Take off the value what scenarios are expected to lose, and more than that what they lose in their tail.

    Parameters
    ----------
    draft : Draft
        With its volumes, and the outcomes that are capped.
    alpha : float
        Share of cases that are better than the tail.
    aversion : float
        Weight of the tail's mean against the mean of all cases.
    """
    probability = draft.arrays.scenarios.probability
    if not len(probability):
        draft.notes.append("This place states no scenarios, so all its evidence is taken as stated.")
        return
    lost = _lost_by_volumes(draft)
    expected = (1.0 - aversion) * (probability @ lost)
    moved = np.flatnonzero(expected)
    draft.at_risk.append((draft.volumes.column[moved], expected[moved]))
    if aversion > 0 and lost.any():
        _add_tail(draft, lost, (alpha, aversion))


def _lost_by_volumes(draft: Draft) -> FloatArray:
    """Return (J, X) the value that one unit of every volume loses in every scenario, gains counted below nothing.

    Of an outcome with a ceiling no gain is counted, as it may lie beyond the ceiling; losses are counted in full.
    """
    arrays, volumes = draft.arrays, draft.volumes
    effects, scenarios = arrays.effects, arrays.scenarios
    volume, effect = effects_of_volumes(arrays, volumes)
    planner = draft.planners.of_service[effects.service]
    discounted = draft.discounted_response
    worth = np.zeros(len(volume))
    for weight, area_weight in yardsticks(draft):
        of_effect = weight[planner, effects.outcome][:, None] * discounted
        worth += of_effect[effect, volumes.year[volume]] * area_weight[volumes.area[volume]]
    worth *= volumes.effectiveness[volume]
    capped = draft.capped[planner, effects.outcome][effect]
    lost = np.zeros((len(scenarios.probability), len(volumes.column)))
    for scenario, multiplier in enumerate(scenarios.multiplier):
        loss = worth * (1.0 - multiplier[effect])
        loss = np.where(capped, np.maximum(loss, 0.0), loss)
        lost[scenario] = np.bincount(volume, loss, len(volumes.column))
    return lost


def _add_tail(draft: Draft, lost: FloatArray, settings: tuple[float, float]) -> None:
    """Add what each planner loses at the edge of the tail, and how much more in each scenario beyond it."""
    alpha, aversion = settings
    volumes, scenarios = draft.volumes, draft.arrays.scenarios
    planner = draft.planners.of_service[volumes.service]
    guards = np.unique(planner[lost.any(axis=0)])
    place_of = np.full(len(draft.planners.weight), -1)
    place_of[guards] = np.arange(len(guards))
    low, high = (
        np.bincount(planner, end * draft.coverable(), len(place_of))[guards]
        for end in (np.minimum(lost.min(axis=0), 0.0), np.maximum(lost.max(axis=0), 0.0))
    )
    edge = draft.builder.add_columns("tail threshold", Keys.of(*_whose(draft, guards)), high, unit="value", lower=low)
    count = len(scenarios.probability)
    guard, scenario = np.repeat(np.arange(len(guards)), count), np.tile(np.arange(count), len(guards))
    keys = Keys.of(*_whose(draft, guards[guard]), (scenarios.names, scenario))
    beyond = draft.builder.add_columns("tail excess", keys, (high - low)[guard], unit="value")
    position = draft.builder.add_rows("robustness.scenario", keys, unit="value", upper=0.0)
    row, volume = np.nonzero((place_of[planner][None, :] == guard[:, None]) & (lost[scenario] != 0))
    draft.builder.add_entries(position[row], volumes.column[volume], lost[scenario[row], volume])
    draft.builder.add_entries(position, edge[guard], -1.0)
    draft.builder.add_entries(position, beyond, -1.0)
    draft.at_risk.append((edge, np.full(len(edge), aversion)))
    draft.at_risk.append((beyond, aversion * scenarios.probability[scenario] / (1.0 - alpha)))


def _whose(draft: Draft, planner: IntArray) -> tuple[tuple[Names, IntArray], ...]:
    """Return the key that tells planners apart where there are several."""
    return ((draft.arrays.names.agency, planner),) if draft.planners.alone else ()
