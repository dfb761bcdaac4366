"""Faults of single cells: figures that are none, figures out of range, blanks, names that nobody knows."""

from __future__ import annotations

from tests.place.fault import Fault, edit
from tests.place.valid import VALID


def _cell(table: str, at: tuple[int, str], value: str, *expect: str) -> Fault:
    """Put another value into one cell, given by its row (the header being 1) and column."""
    row, column = at
    lines = VALID[f"{table}.csv"].splitlines()
    position = lines[0].split(",").index(column)
    cells = lines[row - 1].split(",")
    old, cells[position] = lines[row - 1], f'"{value}"' if "," in value or "\n" in value else value
    return Fault(
        f"{table} row {row} {column} is {value!r}",
        edit(f"{table}.csv", f"\n{old}\n", f"\n{','.join(cells)}\n"),
        (f"{table}.csv", f"row {row}", f"column {column}", *expect),
    )


UNIT_COST = (2, "unit_cost")
CASES = (3, "cases")
SHARE = (2, "cashable_share")

FIGURE_FAULTS = [
    _cell("services", UNIT_COST, "twelve", "'twelve'", "an amount of money"),
    _cell("services", UNIT_COST, "12,5", "'12,5'", "decimal point"),
    _cell("services", UNIT_COST, "1,20", "'1,20'", "groups of three"),
    _cell("services", UNIT_COST, "1,2000", "'1,2000'", "groups of three"),
    _cell("services", UNIT_COST, "1.200,50", "'1.200,50'", "decimal point"),
    _cell("services", UNIT_COST, "€12", "'€12'", "money in GBP", "Convert"),
    _cell("services", UNIT_COST, "12 GBP", "'12 GBP'", "an amount of money"),
    _cell("services", UNIT_COST, "5%", "'5%'", "an amount of money", "where a share is expected"),
    _cell("services", UNIT_COST, "1 200", "'1 200'", "without spaces"),
    _cell("services", UNIT_COST, "(500", "'(500'", "Brackets"),
    _cell("services", UNIT_COST, "500)", "'500)'", "Brackets"),
    _cell("services", UNIT_COST, "(-500)", "'(-500)'", "Brackets"),
    _cell("services", UNIT_COST, "(500)", "'-500'", "out of range", "at least 0"),
    _cell("services", UNIT_COST, "1e999", "'1e999'", "too large"),
    _cell("services", UNIT_COST, "nan", "'nan'", "Leave the cell blank"),
    _cell("services", UNIT_COST, "inf", "'inf'", "Leave the cell blank"),
    _cell("services", UNIT_COST, "-Infinity", "'-Infinity'", "Leave the cell blank"),
    _cell("services", UNIT_COST, "N/A", "'N/A'", "Leave the cell blank"),
    _cell("services", UNIT_COST, "#REF!", "'#REF!'", "an amount of money"),
    _cell("services", UNIT_COST, "=1+1", "'=1+1'", "an amount of money"),
    _cell("services", UNIT_COST, "1.2.3", "'1.2.3'", "an amount of money"),
    _cell("services", UNIT_COST, "0x10", "'0x10'", "an amount of money"),
    _cell("services", UNIT_COST, "1_000", "'1_000'", "an amount of money"),
    _cell("services", UNIT_COST, "--5", "'--5'", "an amount of money"),
    _cell("services", UNIT_COST, "£", "'£'", "an amount of money"),
    _cell("services", UNIT_COST, "1.2 tn", "'1.2 tn'", "an amount of money"),
    _cell("demand", CASES, "many", "'many'", "a number such as"),
    _cell("demand", CASES, "£300", "'£300'", "in full, without signs of money"),
    _cell("demand", CASES, "3k", "'3k'", "in full, without signs of money"),
    _cell("demand", CASES, "(300)", "'(300)'", "in full, without signs of money"),
    _cell("demand", CASES, "30%", "'30%'", "where a share is expected"),
    _cell("demand", CASES, "-1", "'-1'", "out of range", "at least 0"),
    _cell("demand", CASES, "NaN", "'NaN'", "Leave the cell blank"),
    _cell("demand", CASES, "١٢", "'١٢'", "a number such as"),
    _cell("demand", CASES, "a" * 500, "'aaaa", "...'", "a number such as"),
    _cell("savings", SHARE, "1.5", "'1.5'", "at most 1", "0.05 or 5%"),
    _cell("savings", SHARE, "25", "'25'", "at most 1", "0.05 or 5%"),
    _cell("savings", SHARE, "101%", "'1.01'", "at most 1"),
    _cell("savings", SHARE, "-5%", "'-0.05'", "at least 0"),
    _cell("savings", SHARE, "half", "'half'", "a share such as"),
    _cell("savings", (2, "lag"), "1.5", "'1.5'", "a whole number"),
    _cell("savings", (2, "lag"), "-1", "'-1'", "at least 0"),
    _cell("savings", (2, "lag"), "soon", "'soon'", "a whole number"),
    _cell("resources", (2, "shareable"), "maybe", "'maybe'", "yes or no"),
    _cell("resources", (2, "shareable"), "2", "'2'", "yes or no"),
    _cell("effects", (2, "effect"), "1.5 days", "'1.5 days'", "a number such as"),
    _cell("funding", (2, "amount"), "-900", "'-900'", "at least 0"),
    _cell("funding", (2, "poolable_share"), "2", "'2'", "at most 1"),
    _cell("areas", (3, "cost_factor"), "0", "'0'", "above 0"),
    _cell("areas", (3, "equity_weight"), "-1", "'-1'", "at least 0"),
    _cell("capacity", (2, "block_size"), "0", "'0'", "above 0"),
    _cell("substitution", (2, "productivity"), "0", "'0'", "above 0"),
    _cell("returns", (2, "tranche"), "0", "'0'", "at least 1"),
    _cell("returns", (2, "effectiveness"), "-0.5", "'-0.5'", "at least 0"),
    _cell("needs", (2, "must_meet"), "1.2", "'1.2'", "at most 1"),
    _cell("targets", (3, "penalty"), "-1", "'-1'", "at least 0"),
    _cell("limits", (2, "max_cut"), "1.1", "'1.1'", "at most 1"),
]

