"""Faults in the tables of pooled funds, of property and of contracts."""

from __future__ import annotations

from pathlib import Path

from tests.place.fault import Fault, append, edit


def drop_sites(folder: Path) -> None:
    """Take the sites away, and all that names them."""
    for name in ("sites.csv", "placements.csv", "reach.csv"):
        (folder / name).unlink()


EARMARK_FAULTS = [
    Fault(
        "an earmark above the minimum contribution",
        edit("earmarks.csv", "2026/27,100", "2026/27,101"),
        ("earmarks.csv", "row 4", "column amount", "101", "'general' in 2026/27, which is 100", "Lower the earmark"),
    ),
    Fault(
        "an earmark of every year above the minimum contribution",
        edit("earmarks.csv", "prevention,,40", "prevention,,140"),
        ("earmarks.csv", "row 2", "140 is above the minimum contribution of 'general', which is 100"),
    ),
    Fault(
        "an earmark of money that nobody has to pool",
        append("earmarks.csv", "grant,falls-clinic,2026/27,5"),
        ("earmarks.csv", "row 5", "'grant' in 2026/27, which is 0", "raise minimum_contribution in funding"),
    ),
    Fault(
        "an earmark of a stream that there is not",
        append("earmarks.csv", "generl,falls-clinic,,5"),
        ("earmarks.csv", "row 5", "column stream", "'generl'", "funding.csv", "Did you mean 'general'?"),
    ),
    Fault(
        "an earmark for what there is not",
        append("earmarks.csv", "general,tag:helth,,5"),
        ("earmarks.csv", "row 5", "column subject", "'tag:helth'", "Did you mean 'tag:health'?"),
    ),
]


SCHEME_FAULTS = [
    Fault(
        "a site twice",
        append("sites.csv", "library,Library,nhs,1,1,,,,,"),
        ("sites.csv", "row 5", "column site", "'library'", "row 3"),
    ),
    Fault(
        "a site without floor area",
        edit("sites.csv", "council,300,12", "council,,12"),
        ("sites.csv", "row 2", "column floor_area", "blank"),
    ),
    Fault(
        "a receipt that is half a year late",
        edit("sites.csv", "40,2,3", "40,0.5,3"),
        ("sites.csv", "row 2", "column receipt_lag", "'0.5'", "whole"),
    ),
    Fault(
        "a service that takes up no room",
        edit("accommodation.csv", "falls-clinic,1.2", "falls-clinic,0"),
        ("accommodation.csv", "row 3", "column floor_area", "'0'"),
    ),
    Fault(
        "a placement of a service that needs no room",
        append("placements.csv", "patrol,town-hall"),
        ("placements.csv", "row 3", "column service", "'patrol'", "accommodation"),
    ),
    Fault(
        "a placement in a site that is not there",
        edit("placements.csv", "clinic,clinic", "clinic,clinics"),
        ("placements.csv", "row 2", "column site", "'clinics'", "Did you mean 'clinic'?"),
    ),
    Fault(
        "a site within reach of nowhere",
        edit("reach.csv", "north,town-hall", "norht,town-hall"),
        ("reach.csv", "row 2", "column area", "'norht'", "Did you mean 'north'?"),
    ),
    Fault(
        "rooms without sites",
        drop_sites,
        ("accommodation.csv", "column service", "2 services need rooms", "no sites", "Add the table sites"),
    ),
    Fault(
        "a contract for what its service does not do",
        edit("contracts.csv", "falls-clinic,bed_days", "falls-clinic,calm"),
        (
            "contracts.csv",
            "row 2",
            "column outcome",
            "'falls-clinic' has no effect above 0 on 'calm'",
            "Add the effect",
        ),
    ),
    Fault(
        "a contract for harm",
        append("contracts.csv", "strain,adaptation,strain,1,2,,,,"),
        ("contracts.csv", "row 4", "'adaptation' has no effect above 0 on 'strain'"),
    ),
    Fault(
        "an outcome paid for twice",
        append("contracts.csv", "again,falls-clinic,bed_days,60%,2,,,200,5%"),
        (
            "contracts.csv",
            "row 4",
            "column outcome",
            "'clinic_days' pays for 'bed_days' of 'falls-clinic' already",
            "Keep one",
        ),
    ),
    Fault(
        "an agreement that disagrees",
        append("contracts.csv", "more,adaptation,strain,50%,2,,,,"),
        ("contracts.csv", "row 4", "column upfront_share", "0.5 differs from 1", "'adaptation'", "same figure in each"),
    ),
    Fault(
        "investors of one outcome only",
        append("contracts.csv", "more,adaptation,strain,,2,,,100,"),
        ("contracts.csv", "row 4", "column investor_money", "100 differs from (blank)"),
    ),
    Fault(
        "a threshold above the cap",
        edit("contracts.csv", "900,50", "900,901"),
        ("contracts.csv", "row 2", "column threshold", "901 is above cap, which is 900", "Swap"),
    ),
    Fault(
        "a contract of an unknown service",
        edit("contracts.csv", "falls-clinic", "falls-clinics"),
        ("contracts.csv", "row 2", "column service", "'falls-clinics'", "Did you mean 'falls-clinic'?"),
    ),
    Fault(
        "a stretch without a reward",
        edit("targets.csv", "12,4,", "12,,"),
        ("targets.csv", "row 3", "column reward", "blank", "both a stretch and its reward"),
    ),
    Fault(
        "a reward without a stretch",
        edit("targets.csv", "12,4,", ",4,"),
        ("targets.csv", "row 3", "column stretch", "blank", "both a stretch and its reward"),
    ),
    Fault(
        "a stretch that stretches nothing",
        edit("targets.csv", "12,4,", "10,4,"),
        ("targets.csv", "row 3", "column stretch", "10 is not above minimum, which is 10", "Raise the stretch"),
    ),
]
