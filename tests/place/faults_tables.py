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
        "a block dearer than what it holds",
        edit("capacity.csv", "100,20", "100,91"),
        ("capacity.csv", "row 2", "column block_cost", "91", "full block", "90", "raise the unit cost"),
    ),
    Fault(
        "more money saved than an outcome is worth",
        edit("outcomes.csv", "0.3,0.2", "0.3,0.31"),
        ("outcomes.csv", "row 2", "column fiscal_value", "0.31", "weight, which is 0.3", "Lower it"),
    ),
    Fault(
        "savings counted in an outcome that the service does not change",
        edit("savings.csv", "1,bed_days", "1,calm"),
        (
            "savings.csv",
            "row 2",
            "column outcome",
            "'falls-prevention' has no effect on 'calm'",
            "leave the cell blank",
        ),
    ),
    Fault(
        "savings counted in an outcome without money",
        edit("outcomes.csv", "0.3,0.2", "0.3,"),
        ("savings.csv", "row 2", "column outcome", "'bed_days' has no fiscal_value", "Fill fiscal_value"),
    ),
    Fault(
        "prevention counted twice in one outcome",
        append("prevention.csv", *[f"falls-prevention,{need},0.1,,,,,bed_days,red" for need in ("falls", "disorder")]),
        (
            "prevention.csv",
            "row 4",
            "column outcome",
            "'bed_days' stands in an earlier row of 'falls-prevention'",
            "once",
        ),
    ),
    Fault(
        "prevention counted in an outcome that there is not",
        edit("prevention.csv", "1,0,,", "1,0,calmness,"),
        ("prevention.csv", "row 2", "column outcome", "'calmness'"),
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
        "a bundle that closes a part of its own",
        append("relations.csv", "replaces,group:modes,tag:reactive,"),
        ("relations.csv", "row 4", "column other", "'tag:reactive'", "both hold 'falls-clinic'", "group of their own"),
    ),
    Fault(
        "double running of a ratio",
        edit(
            "relations.csv",
            "ratio\nat_most,adaptation,tag:health,0.5\nrequires,patrol,falls-clinic,",
            "double_running\nat_most,adaptation,tag:health,2\nrequires,patrol,falls-clinic,",
        ),
        ("relations.csv", "row 2", "column double_running", "2 years", "'at_most'", "Clear the cell"),
    ),
    Fault(
        "a hub that replaces nobody's team",
        append("hubs.csv", "legal,nhs,10,"),
        ("hubs.csv", "row 3", "column hub", "'legal' has no row in teams", "delete the hub"),
    ),
    Fault(
        "a team of no hub",
        append("teams.csv", "pay-roll,police,1,"),
        ("teams.csv", "row 4", "column hub", "'pay-roll'", "Did you mean 'payroll'"),
    ),
    Fault(
        "a team twice",
        append("teams.csv", "payroll,nhs,1,"),
        ("teams.csv", "row 4", "column hub, agency", "'payroll, nhs'", "row 3"),
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
    Fault("areas without a table", remove("areas.csv"), ("demand.csv", "row 2", "'north'", "has no table areas")),
    Fault("groups without a table", remove("groups.csv"), ("limits.csv", "row 5", "'group:modes'")),
    Fault("ring fences without a table", remove("ring_fences.csv"), ("funding.csv", "row 4", "no table ring_fences")),
    Fault(
        "resources without a table", remove("resources.csv"), ("usage.csv", "row 2", "'nurses'", "no table resources")
    ),
]
