"""Faults that only show across rows or tables."""

from __future__ import annotations

from tests.place.fault import Fault, append, edit, remove

KEY_FAULTS = [
    Fault(
        "an agency twice",
        append("agencies.csv", "nhs,Another,nhs,local"),
        ("agencies.csv", "row 5", "column agency", "'nhs'", "row 3", "Keep one"),
    ),
    Fault(
        "a service twice but for white space",
        append("services.csv", " patrol ,Patrol,police,disorder,shift,1,,,1,"),
        ("services.csv", "row 6", "'patrol'", "row 5", "there twice"),
    ),
    Fault(
        "a stream and year twice",
        append("funding.csv", "grant,2026/27,council,revenue,1,falls_grant,,,,"),
        ("funding.csv", "row 8", "column stream, year", "'grant, 2026/27'", "row 5"),
    ),
    Fault(
        "a blank key twice",
        append("effects.csv", "falls-clinic,bed_days,,2,,,0,0,amber"),
        ("effects.csv", "row 8", "column service, outcome, cohort", "'falls-clinic, bed_days, (blank)'", "row 4"),
    ),
    Fault(
        "demand twice",
        append("demand.csv", "falls,north,over 75,2025/26,5"),
        ("demand.csv", "row 9", "'falls, north, over 75, 2025/26'", "row 2"),
    ),
    Fault(
        "a tranche twice",
        append("returns.csv", "falls-prevention,2,0,1"),
        ("returns.csv", "row 4", "'falls-prevention, 2'", "row 3"),
    ),
    Fault(
        "a usage thrice", append("usage.csv", *["falls-clinic,nurses,1"] * 2), ("usage.csv", "row 4", "row 5", "row 2")
    ),
    Fault("an area twice", append("areas.csv", "south,,,1,,"), ("areas.csv", "row 4", "'south'", "row 3")),
]

