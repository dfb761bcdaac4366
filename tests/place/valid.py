"""One small place without a fault, as the files of its folder; the tests break it in one spot at a time."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from commission_opt.place import Place, read_place

VALID = {
    "place.toml": """name = "ashford"
title = "Ashford"
description = "A place for tests."
currency = "GBP"
money_unit = 1000
price_year = "2024/25"
years = ["2025/26", "2026/27"]
discount_rate = 0.035
source = "Invented."
""",
    "agencies.csv": """agency,name,kind,tier
council,Ashford Council,council,local
nhs,Health Board,nhs,local
police,Police Force,police,national
""",
    "funding.csv": """stream,year,agency,kind,amount,ring_fence,theme,poolable_share,minimum_contribution,note
general,,council,revenue,900,,,1,100,
works,,council,capital,200,,,,,
grant,2025/26,council,revenue,300,falls_grant,health,50%,,
grant,2026/27,council,revenue,"£1,300",falls_grant,health,0.5,,
board,,nhs,revenue,1.2m,,,,,
force,,police,revenue,500,,,,,
""",
    "services.csv": """service,name,agency,need,unit,unit_cost,capital_cost,minimum_scale,max_coverage,tags
falls-prevention,Falls prevention,council,falls,course,0.3,0,0,0.5,prevention;health
falls-clinic,Falls clinic,nhs,falls,visit,0.9,0,0,80%,reactive;health
adaptation,Home adaptation,council,falls,home,,2,0,0.25,prevention
patrol,Patrol,police,disorder,shift,0.4,,,1,reactive
""",
    "costs.csv": """service,kind,amount
adaptation,revenue,0.2
adaptation,capital,4
""",
    "outcomes.csv": """outcome,name,unit,weight,fiscal_value,agency,ceiling
bed_days,Bed days avoided,days,0.3,0.2,nhs,10
calm,Calm streets,incidents,1.5,,police,
strain,Strain on carers,hours,-0.01,,council,
""",
    "effects.csv": """service,outcome,cohort,effect,low,high,lag,persistence,grade
falls-prevention,bed_days,,1.5,1,2,1,0.5,green
falls-prevention,bed_days,over 75,2.5,2,3,1,0.5,green
falls-clinic,bed_days,,0.8,,,0,0,amber
adaptation,bed_days,,3,1,4,0,0.9,amber
adaptation,strain,,-2,-3,-1,0,0,assumed
patrol,calm,,2,1,3,0,0,red
""",
    "needs.csv": """need,name,must_meet
falls,Falls,0.2
disorder,Disorder,
""",
    "areas.csv": """area,name,cluster,population,equity_weight,cost_factor
north,North,upper,"12,000",1.2,1
south,South,lower,18000,1,1.05
""",
    "demand.csv": """need,area,cohort,year,cases
falls,north,over 75,2025/26,300
falls,north,over 75,2026/27,310
falls,south,over 75,2025/26,400
falls,south,over 75,2026/27,420
falls,north,under 75,,200
falls,south,under 75,,250
disorder,,,,900
""",
    "returns.csv": """service,tranche,share,effectiveness
falls-prevention,1,0.4,1.2
falls-prevention,2,0.6,0.8
""",
    "prevention.csv": """service,need,cases_averted,low,high,lag,persistence,outcome,grade
patrol,falls,0.01,0,0.02,1,0,,assumed
""",
    "savings.csv": """service,agency,amount,cashable_share,lag,outcome,grade
falls-prevention,nhs,0.05,25%,1,bed_days,amber
""",
    "capacity.csv": """service,block_size,block_cost,notice,closure_cost
falls-clinic,100,20,1,5
""",
    "resources.csv": """resource,year,agency,kind,unit,available,shareable,expansion_cost,expansion_limit
nurses,,nhs,staff,hours,4000,yes,0.03,500
carers,,council,staff,hours,6000,no,0.02,
""",
    "usage.csv": """service,resource,per_unit
falls-clinic,nurses,2
falls-prevention,carers,3
""",
    "substitution.csv": """resource,other,productivity
nurses,carers,1.1
""",
    "baseline.csv": """service,area,cohort,year,volume
falls-prevention,north,over 75,,100
falls-prevention,south,over 75,,120
falls-clinic,,,,400
patrol,,,,800
""",
    "limits.csv": """subject,area,year,min_volume,max_volume,min_spend,max_spend,min_coverage,max_coverage,max_cut
falls-clinic,,,100,1000,,,,,0.2
need:falls,north,2025/26,,,,,0.1,0.9,
tag:health,,,,,10,900,,,
group:modes,,,,700,,,,,
""",
    "groups.csv": """group,service
modes,falls-prevention
modes,falls-clinic
""",
    "targets.csv": """outcome,area,year,minimum,penalty,stretch,reward,reward_scale
bed_days,,2026/27,100,,,,
calm,north,,10,0.5,12,4,pro_rata
""",
    "funders.csv": """service,agency,min_share,max_share
falls-prevention,nhs,0.1,0.5
""",
    "ring_fences.csv": """ring_fence,service,legal_basis
falls_grant,falls-prevention,Grant conditions 2025
""",
    "earmarks.csv": """stream,subject,year,amount
general,tag:prevention,,40
general,falls-prevention,2025/26,60
general,falls-prevention,2026/27,100
""",
    "relations.csv": """relation,subject,other,ratio
at_most,adaptation,tag:health,0.5
requires,patrol,falls-clinic,
""",
    "hubs.csv": """hub,agency,cost,set_up_cost
payroll,council,50,20
""",
    "teams.csv": """hub,agency,cost,closure_cost
payroll,council,40,
payroll,nhs,60,10
""",
    "contracts.csv": """contract,service,outcome,upfront_share,tariff,cap,threshold,investor_money,investor_return
clinic_days,falls-clinic,bed_days,60%,0.1,900,50,200,5%
home_bed_days,adaptation,bed_days,,0.05,,,,
""",
    "own_weights.csv": """agency,outcome,weight
council,bed_days,0.1
""",
    "sites.csv": """site,name,agency,floor_area,running_cost,receipt,receipt_lag,closure_cost,closable,shareable
town-hall,Town hall,council,300,12,40,2,3,yes,yes
library,Library,council,100,5,,,,no,
clinic,Clinic,nhs,500,20,,,,,no
""",
    "accommodation.csv": """service,floor_area
falls-prevention,0.5
falls-clinic,1.2
""",
    "placements.csv": """service,site
falls-clinic,clinic
""",
    "reach.csv": """area,site
north,town-hall
south,library
south,clinic
""",
    "local_weights.csv": """cluster,outcome,weight
upper,bed_days,0.4
lower,strain,-0.02
""",
    "scenarios.csv": """scenario,name,probability
stated,As stated,80%
poor,Poor,0.2
""",
    "scenario_effects.csv": """scenario,subject,outcome,multiplier
poor,tag:health,bed_days,0.5
poor,patrol,,0.9
""",
}
"""Text of every file by its name."""


def write_valid(folder: Path) -> Path:
    """Write the place's files and return the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in VALID.items():
        (folder / name).write_text(text, encoding="utf-8")
    return folder


@cache
def valid_place() -> Place:
    """Return the valid place, read once."""
    with TemporaryDirectory() as folder:
        return read_place(write_valid(Path(folder) / "ashford"))
