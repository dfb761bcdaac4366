"""The program for any solver: MPS and LP files in the place's own units, with a map of names.

Written as a minimisation of the negative objective, because MPS states no direction that all solvers read.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd
from scipy import sparse

from commission_opt.errors import PlaceError, Problem
from commission_opt.program.linear import LinearProgram

PER_LINE = 6
"""Terms on one line of an LP file: some solvers refuse long lines."""


def export_program(program: LinearProgram, path: str | Path) -> tuple[Path, Path]:
    """Write a program as MPS or LP, and beside it a CSV that maps its short names to labels.

    Parameters
    ----------
    program : LinearProgram
        In the place's own units.
    path : str or Path
        Ends in ``.mps`` or ``.lp``.

    Returns
    -------
    tuple of Path
        The program and its name map (``NAME.names.csv``: name, label, unit).

    Raises
    ------
    PlaceError
        When the ending is neither, or the file cannot be written.
    """
    target = Path(path)
    writers = {".mps": _mps, ".lp": _lp}
    if target.suffix.lower() not in writers:
        raise PlaceError([Problem(str(target), "is neither .mps nor .lp.", "Name a file that ends in .mps or .lp.")])
    names = target.with_suffix(".names.csv")
    try:
        with target.open("w", encoding="utf-8", newline="\n") as file:
            file.writelines(line + "\n" for line in writers[target.suffix.lower()](program))
        _name_map(program).to_csv(names, index=False)
    except OSError as error:
        raise PlaceError([Problem(str(target), f"cannot be written: {error.strerror}.")]) from error
    return target, names


def _name_map(program: LinearProgram) -> pd.DataFrame:
    parts = []
    for prefix, blocks in (("x", program.columns), ("r", program.rows)):
        for block in blocks:
            at = np.arange(block.start, block.stop)
            names = [f"{prefix}{position}" for position in at]
            parts.append(pd.DataFrame({"name": names, "label": block.labels(at), "unit": block.unit}))
    return pd.concat(parts, ignore_index=True)


def _mps(program: LinearProgram) -> Iterator[str]:
    """Yield the lines of a free-format MPS file."""
    yield "NAME program"
    yield "ROWS"
    yield " N cost"
    senses = [_sense(low, high) for low, high in _pairs(program.row_lower, program.row_upper)]
    yield from (f" {sense} r{at}" for at, sense in enumerate(senses))
    yield "COLUMNS"
    yield from _mps_columns(program)
    yield "RHS"
    bounds = list(_pairs(program.row_lower, program.row_upper))
    for at, (sense, (low, high)) in enumerate(zip(senses, bounds, strict=True)):
        if sense != "N" and (low if sense in "GE" else high):
            yield f" rhs r{at} {low if sense in 'GE' else high!r}"
    yield "RANGES"
    for at, (sense, (low, high)) in enumerate(zip(senses, bounds, strict=True)):
        if sense == "G" and np.isfinite(high):
            yield f" range r{at} {high - low!r}"
    yield "BOUNDS"
    for at, (low, high) in enumerate(_pairs(program.lower, program.upper)):
        yield f" LO BND x{at} {low!r}" if np.isfinite(low) else f" MI BND x{at}"
        if np.isfinite(high):
            yield f" UP BND x{at} {high!r}"
    yield "ENDATA"


def _mps_columns(program: LinearProgram) -> Iterator[str]:
    """Yield the columns with their entries, runs of whole numbers between markers."""
    matrix = program.matrix
    whole = np.zeros(program.shape[1] + 2, dtype=bool)
    whole[program.whole + 1] = True
    for at in range(program.shape[1]):
        if whole[at + 1] and not whole[at]:
            yield f" marker{at} 'MARKER' 'INTORG'"
        if program.objective[at] or matrix.indptr[at] == matrix.indptr[at + 1]:
            yield f" x{at} cost {-float(program.objective[at])!r}"
        for entry in range(matrix.indptr[at], matrix.indptr[at + 1]):
            yield f" x{at} r{matrix.indices[entry]} {float(matrix.data[entry])!r}"
        if whole[at + 1] and not whole[at + 2]:
            yield f" marker{at}end 'MARKER' 'INTEND'"


def _lp(program: LinearProgram) -> Iterator[str]:
    """Yield the lines of an LP file in CPLEX's format."""
    yield "Minimize"
    yield from _expression("cost", [(at, -value) for at, value in enumerate(program.objective.tolist()) if value])
    yield "Subject To"
    rows = sparse.csr_array(program.matrix)
    for at, (low, high) in enumerate(_pairs(program.row_lower, program.row_upper)):
        span = slice(rows.indptr[at], rows.indptr[at + 1])
        terms = list(zip(rows.indices[span].tolist(), rows.data[span].tolist(), strict=True))
        if low == high:
            yield from _expression(f"r{at}", terms, f"= {low!r}")
            continue
        if np.isfinite(low):
            yield from _expression(f"r{at}", terms, f">= {low!r}")
        if np.isfinite(high):
            yield from _expression(f"r{at}_upper" if np.isfinite(low) else f"r{at}", terms, f"<= {high!r}")
    yield "Bounds"
    for at, (low, high) in enumerate(_pairs(program.lower, program.upper)):
        yield f" {_endless(low)} <= x{at} <= {_endless(high)}"
    if len(program.whole):
        yield "General"
        yield from (f" x{at}" for at in program.whole.tolist())
    yield "End"


def _expression(name: str, terms: list[tuple[int, float]], right: str = "") -> Iterator[str]:
    """Yield an expression over as many lines as it needs; an empty one names a column with zero."""
    parts = [f"{'-' if value < 0 else '+'} {abs(value)!r} x{at}" for at, value in terms] or ["0 x0"]
    for start in range(0, len(parts), PER_LINE):
        head = f" {name}: " if start == 0 else "   "
        tail = f" {right}" if start + PER_LINE >= len(parts) and right else ""
        yield head + " ".join(parts[start : start + PER_LINE]) + tail


def _sense(low: float, high: float) -> str:
    if low == high:
        return "E"
    if np.isfinite(low):
        return "G"
    return "L" if np.isfinite(high) else "N"


def _endless(value: float) -> str:
    return repr(value) if np.isfinite(value) else ("-inf" if value < 0 else "+inf")


def _pairs(lower: np.ndarray, upper: np.ndarray) -> zip[tuple[float, float]]:
    return zip(lower.tolist(), upper.tolist(), strict=True)