RULE_FAULTS = [
    Fault(
        "a service without a cost",
        edit("services.csv", "shift,0.4", "shift,"),
        ("services.csv", "row 5", "column unit_cost", "'patrol'", "no row in costs", "0 where it is free"),
    ),
    Fault(
        "a service whose cost was in costs",
        edit("costs.csv", "adaptation,revenue,0.2\nadaptation", "patrol,revenue,1\npatrol"),
        ("services.csv", "row 4", "column unit_cost", "'adaptation'"),
    ),
    Fault(
        "a service named like a subject",
        append("services.csv", "tag:x,X,police,disorder,shift,1,,,1,"),
        ("services.csv", "row 6", "column service", "'tag:x'", "Choose a name"),
    ),
    Fault(
        "an effect below its range",
        edit("effects.csv", "bed_days,,1.5,1,2", "bed_days,,0.5,1,2"),
        ("effects.csv", "row 2", "column effect", "effect 0.5", "low <= effect <= high"),
    ),
    Fault(
        "an effect above its range",
        edit("effects.csv", "bed_days,,1.5,1,2", "bed_days,,1.5,,1"),
        ("effects.csv", "row 2", "low (blank), effect 1.5, high 1"),
    ),
    Fault(
        "a range upside down",
        edit("prevention.csv", "0.01,0,0.02", "0.01,0.02,0"),
        ("prevention.csv", "row 2", "column cases_averted", "low 0.02", "low <= cases_averted <= high"),
    ),
    Fault(
        "a least volume above the most",
        edit("limits.csv", ",100,1000,", ",1001,1000,"),
        ("limits.csv", "row 2", "column min_volume", "1001 is above max_volume, which is 1000"),
    ),
    Fault(
        "a least spend above the most",
        edit("limits.csv", ",10,900,", ",901,900,"),
        ("limits.csv", "row 4", "column min_spend", "901", "900"),
    ),
    Fault(
        "a least coverage above the most",
        edit("limits.csv", ",0.1,0.9,", ",95%,0.9,"),
        ("limits.csv", "row 3", "column min_coverage", "0.95", "Swap"),
    ),
    Fault(
        "a limit that limits nothing",
        append("limits.csv", "patrol,,,,,,,,,"),
        ("limits.csv", "row 6", "column subject", "'patrol'", "has no figure", "delete the row"),
    ),
    Fault(
        "tranches with a gap",
        edit("returns.csv", "falls-prevention,2", "falls-prevention,3"),
        ("returns.csv", "row 3", "column tranche", "[1, 3]", "without a gap"),
    ),
    Fault(
        "tranches that do not begin with 1",
        append("returns.csv", "patrol,2,0.5,1"),
        ("returns.csv", "row 4", "'patrol'", "[2]", "Number the tranches from 1"),
    ),
    Fault(
        "tranches above the whole demand",
        edit("returns.csv", "2,0.6", "2,0.7"),
        ("returns.csv", "row 3", "column share", "add up to 1.1", "at most 1"),
    ),
    Fault(
        "the lead among the funders",
        edit("funders.csv", "nhs", "council"),
        ("funders.csv", "row 2", "column agency", "'council'", "leads 'falls-prevention'", "Delete the row"),
    ),
    Fault(
        "a least share above the largest",
        edit("funders.csv", "0.1,0.5", "60%,0.5"),
        ("funders.csv", "row 2", "column min_share", "0.6 is above max_share, which is 0.5"),
    ),
    Fault(
        "a service related to itself",
        append("relations.csv", "excludes,patrol,patrol,"),
        ("relations.csv", "row 4", "column other", "'patrol'", "both sides"),
    ),
    Fault(
        "a tag related to itself",
        append("relations.csv", "at_most,tag:health,tag:health,2"),
        ("relations.csv", "row 4", "'tag:health'", "another subject"),
    ),
    Fault(
        "a resource in place of itself",
        append("substitution.csv", "nurses,nurses,1"),
        ("substitution.csv", "row 3", "column other", "'nurses'", "another resource"),
    ),
    Fault(
        "a stream that changes hands",
        edit("funding.csv", "grant,2026/27,council", "grant,2026/27,nhs"),
        ("funding.csv", "row 5", "column agency", "'nhs' differs from 'council'", "'grant'"),
    ),
    Fault(
        "a stream that changes kind",
        edit("funding.csv", "grant,2026/27,council,revenue", "grant,2026/27,council,capital"),
        ("funding.csv", "row 5", "column kind", "'capital' differs from 'revenue'"),
    ),
    Fault(
        "a resource that changes hands",
        append("resources.csv", "nurses,2026/27,council,staff,hours,1,,,"),
        ("resources.csv", "row 4", "column agency", "'council' differs from 'nhs'"),
    ),
    Fault(
        "demand with and without cohorts",
        edit("demand.csv", "falls,north,under 75", "falls,north,"),
        ("demand.csv", "row 6", "column cohort", "'falls'", "cohort 'over 75' in row 2", "or in none"),
    ),
    Fault(
        "demand with and without areas",
        append("demand.csv", "disorder,south,,2025/26,5"),
        ("demand.csv", "row 8", "column area", "'disorder'", "area 'south' in row 9", "or in none"),
    ),
    Fault(
        "demand shared out without a population",
        edit("areas.csv", "lower,18000", "lower,"),
        ("areas.csv", "row 3", "column population", "blank", "demand.csv, row 8", "Fill in"),
    ),
    Fault(
        "demand shared out among nobody",
        edit("areas.csv", '"12,000",1.2,1\nsouth,South,lower,18000', "0,1.2,1\nsouth,South,lower,0"),
        ("areas.csv", "column population", "blank or 0", "demand.csv, row 8"),
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
    Fault("areas without a table", remove("areas.csv"), ("demand.csv", "row 2", "'north'", "has no table areas")),
    Fault("groups without a table", remove("groups.csv"), ("limits.csv", "row 5", "'group:modes'")),
    Fault("ring fences without a table", remove("ring_fences.csv"), ("funding.csv", "row 4", "no table ring_fences")),
    Fault(
        "resources without a table", remove("resources.csv"), ("usage.csv", "row 2", "'nurses'", "no table resources")
    ),
]
