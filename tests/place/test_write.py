"""Writing a place and reading it again gives the same place."""

from __future__ import annotations

import string
from pathlib import Path
from tempfile import TemporaryDirectory

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from commission_opt.errors import PlaceError
from commission_opt.place import Place, parquet, read_place, write_place
from commission_opt.place.tables import TABLES
from tests.place.test_read import same
from tests.place.valid import valid_place

AWKWARD = [
    "=SUM(A1:A9)",
    "+1",
    "-1",
    "@home",
    'a "b" c',
    "a,b;c\td",
    "two\nlines",
    "crlf\r\nhere",
    "007",
    "NA",
    "é£€😀",
]
PLAIN = string.ascii_letters + string.digits + " ,;\"'=+-@#£é漢😀\t\n\r\u2028\ufeff"

texts = st.text(alphabet=PLAIN, max_size=12) | st.sampled_from(AWKWARD)
names = st.text(alphabet=string.ascii_letters + "0 1,\"'=@é漢#", min_size=1, max_size=8).filter(lambda t: t.strip())


def round_trip(place: Place, folder: Path) -> Place:
    """Write as CSV, read, write as Parquet, read, write as CSV, read."""
    as_csv = read_place(write_place(place, folder / "a"))
    as_parquet = read_place(write_place(as_csv, folder / "b", "parquet"))
    return read_place(write_place(as_parquet, folder / "c"))


def drawn_place(data: st.DataObject, source: str) -> Place:
    """Return the valid place with names, notes, figures and a title that are drawn, and a source."""
    place = valid_place()
    agencies, areas, demand = place.table("agencies"), place.table("areas"), place.table("demand")
    agencies["name"] = [data.draw(texts) for _ in range(len(agencies))]
    agencies["note"] = [data.draw(texts) for _ in range(len(agencies))]
    areas["cluster"] = [data.draw(names) for _ in range(len(areas))]
    local = place.table("local_weights").assign(cluster=areas["cluster"])
    figures = st.floats(min_value=0.0, allow_infinity=False)
    demand["cases"] = [data.draw(figures) for _ in range(len(demand))]
    changed = {"agencies": agencies, "areas": areas, "demand": demand, "local_weights": local}
    return place.replace(**changed, title=data.draw(names), source=source)


@settings(max_examples=12, deadline=None)
@given(st.data())
def test_nothing_is_lost_on_the_way_through_files(data: st.DataObject) -> None:
    """Leading zeros, quotation marks, line breaks, formulas, every digit."""
    with TemporaryDirectory() as folder:
        place = drawn_place(data, 'a\n"b" \\ é')
        assert same(round_trip(place, Path(folder)), place)


def with_awkward_names(place: Place, awkward: list[str]) -> Place:
    """Return a place with a group of each of these names, as far as they can be printed, and notes in full."""
    one = place.table("groups").iloc[:1]
    groups = [one.assign(group="".join(sign for sign in text if sign.isprintable()), note=text) for text in awkward]
    return place.replace(groups=pd.concat(groups, ignore_index=True), limits=place.table("limits").iloc[:3])


def test_awkward_names_come_back(ashford: Place, tmp_path: Path) -> None:
    """What would be a formula in a spreadsheet is a name here."""
    place = with_awkward_names(ashford, AWKWARD)
    assert same(round_trip(place, tmp_path), place)


def test_blank_columns_and_empty_tables_are_left_out(ashford: Place, tmp_path: Path) -> None:
    """A folder shows what the place says."""
    empty = ashford.table("savings").head(0)
    folder = write_place(ashford.replace(savings=empty), tmp_path / "out")
    assert not (folder / "savings.csv").exists()
    assert (
        folder / "usage.csv"
    ).read_text() == "service,resource,per_unit\nfalls-clinic,nurses,2\nfalls-prevention,carers,3\n"


def test_formulas_stand_in_quotation_marks(ashford: Place, tmp_path: Path) -> None:
    """They are quoted but not altered."""
    notes = ashford.table("needs").assign(note=["=1+1", "plain"])
    folder = write_place(ashford.replace(needs=notes), tmp_path / "out")
    assert '"=1+1"' in (folder / "needs.csv").read_text()
    assert '"plain"' not in (folder / "needs.csv").read_text()


def test_place_is_replaced_and_other_files_stay(ashford: Place, folder: Path) -> None:
    """No table of the old place is left over, in either format."""
    (folder / "README.md").write_text("origin")
    write_place(ashford, folder, "parquet")
    assert list(folder.glob("*.csv")) == []
    assert (folder / "README.md").read_text() == "origin"
    assert same(read_place(folder), ashford)


def test_folder_that_is_no_place_is_not_touched(ashford: Place, tmp_path: Path) -> None:
    """Somebody's files are not overwritten."""
    (tmp_path / "needs.csv").write_text("mine")
    with pytest.raises(PlaceError, match="not empty and is not a place"):
        write_place(ashford, tmp_path)
    assert (tmp_path / "needs.csv").read_text() == "mine"
    with pytest.raises(PlaceError, match="is a file; expected a folder"):
        write_place(ashford, tmp_path / "needs.csv")
    with pytest.raises(PlaceError, match="cannot be written"):
        write_place(ashford, tmp_path / "needs.csv" / "below")


def test_unknown_format_is_refused(ashford: Place, tmp_path: Path) -> None:
    """With the nearest format."""
    with pytest.raises(PlaceError, match="Did you mean 'parquet'"):
        write_place(ashford, tmp_path / "out", "parket")  # type: ignore[arg-type]


def test_without_pyarrow_nothing_is_written(ashford: Place, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The place that is there is still there."""

    def absent(name: str) -> None:
        raise ImportError(name)

    monkeypatch.setattr(parquet, "import_module", absent)
    with pytest.raises(PlaceError, match=r"commission-opt\[parquet\]"):
        write_place(ashford, folder, "parquet")
    assert same(read_place(folder), ashford)


def test_every_table_of_the_registry_is_in_the_valid_place(ashford: Place) -> None:
    """So the round trip covers all of them."""
    assert [name for name in TABLES if ashford.tables[name].empty] == []
