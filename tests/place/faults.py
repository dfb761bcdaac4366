"""Every fault with which reading, and every command that reads a place, is tested."""

from __future__ import annotations

from tests.place.fault import Fault
from tests.place.faults_cells import FIGURE_FAULTS, REFERENCE_FAULTS, TEXT_FAULTS
from tests.place.faults_doubt import DOUBT_FAULTS
from tests.place.faults_files import FOLDER_FAULTS, SETTINGS_FAULTS, SHAPE_FAULTS
from tests.place.faults_schemes import EARMARK_FAULTS, SCHEME_FAULTS
from tests.place.faults_tables import KEY_FAULTS, RULE_FAULTS

FAULTS: list[Fault] = [
    *FOLDER_FAULTS,
    *SHAPE_FAULTS,
    *SETTINGS_FAULTS,
    *FIGURE_FAULTS,
    *TEXT_FAULTS,
    *REFERENCE_FAULTS,
    *KEY_FAULTS,
    *RULE_FAULTS,
    *EARMARK_FAULTS,
    *SCHEME_FAULTS,
    *DOUBT_FAULTS,
]