TEXT_FAULTS = [
    _cell("services", (3, "agency"), "", "blank", "a name", "leads it"),
    _cell("services", (3, "unit"), "", "blank", "expected text"),
    _cell("services", (3, "service"), " ", "blank", "a name"),
    _cell("demand", CASES, "", "blank", "a number such as"),
    _cell("effects", (3, "effect"), "", "blank", "a number such as"),
    _cell("funding", (2, "amount"), "", "blank", "an amount of money"),
    _cell("outcomes", (2, "weight"), "", "blank", "Value of one unit"),
    _cell("limits", (2, "subject"), "", "blank", "a name"),
    _cell("relations", (2, "relation"), "", "blank", "expected text"),
    _cell("demand", (2, "need"), "", "blank", "a name"),
    _cell("services", (3, "service"), "falls\x07clinic", "control character", "\\x07"),
    _cell("services", (2, "name"), "Falls \x1b[31m", "control character", "\\x1b"),
    _cell("services", (2, "tags"), "a;b\x00c".replace("\x00", "\x02"), "control character", "\\x02"),
    _cell("demand", (2, "need"), "falls\nagain", "control character", "'falls\\nagain'"),
    _cell("agencies", (2, "tier"), "regional", "'regional'", "one of local, national"),
    _cell("agencies", (2, "tier"), "Local", "'Local'", "Did you mean 'local'?"),
    _cell("resources", (2, "kind"), "staf", "'staf'", "Did you mean 'staff'?"),
    _cell("relations", (3, "relation"), "needs", "'needs'", "one of requires, excludes"),
    _cell("effects", (2, "grade"), "gren", "'gren'", "Did you mean 'green'?"),
    _cell("effects", (2, "grade"), "strong", "'strong'", "one of green, amber, red, assumed"),
    _cell("demand", (2, "year"), "2025", "'2025'", "a year of the place", "Did you mean '2025/26'?"),
    _cell("baseline", (4, "year"), "1999/00", "'1999/00'", "a year of the place", "setting years"),
    _cell("funding", (4, "year"), "2025-26", "'2025-26'", "Did you mean '2025/26'?"),
]

