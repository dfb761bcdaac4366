"""What services do to later demand and to agencies' money: prevention and savings by position."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from commission_opt.place.expand import kept_shares
from commission_opt.place.names import FloatArray, IntArray

if TYPE_CHECKING:
    from commission_opt.place.arrays import PlaceNames


@dataclass(frozen=True, eq=False)
class Prevention:
    """Which service averts cases of which need: (R,) codes, cases per unit, lag in years, persistence a year.

    ``outcome`` codes say whose weight counts the money of it already, -1 for none.
    """

    service: IntArray
    need: IntArray
    averted: FloatArray
    lag: IntArray
    persistence: FloatArray
    outcome: IntArray

    def response(self, years: int, until: int) -> FloatArray:
        """Return (R, years, until): cases that a unit of the second index's year averts in the third's."""
        kept = kept_shares(self.lag, self.persistence, (years, until))
        return np.asarray(self.averted[:, None, None] * kept)

    def kept(self, years: int) -> FloatArray:
        """Return (R, years, years): share of its effect that a unit of the second index's year has in the third's."""
        return kept_shares(self.lag, self.persistence, (years, years))


@dataclass(frozen=True, eq=False)
class Savings:
    """Which service saves which agency money: (R,) codes, cashable money per unit, lag in years.

    ``outcome`` codes say whose weight counts that money already, -1 for none.
    """

    service: IntArray
    agency: IntArray
    cash: FloatArray
    lag: IntArray
    outcome: IntArray

    def received(self, volume: FloatArray, agencies: int) -> FloatArray:
        """Return (A, T) the cash that volumes (S, T) bring to each agency within the years of the plan."""
        back = np.zeros((agencies, volume.shape[1]))
        for row, lag in enumerate(self.lag.tolist()):
            within = volume[self.service[row], : max(volume.shape[1] - lag, 0)]
            back[self.agency[row], lag:] += self.cash[row] * within
        return back


def compile_prevention(table: pd.DataFrame, names: PlaceNames) -> Prevention:
    """Turn the prevention table, defaults filled in, into positions."""
    return Prevention(
        service=names.service.codes(table["service"]),
        need=names.need.codes(table["need"]),
        averted=table["cases_averted"].to_numpy(dtype=float),
        lag=table["lag"].to_numpy(dtype=float).astype(np.int64),
        persistence=table["persistence"].to_numpy(dtype=float),
        outcome=names.outcome.codes(table["outcome"]),
    )


def compile_savings(table: pd.DataFrame, names: PlaceNames) -> Savings:
    """Turn the savings table, defaults filled in, into positions."""
    return Savings(
        service=names.service.codes(table["service"]),
        agency=names.agency.codes(table["agency"]),
        cash=(table["amount"] * table["cashable_share"]).to_numpy(dtype=float),
        lag=table["lag"].to_numpy(dtype=float).astype(np.int64),
        outcome=names.outcome.codes(table["outcome"]),
    )
