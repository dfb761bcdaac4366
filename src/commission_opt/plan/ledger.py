"""Who paid for what: every stream's money followed through pots to what it was spent on."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from commission_opt.model.formulate import Formulation
from commission_opt.place.names import EVERYTHING, FloatArray, IntArray
from commission_opt.plan.rounding import Ceiling, round_table, whole_pence

PENCE = 100

NOTHING = 1e-9
"""Share of a payer's money below which a flow counts as none."""


@dataclass(frozen=True, eq=False)
class Ledger:
    """Money by stream and line of spending, in whole pence.

    Parameters
    ----------
    stream, line : (e,)
        Which stream paid for which line.
    payer : (e,)
        Through which payer: the stream itself or a pot.
    pence : (e,)
        How much.
    available, carried, unspent : (F, T) pence
        What each stream had (with savings that came back and what it carried in), carried out, and left.
    """

    stream: IntArray
    line: IntArray
    payer: IntArray
    pence: FloatArray
    available: FloatArray
    carried: FloatArray
    unspent: FloatArray

    def of_lines(self, count: int) -> FloatArray:
        """Return (L,) pence spent on every line."""
        return np.asarray(np.bincount(self.line, self.pence, minlength=count), dtype=float)


def settle_contributions(formulation: Formulation, x: FloatArray) -> FloatArray:
    """Let all members of a pot contribute the same share of what they can, beyond their minimum.

    A pot does not care whose money it holds, so the program leaves it open; this is the settlement that treats all
    alike. Nothing else in the plan changes.
    """
    money, program = formulation.money, formulation.program
    settled = x.copy()
    paid = _payer_totals(formulation, x)
    for year in range(money.amount.shape[1]):
        for pot in money.payers.pots:
            members = np.flatnonzero((money.payers.pot_of[:, year] == pot) & (money.pooled[:, year] >= 0))
            if not len(members) or _value(x, money.pot_carried[pot, year]) > 0:
                continue
            columns = money.pooled[members, year]
            need = paid[pot, year] + _vired(formulation, x, int(pot), year)
            need -= _value(x, money.pot_carried[pot, year - 1]) if year else 0.0
            spare = np.array([_spare(formulation, x, paid, int(f), year) for f in members])
            low = program.lower[columns]
            room = np.maximum(np.minimum(program.upper[columns], spare) - low, 0.0)
            wanted = max(need - float(low.sum()), 0.0)
            if wanted <= float(room.sum()):
                settled[columns] = low + room * (wanted / max(float(room.sum()), 1e-300))
    return settled


def follow_money(formulation: Formulation, x: FloatArray) -> Ledger:
    """Follow every stream's money to the lines it was spent on, year by year, and round it to pence.

    Pot money is attributed to members in proportion to what they put in, carried money in proportion to what it was
    carried from.
    """
    money = formulation.money
    streams, years = money.amount.shape
    scale = PENCE * formulation.arrays.place.settings.money_unit
    flow = money.payments.flow(x, len(money.payers.names))
    held = np.zeros((len(money.payers.names), streams))
    carried_in = np.zeros(streams)
    had = money.had(x)
    entries: list[tuple[IntArray, IntArray, IntArray, FloatArray]] = []
    available, carried, unspent = (np.zeros((streams, years)) for _ in range(3))
    for year in range(years):
        lines = np.flatnonzero(money.lines.year == year)
        shares, held = _pot_shares(formulation, x, held, year)
        payer, line = np.nonzero(
            flow[:, lines] > NOTHING * np.maximum(flow[:, lines].sum(axis=1, keepdims=True), 1e-300)
        )
        pay, stream = np.nonzero(shares[payer] > 0)
        amount = flow[payer[pay], lines[line[pay]]] * shares[payer[pay], stream] * scale
        carry = np.array([_value(x, money.carried[f, year]) for f in range(streams)]) + held.sum(axis=0)
        available[:, year] = np.floor(whole_pence(had[:, year] * scale)) + carried_in
        carried[:, year] = np.minimum(np.floor(whole_pence(carry * scale)), available[:, year])
        pence = _rounded(formulation, (stream, lines[line[pay]], amount), available[:, year] - carried[:, year])
        entries.append((stream, lines[line[pay]], payer[pay], pence))
        unspent[:, year] = available[:, year] - carried[:, year] - np.bincount(stream, pence, minlength=streams)
        carried_in = carried[:, year]
    joined = [np.concatenate([entry[i] for entry in entries]) for i in range(4)]
    return Ledger(joined[0], joined[1], joined[2], joined[3], available, carried, unspent)