REFERENCE_FAULTS = [
    _cell("effects", (2, "service"), "falls_prevention", "'falls_prevention'", "mean 'falls-prevention'?"),
    _cell("effects", (4, "service"), "zzz", "'zzz'", "in column service of", "services.csv"),
    _cell("effects", (7, "outcome"), "clam", "'clam'", "outcomes.csv", "Did you mean 'calm'?"),
    _cell("effects", (3, "cohort"), "over 57", "'over 57'", "demand.csv", "Did you mean 'over 75'?"),
    _cell("services", (3, "agency"), "nsh", "'nsh'", "agencies.csv", "Did you mean 'nhs'?"),
    _cell("services", (3, "need"), "fall", "'fall'", "in column need of", "Did you mean 'falls'?"),
    _cell("funding", (2, "agency"), "counsil", "'counsil'", "Did you mean 'council'?"),
    _cell("funding", (4, "ring_fence"), "falls grant", "'falls grant'", "Did you mean 'falls_grant'?"),
    _cell("outcomes", (2, "agency"), "Nhs", "'Nhs'", "Did you mean 'nhs'?"),
    _cell("costs", (2, "service"), "adaption", "'adaption'", "Did you mean 'adaptation'?"),
    _cell("needs", (3, "need"), "order", "'order'", "Did you mean 'disorder'?"),
    _cell("demand", (2, "area"), "nort", "'nort'", "areas.csv", "Did you mean 'north'?"),
    _cell("returns", (2, "service"), "x", "'x'", "services.csv"),
    _cell("prevention", (2, "need"), "fallz", "'fallz'", "Did you mean 'falls'?"),
    _cell("savings", (2, "agency"), "nhs2", "'nhs2'", "Did you mean 'nhs'?"),
    _cell("capacity", (2, "service"), "clinic", "'clinic'", "Did you mean 'falls-clinic'?"),
    _cell("resources", (2, "agency"), "polices", "'polices'", "Did you mean 'police'?"),
    _cell("usage", (2, "resource"), "nurse", "'nurse'", "Did you mean 'nurses'?"),
    _cell("substitution", (2, "other"), "career", "'career'", "Did you mean 'carers'?"),
    _cell("baseline", (4, "service"), "falls-clinics", "'falls-clinics'", "Did you mean 'falls-clinic'?"),
    _cell("baseline", (2, "area"), "nrth", "'nrth'", "Did you mean 'north'?"),
    _cell("baseline", (2, "cohort"), "all", "'all'", "demand.csv"),
    _cell("limits", (3, "subject"), "need:fall", "'need:fall'", "Did you mean 'need:falls'?"),
    _cell("limits", (4, "subject"), "tag:helth", "'tag:helth'", "Did you mean 'tag:health'?"),
    _cell("limits", (5, "subject"), "group:mode", "'group:mode'", "Did you mean 'group:modes'?"),
    _cell("limits", (2, "subject"), "clinic", "'clinic'", "need:NAME, tag:NAME or group:NAME"),
    _cell("limits", (3, "subject"), "falls", "'falls'", "is not a service"),
    _cell("limits", (3, "area"), "norht", "'norht'", "Did you mean 'north'?"),
    _cell("groups", (2, "service"), "falls-prevent", "'falls-prevent'", "Did you mean 'falls-prevention'?"),
    _cell("targets", (2, "outcome"), "bed-days", "'bed-days'", "Did you mean 'bed_days'?"),
    _cell("funders", (2, "agency"), "nhss", "'nhss'", "Did you mean 'nhs'?"),
    _cell("ring_fences", (2, "service"), "fall-prevention", "'fall-prevention'", "Did you mean 'falls-prevention'?"),
    _cell("relations", (2, "other"), "tag:heath", "'tag:heath'", "Did you mean 'tag:health'?"),
    _cell("own_weights", (2, "outcome"), "beddays", "'beddays'", "Did you mean 'bed_days'?"),
]
