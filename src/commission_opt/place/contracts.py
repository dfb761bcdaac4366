"""Contracts that pay for outcomes, by position."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from commission_opt.place.names import FloatArray, IntArray, Names

if TYPE_CHECKING:
    from commission_opt.place.arrays import PlaceNames


@dataclass(frozen=True, eq=False)
class Contracts:
    """Contracts (C,) for an outcome of a service.

    ``label`` their names; ``service``, ``outcome`` codes; ``upfront_share`` of the unit's revenue cost; ``tariff``
    money per outcome unit; ``deadweight`` outcome units per unit; ``cap`` and ``threshold`` outcome units a year (inf
    and 0 for none); ``lag`` years; ``top_up_share``; ``investor_money`` (NaN where the provider carries it itself);
    ``investor_return`` a year. What is said of the service (up-front share, investors) is the same in all its rows.
    """

    label: Names
    service: IntArray
    outcome: IntArray
    upfront_share: FloatArray
    tariff: FloatArray
    deadweight: FloatArray
    cap: FloatArray
    threshold: FloatArray
    lag: IntArray
    top_up_share: FloatArray
    investor_money: FloatArray
    investor_return: FloatArray


def compile_contracts(table: pd.DataFrame, names: PlaceNames) -> Contracts:
    """Turn the table of contracts, defaults filled in, into positions, in the order of their names."""
    rows = table.sort_values("contract")

    def figures(column: str, absent: float = np.nan) -> FloatArray:
        return np.asarray(rows[column].fillna(absent).to_numpy(dtype=float))

    return Contracts(
        label=Names("contract", tuple(str(name) for name in rows["contract"])),
        service=names.service.codes(rows["service"]),
        outcome=names.outcome.codes(rows["outcome"]),
        upfront_share=figures("upfront_share"),
        tariff=figures("tariff"),
        deadweight=figures("deadweight"),
        cap=figures("cap", np.inf),
        threshold=figures("threshold", 0.0),
        lag=figures("payment_lag").astype(np.int64),
        top_up_share=figures("top_up_share"),
        investor_money=figures("investor_money"),
        investor_return=figures("investor_return"),
    )
