"""Model files: read with every problem at once, and changed one setting at a time."""

from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import ValidationError

from commission_opt.errors import ModelError
from commission_opt.model.model import Model, model_data, model_from_data
from commission_opt.model.read import read_model
from commission_opt.rules import FAMILIES
from commission_opt.shipped import shipped_models
from tests.model.faults import FAULTS, VALID, ModelFault
from tests.tiny import PLACE, solved

AT_LEAST = 30


def written(folder: Path, text: str) -> Path:
    """Write a model file."""
    path = folder / "agreement.toml"
    path.write_text(text, encoding="utf-8")
    return path


def complaint(text: str, folder: Path) -> str:
    """Return what is said about a model file with a fault."""
    with pytest.raises(ModelError) as caught:
        read_model(written(folder, text))
    return str(caught.value)


def test_the_valid_file_is_read(tmp_path: Path) -> None:
    """Or no fault of it would prove anything."""
    model = read_model(written(tmp_path, VALID))
    assert model.name == "agreement"
    assert [rule.kind for rule in model.rules] == ["ring_fences", "resources", "pooling"]
    assert solved(PLACE, model).value == pytest.approx(3700)


def test_faults_are_many_and_have_names_of_their_own() -> None:
    """The table keeps its size, and no fault is there twice."""
    assert len(FAULTS) >= AT_LEAST
    assert len({fault.name for fault in FAULTS}) == len(FAULTS)
    assert len({fault.text() for fault in FAULTS}) == len(FAULTS)


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
def test_fault_is_refused_with_its_place_and_remedy(tmp_path: Path, fault: ModelFault) -> None:
    """The message holds file, section and setting, value, and what to do."""
    text = complaint(fault.text(), tmp_path)
    assert "agreement.toml" in text
    assert [words for words in fault.expect if words not in text] == [], text


def test_faults_are_named_all_at_once(tmp_path: Path) -> None:
    """Nobody has to repair one to hear of the next."""
    text = VALID.replace("shared = true", "shared = 7").replace("[ring_fences]", "[fences]").replace("0.1", "9")
    found = complaint(text, tmp_path)
    for words in ("resources.shared", "'fences'", "theme_virement"):
        assert words in found


def test_a_file_that_is_no_text_is_refused(tmp_path: Path) -> None:
    """With the byte at which it stops being UTF-8."""
    path = tmp_path / "agreement.toml"
    path.write_bytes(VALID.encode() + b"# caf\xe9\n")
    with pytest.raises(ModelError, match="is not UTF-8 text"):
        read_model(path)


def test_a_byte_order_mark_does_no_harm(tmp_path: Path) -> None:
    """Editors on Windows write one."""
    assert read_model(written(tmp_path, "\ufeff" + VALID)).name == "agreement"


def test_a_folder_is_no_model(tmp_path: Path) -> None:
    """Said in so many words."""
    with pytest.raises(ModelError, match="is a folder, not a model file"):
        read_model(tmp_path)


def test_unknown_models_are_refused_with_the_nearest_name() -> None:
    """Or with all names that there are."""
    with pytest.raises(ModelError, match=r"Did you mean 'total_place'\?"):
        read_model("totalplace")
    with pytest.raises(ModelError, match="Models that ship: aligned"):
        read_model("zzz")


@pytest.mark.parametrize("name", list(shipped_models()))
def test_shipped_model_can_be_read_as_a_schedule_to_an_agreement(name: str) -> None:
    """Named after its file, explained, and with a source for every rule."""
    model = read_model(name)
    assert model.name == name
    assert min(len(model.title), len(model.description), len(model.source), len(model.objective.source)) > 10
    assert all(len(rule.source) > 10 for rule in model.rules)
    assert model.rule("pooling") is not None


@pytest.mark.parametrize("name", list(shipped_models()))
def test_shipped_model_survives_being_written_as_data(name: str) -> None:
    """What a setting is changed in is the whole model."""
    model = read_model(name)
    assert model_from_data(model_data(model), name) == model


