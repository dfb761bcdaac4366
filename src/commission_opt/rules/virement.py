"""Virement: money that moves between the themes of a settlement."""

from __future__ import annotations

import numpy as np

from commission_opt.place.names import FloatArray, IntArray
from commission_opt.program.blocks import Keys
from commission_opt.rules.draft import Draft
from commission_opt.rules.payers import Payers
from commission_opt.rules.pot import Pot


def add_virement(draft: Draft, payers: Payers, pot: Pot | None, amount: FloatArray) -> IntArray:
    """Add money moved between themes, and the shares of a theme's money that may leave it and come into it.

    Parameters
    ----------
    draft : Draft
        The program so far.
    payers : Payers
        With the theme of every pot.
    pot : Pot or None
        What may leave a theme, and come into it.
    amount : (F, T) money
        What every stream has.

    Returns
    -------
    (V, 4)
        Payer that gives, payer that takes, year, column.
    """
    if pot is None or pot.theme_virement is None:
        return np.zeros((0, 4), dtype=np.int64)
    giver, taker, year = _arcs(draft, payers)
    takers = type(payers.names)("taker", payers.names.labels)
    keys = Keys.of((payers.names, giver), (takers, taker), (draft.arrays.names.year, year))
    column = draft.builder.add_columns("virement", keys, 2.0 * float(amount.sum()), unit="money a year")
    whole = np.zeros((len(payers.names), draft.years))
    stream, when = np.nonzero(payers.pot_of >= 0)
    np.add.at(whole, (payers.pot_of[stream, when], when), amount[stream, when])
    for family, end, share in (
        ("pooling.virement", giver, pot.theme_virement),
        ("pooling.virement_in", taker, pot.theme_intake),
    ):
        if share is not None:
            pots, row = np.unique(end * draft.years + year, return_inverse=True)
            themes, when = pots // draft.years, pots % draft.years
            keys = Keys.of((payers.names, themes), (draft.arrays.names.year, when))
            most = share * whole[themes, when]
            position = draft.builder.add_rows(family, keys, unit="money a year", upper=most)
            draft.builder.add_entries(position[row], column, 1.0)
    return np.stack([giver, taker, year, column], axis=1)


def _arcs(draft: Draft, payers: Payers) -> tuple[IntArray, IntArray, IntArray]:
    """Return giver, taker and year of what may move: between themes, in one kind of money and inside one fence."""
    themed = np.flatnonzero(payers.theme >= 0)
    arcs = [
        (giver, taker)
        for giver in themed
        for taker in themed
        if giver != taker and payers.kind[giver] == payers.kind[taker] and payers.fence[giver] == payers.fence[taker]
    ]
    giver, taker = (np.repeat(np.array([arc[i] for arc in arcs], dtype=np.int64), draft.years) for i in range(2))
    return giver, taker, np.tile(np.arange(draft.years), len(arcs))
