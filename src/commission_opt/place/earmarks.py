"""Earmarks inside pooled money, by position."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from commission_opt.place.conditions import subject_services
from commission_opt.place.expand import by_year
from commission_opt.place.money import Services
from commission_opt.place.names import BoolArray, FloatArray, IntArray, Names, different

if TYPE_CHECKING:
    from commission_opt.place.arrays import PlaceNames


@dataclass(frozen=True, eq=False)
class Earmarks:
    """Earmarks (E) of streams for subjects (J).

    ``stream`` and ``subject`` codes; ``services`` (J, S) that each subject means; ``amount`` (E, T) money a year.
    """

    names: Names
    services: BoolArray
    stream: IntArray
    subject: IntArray
    amount: FloatArray


def compile_earmarks(table: pd.DataFrame, names: PlaceNames, services: Services) -> Earmarks:
    """Turn the earmarks table into positions, in the order of streams and subjects."""
    keys, position = different(table, ("stream", "subject"))
    subjects = Names.sorted("subject", keys["subject"])
    meant = [subject_services(subject, names, services) for subject in subjects.labels]
    return Earmarks(
        names=subjects,
        services=np.array(meant, dtype=bool).reshape(len(meant), len(names.service)),
        stream=names.stream.codes(keys["stream"]),
        subject=subjects.codes(keys["subject"]),
        amount=by_year(
            (len(keys), len(names.year)),
            position,
            names.year.codes(table["year"]),
            table["amount"].to_numpy(dtype=float),
        ),
    )