@pytest.mark.parametrize("name", list(shipped_models()))
def test_shipped_model_speaks_of_kinds_and_tags_not_of_one_places_names(name: str) -> None:
    """So every model accepts every place."""
    assert solved(PLACE, read_model(name)).formulation.program.shape[1] > 0


def test_models_are_frozen() -> None:
    """Nothing is changed after it is made."""
    with pytest.raises(ValidationError, match="frozen"):
        read_model("aligned").name = "other"


def test_rules_build_in_the_order_of_the_registry(tmp_path: Path) -> None:
    """Whatever the order of the sections of the file."""
    parts = VALID.split("\n\n")
    turned = "\n\n".join([parts[0], *reversed(parts[1:])])
    assert read_model(written(tmp_path, turned)) == read_model(written(tmp_path, VALID))


@pytest.mark.parametrize(
    ("key", "value", "kind", "found"),
    [
        ("ring_fences.enabled", False, "ring_fences", None),
        ("resources.shared", True, "resources", True),
        ("pooling.pot.tags", ["families"], "pooling", ("families",)),
        ("pooling.grant.amount", 5.0, "pooling", 5.0),
    ],
)
def test_one_setting_is_changed_and_the_rest_stays(key: str, value: object, kind: str, found: object) -> None:
    """Also where the part of the section is not there yet."""
    model = read_model("aligned")
    changed = model.set(key, value)
    rule = changed.rule(kind)
    for part in key.split(".")[1:]:
        rule = getattr(rule, part) if rule is not None else None
    assert rule == found
    assert read_model("aligned") == model
    assert [other.kind for other in changed.rules] == [other.kind for other in model.rules]


def test_a_section_that_the_model_lacks_is_added() -> None:
    """With the change as its source."""
    assert read_model("aligned").rule("targets") is None
    added = read_model("aligned").set("targets.enabled", True).rule("targets")
    assert added is not None
    assert added.source == "--set targets.enabled"


def test_headings_and_objective_can_be_set() -> None:
    """As any other setting."""
    changed = read_model("aligned").set("name", "mine").set("objective.kind", "net_value")
    assert (changed.name, changed.objective.kind) == ("mine", "net_value")


@pytest.mark.parametrize(
    ("key", "value", "message"),
    [
        ("ring_fence.enabled", False, "Did you mean 'ring_fences'?"),
        ("resources.share", True, "Did you mean 'shared'?"),
        ("resources.shared", "perhaps", "'perhaps' does not fit"),
        ("pooling.pot.scope", "some", "'some' does not fit"),
        ("objective.kind", "lexicographic", "needs an order"),
        ("budget", 3, "no section or setting 'budget'"),
        ("resources", 3, "is not a section"),
        ("name", "", "at least 1 character"),
    ],
)
def test_settings_that_do_not_fit_are_refused(key: str, value: object, message: str) -> None:
    """With the model's name and the change."""
    with pytest.raises(ModelError) as caught:
        read_model("aligned").set(key, value)
    assert message in str(caught.value)
    assert "aligned" in str(caught.value)


def test_a_model_without_pooling_is_refused_when_it_is_used() -> None:
    """Nothing would be paid for."""
    rules = tuple(rule for rule in read_model("aligned").rules if rule.kind != "pooling")
    unpaid: Model = read_model("aligned").model_copy(update={"rules": rules})
    with pytest.raises(ModelError, match=r"Add a \[pooling\] section"):
        solved(PLACE, unpaid)


def test_a_disabled_rule_is_as_good_as_none() -> None:
    """The rule is still there to be switched on."""
    model = read_model("total_place")
    assert model.rule("ring_fences") is None
    assert "ring_fences" in {rule.kind for rule in model.rules}
    assert set(FAMILIES) >= {rule.kind for rule in model.rules}
