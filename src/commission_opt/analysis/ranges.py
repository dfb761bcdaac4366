"""How far apart the figures are: wide ranges are where solvers lose accuracy and typing errors hide."""

from __future__ import annotations

import numpy as np
import pandas as pd

from commission_opt.place.place import Place
from commission_opt.place.tables import TABLES
from commission_opt.program.linear import LinearProgram
from commission_opt.program.scaling import scale


def figure_ranges(place: Place) -> pd.DataFrame:
    """Return the smallest and largest figure of every column of the place that holds any.

    Returns
    -------
    DataFrame
        Columns: table, column, unit, figures (how many are not blank), smallest, largest (sizes, apart from zero),
        negative (how many).
    """
    rows = []
    for table in TABLES.values():
        for column in table.columns:
            if not column.kind.numeric:
                continue
            figures = place.tables[table.name][column.name].dropna().to_numpy(dtype=float)
            sizes = np.abs(figures[figures != 0])
            if len(sizes):
                rows.append(
                    {
                        "table": table.name,
                        "column": column.name,
                        "unit": column.unit,
                        "figures": len(figures),
                        "smallest": float(sizes.min()),
                        "largest": float(sizes.max()),
                        "negative": int((figures < 0).sum()),
                    }
                )
    return pd.DataFrame(rows, columns=["table", "column", "unit", "figures", "smallest", "largest", "negative"])


def program_ranges(program: LinearProgram) -> pd.DataFrame:
    """Return the smallest and largest size of the program's figures, as they are and as the solver gets them.

    Returns
    -------
    DataFrame
        Columns: part, smallest, largest, scaled_smallest, scaled_largest; sizes apart from zero and infinity.
    """
    scaled, _ = scale(program)
    parts = (
        ("coefficients of rules", lambda p: p.matrix.data),
        ("value of one unit", lambda p: p.objective),
        ("bounds of rules", lambda p: np.concatenate([p.row_lower, p.row_upper])),
        ("bounds of volumes and money", lambda p: np.concatenate([p.lower, p.upper])),
    )
    rows = [(name, *_range(part(program)), *_range(part(scaled))) for name, part in parts]
    return pd.DataFrame(rows, columns=["part", "smallest", "largest", "scaled_smallest", "scaled_largest"])


def _range(figures: np.ndarray) -> tuple[float, float]:
    sizes = np.abs(figures[np.isfinite(figures) & (figures != 0)])
    return (float(sizes.min()), float(sizes.max())) if len(sizes) else (np.nan, np.nan)
