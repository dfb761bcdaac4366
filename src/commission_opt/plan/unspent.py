"""Why money is left unspent."""

from __future__ import annotations

import numpy as np

from commission_opt.model.formulate import Formulation
from commission_opt.place.names import FloatArray
from commission_opt.program.linear import LinearProgram


def reasons_unspent(formulation: Formulation, program: LinearProgram, prices: FloatArray) -> dict[tuple[int, int], str]:
    """Return why each stream's money of a year may be left over, by (stream, year) codes.

    Parameters
    ----------
    formulation : Formulation
        Who may pay for what.
    program : LinearProgram
        The program that was answered.
    prices : (m,)
        Its prices: a stream whose money has no price would gain nothing by having more.
    """
    money, names = formulation.money, formulation.arrays.names
    streams, years = money.amount.shape
    block = next(block for block in program.rows if block.family == "pooling.stream")
    # Where clusters decide alone, each has its part of every stream.
    price = np.abs(prices[block.start : block.stop]).reshape(streams, years, -1).max(axis=2)
    spends = np.unique(money.lines.subject)
    reasons = {}
    for stream in range(streams):
        for year in range(years):
            payers = np.flatnonzero(money.payers.stream == stream).tolist()
            if money.payers.pot_of[stream, year] >= 0:
                payers.append(int(money.payers.pot_of[stream, year]))
            may_pay = money.payers.eligible[payers][:, spends, :, year].any() if payers else False
            fence = formulation.arrays.streams.fence[stream, year]
            inside = f" inside the ring fence {names.ring_fence.labels[fence]}" if fence >= 0 else ""
            reasons[stream, year] = _reason(bool(may_pay), price[stream, year], inside)
    return reasons


def _reason(may_pay: bool, price: float, inside: str) -> str:
    if not may_pay:
        return f"There is nothing{inside} that it may pay for."
    if abs(price) > 0:
        return "Less than a penny at the margin: what is left after rounding."
    return f"Nothing{inside} that it may pay for would gain by more: demand, staff or another rule is the limit."
