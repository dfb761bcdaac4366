"""Gates: ways on which money could go if a ring fence were lifted, or if one agency passed money to another."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import sparse

from commission_opt.model.formulate import Formulation, formulate_arrays
from commission_opt.place.names import BoolArray, FloatArray, IntArray, Names
from commission_opt.program.blocks import Block, Keys
from commission_opt.program.linear import LinearProgram

OUTSIDE, PASSED_ON = "ring_fences.outside", "pooling.passed_on"


@dataclass(frozen=True, eq=False)
class Ways:
    """Ways (w) on which money could go: their names, what each adds to the program's rows, and the most of each.

    ``capped`` (c, w) and ``spent`` (c, n) hold further rows: what ways pay for a line is no more than is spent on it.
    """

    block: Block
    matrix: sparse.csr_array
    most: FloatArray
    capped: sparse.csr_array
    spent: sparse.csr_array


def find_ways(formulation: Formulation, program: LinearProgram) -> list[Ways]:
    """Return the ways on which money could go if a rule without rows of its own gave way.

    Parameters
    ----------
    formulation : Formulation
        Where the program keeps its money.
    program : LinearProgram
        The formulation's program, with further rows or not.
    """
    if _divided(formulation, program):
        return []
    found = [_passed_on(formulation, program)]
    if formulation.model.rule("ring_fences") is not None:
        found.append(_outside(formulation, program))
    return [ways for ways in found if len(ways.block)]


def fenced_money(formulation: Formulation, lines: IntArray, payers: BoolArray) -> tuple[tuple[str, float], ...]:
    """Return the ring fences that keep money of others than some payers (P,) from some lines, largest first."""
    if formulation.model.rule("ring_fences") is None or _divided(formulation, formulation.program):
        return ()
    money, streams = formulation.money, formulation.arrays.streams
    fence, payer, subject, year = _outside(formulation, formulation.program).block.keys.codes
    wanted = set(zip(money.lines.subject[lines].tolist(), money.lines.year[lines].tolist(), strict=True))
    found: set[tuple[int, int]] = {
        (f, t)
        for f, p, u, t in zip(fence.tolist(), payer.tolist(), subject.tolist(), year.tolist(), strict=True)
        if (u, t) in wanted and not payers[p]
    }
    amounts: dict[int, float] = {}
    for f, t in sorted(found):
        amounts[f] = amounts.get(f, 0.0) + float(money.amount[streams.fence[:, t] == f, t].sum())
    labels = formulation.arrays.names.ring_fence.labels
    return tuple((labels[f], amount) for f, amount in sorted(amounts.items(), key=lambda one: -one[1]))


def _divided(formulation: Formulation, program: LinearProgram) -> bool:
    """Whether clusters decide alone, each with its part of every stream: they have agreed to open nothing."""
    return len(_rows_of(program, "pooling.stream")) != formulation.money.amount.size


def _passed_on(formulation: Formulation, program: LinearProgram) -> Ways:
    """Let streams without a ring fence pass money to streams of the same kind of other agencies."""
    streams, names = formulation.arrays.streams, formulation.arrays.names
    fenced = (streams.fence >= 0) & (formulation.model.rule("ring_fences") is not None)
    apart = streams.agency[:, None] != streams.agency[None, :]
    alike = streams.kind[:, None] == streams.kind[None, :]
    open_to = (apart & alike)[:, :, None] & (~fenced & (formulation.money.amount > 0))[:, None, :]
    giver, taker, year = np.nonzero(open_to)
    row = _rows_of(program, "pooling.stream").reshape(len(names.stream), -1)
    keys = Keys.of((Names("giver", names.stream.labels), giver), (names.stream, taker), (names.year, year))
    count = len(giver)
    way = np.arange(count)
    nothing = np.zeros(0, dtype=np.int64)
    return Ways(
        block=Block(PASSED_ON, keys, "money a year", 0),
        matrix=_matrix((row[giver, year], way, 1.0), (row[taker, year], way, -1.0), (program.shape[0], count)),
        most=formulation.money.amount[giver, year],
        capped=_matrix((nothing, nothing, 1.0), (nothing, nothing, 1.0), (0, count)),
        spent=_matrix((nothing, nothing, 1.0), (nothing, nothing, 1.0), (0, program.shape[1])),
    )


def _outside(formulation: Formulation, program: LinearProgram) -> Ways:
    """Let money inside ring fences pay for whatever it could pay for without them."""
    money, names = formulation.money, formulation.arrays.names
    lines, payers = money.lines, money.payers
    now = payers.eligible[:, lines.subject, lines.kind, lines.year]
    payer, line = np.nonzero(_without_fences(formulation) & ~now)
    where = _line_rows(formulation, program)
    fence = np.array([_fence_of(formulation, int(p), int(lines.year[at])) for p, at in zip(payer, line, strict=True)])
    # What has no ring fence is kept from a line by something else.
    known = np.flatnonzero((where[line] >= 0) & (fence >= 0)) if len(line) else line
    payer, line, fence = payer[known], line[known], fence[known].astype(np.int64)
    count, way = len(line), np.arange(len(line))
    subjects = Names("subject", money.subjects)
    keys = Keys.of(
        (names.ring_fence, fence),
        (payers.names, payer),
        (subjects, lines.subject[line]),
        (names.year, lines.year[line]),
    )
    charged = _charged(formulation)
    simple, row = np.unique(line[charged[line] >= 0], return_inverse=True)
    charged_line, column, amount = lines.entries()
    spend = sparse.csr_array((amount, (charged_line, column)), shape=(len(lines), program.shape[1]))
    largest = np.asarray(spend @ program.upper, dtype=float)
    capped = sparse.csr_array((np.ones(len(row)), (row, way[charged[line] >= 0])), shape=(len(simple), count))
    return Ways(
        block=Block(OUTSIDE, keys, "money a year", 0),
        matrix=_matrix(
            (_payer_rows(formulation, program)[payer, lines.year[line]], way, 1.0),
            (where[line], way, -1.0),
            (program.shape[0], count),
        ),
        most=largest[line],
        capped=capped,
        spent=sparse.csr_array(spend[simple]),
    )


def _without_fences(formulation: Formulation) -> BoolArray:
    """Return (P, L) who could pay for which line if no ring fence held: a pot what any of its members could."""
    money = formulation.money
    lifted = formulate_arrays(formulation.arrays, formulation.model.set("ring_fences.enabled", False)).money
    lines = money.lines
    may = lifted.payers.eligible[:, lines.subject, lines.kind, lines.year]
    streams, years = money.amount.shape
    of_stream = np.zeros((streams, len(lines.subject)), dtype=bool)
    alone = np.flatnonzero(lifted.payers.stream >= 0)
    of_stream[lifted.payers.stream[alone]] = may[alone]
    for stream in range(streams):
        pot = lifted.payers.pot_of[stream, lines.year]
        of_stream[stream] |= (pot >= 0) & may[np.maximum(pot, 0), np.arange(len(lines.subject))]
    found = np.zeros((len(money.payers.names), len(lines.subject)), dtype=bool)
    for payer, stream in enumerate(money.payers.stream):
        if stream >= 0:
            found[payer] = of_stream[stream]
            continue
        for year in range(years):
            members = money.payers.pot_of[:, year] == payer
            found[payer] |= (lines.year == year) & of_stream[members].any(axis=0)
    return found


def _fence_of(formulation: Formulation, payer: int, year: int) -> int:
    payers = formulation.money.payers
    stream = payers.stream[payer]
    return int(formulation.arrays.streams.fence[stream, year] if stream >= 0 else payers.fence[payer])


def _charged(formulation: Formulation) -> IntArray:
    """Return (L,) the only payer that each line is charged to, -1 where payments have columns of their own."""
    money = formulation.money
    balanced = _funding_rows(formulation, formulation.program) >= 0
    may = money.payers.eligible[:, money.lines.subject, money.lines.kind, money.lines.year]
    return np.where(~balanced & may.any(axis=0), may.argmax(axis=0), -1)


def _line_rows(formulation: Formulation, program: LinearProgram) -> IntArray:
    """Return (L,) the row that a payment for each line relieves: its balance, or that of the payer it is charged to."""
    funding, charged = _funding_rows(formulation, program), _charged(formulation)
    payer = _payer_rows(formulation, program)[np.maximum(charged, 0), formulation.money.lines.year]
    return np.where(funding >= 0, funding, np.where(charged >= 0, payer, -1))


def _funding_rows(formulation: Formulation, program: LinearProgram) -> IntArray:
    """Return (L,) the balance of each line, -1 where it has none."""
    lines = formulation.money.lines
    block = next(block for block in program.rows if block.family == "pooling.funding")
    at = {
        key: block.start + n for n, key in enumerate(zip(*(codes.tolist() for codes in block.keys.codes), strict=True))
    }
    keys = zip(lines.subject.tolist(), lines.kind.tolist(), lines.year.tolist(), strict=True)
    return np.array([at.get(key, -1) for key in keys], dtype=np.int64)


def _payer_rows(formulation: Formulation, program: LinearProgram) -> IntArray:
    """Return (P, T) the balance of every payer."""
    payers, years = formulation.money.payers, formulation.money.amount.shape[1]
    streams = _rows_of(program, "pooling.stream").reshape(-1, years)
    row = np.zeros((len(payers.names), years), dtype=np.int64)
    own = np.flatnonzero(payers.stream >= 0)
    row[own] = streams[payers.stream[own]]
    row[payers.pots] = _rows_of(program, "pooling.pot").reshape(-1, years)
    return row


def _rows_of(program: LinearProgram, family: str) -> IntArray:
    block = next(block for block in program.rows if block.family == family)
    return np.arange(block.start, block.stop)


def _matrix(
    one: tuple[IntArray, IntArray, float], other: tuple[IntArray, IntArray, float], shape: tuple[int, int]
) -> sparse.csr_array:
    """Return a matrix of two sets of entries: rows, columns and the value that all of a set have."""
    rows, columns = np.concatenate([one[0], other[0]]), np.concatenate([one[1], other[1]])
    values = np.concatenate([np.full(len(one[0]), one[2]), np.full(len(other[0]), other[2])])
    return sparse.csr_array((values, (rows, columns)), shape=shape)