def funding_table(formulation: Formulation, ledger: Ledger, reasons: dict[tuple[int, int], str]) -> pd.DataFrame:
    """Return who paid for what, and what was carried forward or left unspent and why.

    Columns: stream, agency, kind, year, through, use, subject, amount_money, reason. Every stream's amounts of a year
    add up to what it had, with savings that came back to it and what it carried in.
    """
    names, money = formulation.arrays.names, formulation.money
    scale = PENCE * formulation.arrays.place.settings.money_unit
    subjects = np.array(money.subjects, dtype=object)
    subject = money.lines.subject[ledger.line]
    through = np.where(money.payers.stream[ledger.payer] >= 0, "own", money.payers.names.text(ledger.payer))
    frame = pd.DataFrame(
        {
            "stream": ledger.stream,
            "year": money.lines.year[ledger.line],
            "through": through,
            "use": [_use_of(str(name)) for name in subjects[subject]],
            "subject": subjects[subject],
            "amount_money": ledger.pence / scale,
            "reason": "",
        }
    )
    left = [
        (stream, year, "own", use, "", table[stream, year] / scale, reasons.get((stream, year), "") if why else "")
        for use, table, why in (("carried forward", ledger.carried, False), ("unspent", ledger.unspent, True))
        for stream, year in np.argwhere(table > 0).tolist()
    ]
    rest = pd.DataFrame(left, columns=frame.columns)
    frame = pd.concat([frame[frame["amount_money"] > 0], rest], ignore_index=True) if len(rest) else frame
    stream, year = frame["stream"].to_numpy(dtype=np.int64), frame["year"].to_numpy(dtype=np.int64)
    streams = formulation.arrays.streams
    order = np.lexsort((frame["subject"], frame["use"], year, stream))
    frame = frame.assign(
        stream=names.stream.text(stream),
        agency=names.agency.text(streams.agency[stream]),
        kind=names.kind.text(streams.kind[stream]),
        year=names.year.text(year),
    ).iloc[order]
    columns = ["stream", "agency", "kind", "year", "through", "use", "subject", "amount_money", "reason"]
    return frame[columns].reset_index(drop=True)


def _use_of(subject: str) -> str:
    """Return what sort of thing was paid for: what is no service says so before its colon."""
    sort, colon, _ = subject.partition(":")
    return sort if colon else "service"


def _rounded(formulation: Formulation, table: tuple[IntArray, IntArray, FloatArray], limits: FloatArray) -> FloatArray:
    """Round one year's payments: streams keep within their money, services within their largest spend."""
    stream, line, amount = table
    if not len(stream):
        return amount
    ceilings = [Ceiling(np.flatnonzero(stream == f), float(limits[f])) for f in np.unique(stream)]
    money, lead = formulation.money, formulation.arrays.services.agency
    limits_of = formulation.arrays.conditions.limits
    scale = PENCE * formulation.arrays.place.settings.money_unit
    for (subject, year, agency), most in _largest_spends(formulation).items():
        row = np.flatnonzero((limits_of.subject_code == subject) & (limits_of.area == EVERYTHING))
        services = np.flatnonzero(limits_of.services[row[0]] & ((lead == agency) | (agency == EVERYTHING)))
        inside = np.flatnonzero(np.isin(money.lines.subject[line], services) & (money.lines.year[line] == year))
        # A limit counts what units cost; a contract may pay more for them in the year, or less.
        if len(inside) and amount[inside].sum() <= most * scale + 1:
            ceilings.append(Ceiling(inside, most * scale))
    _, row_of = np.unique(stream, return_inverse=True)
    _, column_of = np.unique(line, return_inverse=True)
    return round_table(row_of, column_of, amount, ceilings)


def _largest_spends(formulation: Formulation) -> dict[tuple[int, int, int], float]:
    """Return the largest spends in the whole place by subject, year and agency (-1 for all), clusters' parts added."""
    found: dict[tuple[int, int, int], float] = {}
    for block in formulation.program.rows:
        if block.family == "duty.max_spend":
            codes = {names.dimension: codes for names, codes in zip(block.keys.names, block.keys.codes, strict=True)}
            agency = codes.get("agency", np.full(len(block), EVERYTHING))
            for at in np.flatnonzero(codes["area"] == EVERYTHING):
                key = (int(codes["subject"][at]), int(codes["year"][at]), int(agency[at]))
                found[key] = found.get(key, 0.0) + float(formulation.program.row_upper[block.start + at])
    return found


def _pot_shares(
    formulation: Formulation, x: FloatArray, carried: FloatArray, year: int
) -> tuple[FloatArray, FloatArray]:
    """Return (P, F) whose money each payer spends in a year, as shares, and what pots carry out of it."""
    money = formulation.money
    own = np.zeros_like(carried)
    keeps = np.flatnonzero(money.payers.stream >= 0)
    own[keeps, money.payers.stream[keeps]] = 1.0
    put_in = carried.copy()
    for stream in np.flatnonzero(money.pooled[:, year] >= 0):
        put_in[money.payers.pot_of[stream, year], stream] += x[money.pooled[stream, year]]
    base = _as_shares(put_in)
    for giver, taker, when, column in money.virement:
        if when == year:
            put_in[giver] -= base[giver] * x[column]
            put_in[taker] += base[giver] * x[column]
    shares = _as_shares(np.maximum(put_in, 0.0))
    out = np.array([_value(x, money.pot_carried[pot, year]) for pot in range(len(shares))])
    return own + shares, shares * out[:, None]


def _as_shares(amounts: FloatArray) -> FloatArray:
    total = amounts.sum(axis=1, keepdims=True)
    return np.asarray(np.where(total > 0, amounts / np.where(total > 0, total, 1.0), 0.0))


def _payer_totals(formulation: Formulation, x: FloatArray) -> FloatArray:
    """Return (P, T) what every payer pays in every year."""
    money = formulation.money
    paid = np.zeros((money.amount.shape[1], len(money.payers.names)))
    np.add.at(paid, money.lines.year, money.payments.flow(x, len(money.payers.names)).T)
    return paid.T


def _spare(formulation: Formulation, x: FloatArray, paid: FloatArray, stream: int, year: int) -> float:
    """Return what a stream has left for a pot after what it pays and carries itself."""
    money = formulation.money
    own = np.flatnonzero(money.payers.stream == stream)
    had = money.had(x)[stream, year] + (_value(x, money.carried[stream, year - 1]) if year else 0.0)
    return float(had - paid[own, year].sum() - _value(x, money.carried[stream, year]))


def _vired(formulation: Formulation, x: FloatArray, pot: int, year: int) -> float:
    """Return what a pot gives to other themes less what it takes from them."""
    rows = formulation.money.virement
    given = rows[(rows[:, 0] == pot) & (rows[:, 2] == year), 3]
    taken = rows[(rows[:, 1] == pot) & (rows[:, 2] == year), 3]
    return float(x[given].sum() - x[taken].sum())


def _value(x: FloatArray, column: int) -> float:
    return float(x[column]) if column >= 0 else 0.0
