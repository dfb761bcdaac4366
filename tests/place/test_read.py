"""The same place comes out of every way in which people save tables."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from commission_opt.errors import PlaceError
from commission_opt.place import Place, parquet, read_place
from commission_opt.place.tables import TABLES
from tests.place.fault import edit, write
from tests.place.valid import VALID


def same(one: Place, other: Place) -> bool:
    """Whether two places have the same settings and tables."""
    return one.settings == other.settings and all(one.tables[name].equals(other.tables[name]) for name in TABLES)


def test_valid_place_reads_without_a_warning_but_for_demand_shared_out(ashford: Place) -> None:
    """The place that all faults are made of has none itself."""
    assert [Path(warning.where).name for warning in ashford.warnings] == ["demand.csv"]


def test_tables_have_every_column_of_the_registry_in_order(ashford: Place) -> None:
    """Code that comes later never asks whether a column is there."""
    for name, table in TABLES.items():
        frame = ashford.tables[name]
        assert tuple(frame.columns) == table.names
        for column in table.columns:
            assert frame[column.name].dtype == (np.float64 if column.kind.numeric else pd.StringDtype(na_value=np.nan))


def test_figures_are_in_the_money_unit_of_the_place(ashford: Place) -> None:
    """1.2m is 1,200 thousands; a figure in quotation marks keeps its comma."""
    assert ashford.tables["funding"]["amount"].tolist() == [900.0, 200.0, 300.0, 1300.0, 1200.0, 500.0]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
def test_encodings_are_told_apart(folder: Path, encoding: str) -> None:
    """Pound signs and accents come out right."""
    text = VALID["agencies.csv"].replace("Ashford Council", "Café £ Council")
    (folder / "agencies.csv").write_bytes(text.encode(encoding))
    assert read_place(folder).tables["agencies"]["name"].iloc[0] == "Café £ Council"


@pytest.mark.parametrize("separator", [";", "\t"])
def test_separator_is_told_from_the_header(folder: Path, ashford: Place, separator: str) -> None:
    """Semicolons and tabs do as well as commas."""
    for name in ("demand.csv", "effects.csv", "limits.csv"):
        write(name, VALID[name].replace(",", separator))(folder)
    assert same(read_place(folder), ashford)


def test_semicolons_separate_cells_and_tags_in_quotation_marks(folder: Path) -> None:
    """Tags hold semicolons themselves."""
    write("groups.csv", 'group;service;note\nmodes;falls-prevention;"a;b"\nmodes;falls-clinic;\n')(folder)
    assert read_place(folder).tables["groups"]["note"].tolist() == ["a;b", ""]


@pytest.mark.parametrize("newline", ["\r\n", "\r"])
@pytest.mark.parametrize("name", ["demand.csv", "funding.csv"])
def test_line_ends_of_any_system_do(folder: Path, ashford: Place, newline: str, name: str) -> None:
    """Windows and old Mac files read alike, with quotation marks and without."""
    write(name, VALID[name].replace("\n", newline))(folder)
    assert same(read_place(folder), ashford)


def test_blank_lines_are_skipped_and_rows_still_counted(folder: Path, ashford: Place) -> None:
    """Spreadsheets leave blank lines, and lines of separators only."""
    text = VALID["demand.csv"].replace("falls,south,under", "\n,,,,\n , ,,,\nfalls,south,under")
    write("demand.csv", text + "\n\n,,,,\n")(folder)
    assert same(read_place(folder), ashford)
    write("demand.csv", text.replace("disorder,,,,900", "disorder,,,,-9"))(folder)
    with pytest.raises(PlaceError, match=r"demand\.csv, row 11, column cases"):
        read_place(folder)


def test_cells_of_several_lines_keep_the_count_of_rows(folder: Path) -> None:
    """A record's row is the line on which it starts."""
    write("needs.csv", 'need,name,must_meet\nfalls,"Falls\r\nand ""trips""\n",0.2\ndisorder,D,7\n')(folder)
    with pytest.raises(PlaceError, match=r"needs\.csv, row 5, column must_meet: '7'"):
        read_place(folder)
    write("needs.csv", 'need,name,must_meet\nfalls,"Falls\nand ""trips""",0.2\ndisorder,D,\n')(folder)
    assert read_place(folder).tables["needs"]["name"].iloc[0] == 'Falls\nand "trips"'


def test_files_that_are_no_tables_are_left_alone(folder: Path, ashford: Place) -> None:
    """Readme, expected values, hidden files and workbooks do not disturb."""
    for name in ("README.md", "expected.toml", ".hidden.csv", ".~lock.needs.csv#", "old.xlsx"):
        write(name, "x")(folder)
    assert same(read_place(folder), ashford)


def test_header_without_rows_is_a_table_that_is_not_there(folder: Path) -> None:
    """An optional table may be empty."""
    write("savings.csv", "service,agency,amount\n")(folder)
    assert read_place(folder).tables["savings"].empty


def test_place_from_tables_is_the_place_from_files(ashford: Place) -> None:
    """Text or figures, files or frames: one place."""
    text = {name: frame.astype(object).where(frame.notna(), None) for name, frame in ashford.tables.items()}
    settings = {"title": "Ashford", "description": "A place for tests.", "money_unit": 1000}
    settings |= {"price_year": "2024/25", "source": "Invented."}
    years = list(ashford.years)
    assert same(Place.from_tables(text, name="ashford", years=years, **settings), ashford)
    assert same(Place.from_tables(ashford.tables, name="ashford", years=years, **settings), ashford)


def test_years_may_be_numbers(ashford: Place) -> None:
    """Years are names: 2025 in the data is 2025 in the settings."""
    demand = (
        ashford.table("demand").drop(columns="year").drop_duplicates(["need", "area", "cohort"]).assign(year=2025.0)
    )
    funding = ashford.table("funding").query("stream != 'grant'")
    blank = {name: ashford.table(name).head(0) for name in ("limits", "earmarks")}
    changes = {"demand": demand, "funding": funding, **blank}
    place = ashford.replace(years=[2025, 2026], targets=ashford.table("targets").head(0), **changes)
    assert place.years == ("2025", "2026")
    assert set(place.tables["demand"]["year"]) == {"2025"}


def test_problems_of_frames_name_table_and_position(ashford: Place) -> None:
    """Rows of frames count from 0."""
    demand = ashford.table("demand").assign(cases=-1.0).iloc[[6]]
    with pytest.raises(PlaceError, match="table demand, row 0, column cases: '-1'"):
        ashford.replace(demand=demand, effects=ashford.table("effects").query("cohort == ''"))


@pytest.mark.parametrize(
    ("tables", "words"),
    [
        ({"demnd": pd.DataFrame()}, "Did you mean 'demand'?"),
        ({"demand": [1, 2]}, "found list, expected a DataFrame"),
        ({"demand": pd.DataFrame([[1, 2]], columns=["need", "need"])}, "the column is there twice"),
        ({"demand": pd.DataFrame([[1, 2]])}, "'0' is not a column of demand"),
        ({"demand": pd.DataFrame({"need": [["a"]], "cases": [object()]})}, "table demand, row 0, column cases"),
    ],
)
def test_frames_that_do_not_fit_are_refused(tables: dict[str, object], words: str) -> None:
    """Wrong types never end in a traceback."""
    with pytest.raises(PlaceError) as refusal:
        Place.from_tables(tables, name="x", years=[2025])  # type: ignore[arg-type]
    assert words in str(refusal.value)


def test_replace_checks_again_and_leaves_the_first_place_alone(ashford: Place) -> None:
    """A place is never changed after it is made."""
    dearer = ashford.replace(funding=ashford.table("funding").assign(amount=7), discount_rate=0.0)
    assert dearer.tables["funding"]["amount"].tolist() == [7.0] * 6
    assert ashford.tables["funding"]["amount"].tolist()[0] == 900.0
    assert (dearer.settings.discount_rate, ashford.settings.discount_rate) == (0.0, 0.035)
    with pytest.raises(PlaceError, match="not a year of the place"):
        ashford.replace(years=["2030/31"])
    with pytest.raises(PlaceError, match="Did you mean 'demand'"):
        ashford.replace(demnd=ashford.table("demand"))


def test_table_is_a_copy(ashford: Place) -> None:
    """Whoever changes it does not change the place."""
    table = ashford.table("demand")
    table["cases"] = 0.0
    assert ashford.tables["demand"]["cases"].iloc[0] == 300.0


def test_without_pyarrow_parquet_names_the_extra(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The remedy is a command."""
    (folder / "needs.csv").unlink()
    write("needs.parquet", b"PAR1")(folder)

    def absent(name: str) -> None:
        raise ImportError(name)

    monkeypatch.setattr(parquet, "import_module", absent)
    with pytest.raises(PlaceError, match=r"pip install 'commission-opt\[parquet\]'"):
        read_place(folder)


def test_folder_name_nearly_right_is_suggested(folder: Path) -> None:
    """A slip in the folder's name is told apart from a place that is not there."""
    with pytest.raises(PlaceError, match="Did you mean 'ashford'"):
        read_place(folder.parent / "ashfrod")


def test_the_plain_and_the_quoted_way_read_alike(folder: Path, ashford: Place) -> None:
    """Quotation marks around every cell change nothing."""
    for name in ("demand.csv", "effects.csv"):
        lines = [",".join(f'"{cell}"' for cell in line.split(",")) for line in VALID[name].splitlines()]
        write(name, "\n".join(lines))(folder)
    assert same(read_place(folder), ashford)


def test_many_unknown_names_cost_no_time_for_suggestions(folder: Path) -> None:
    """Suggestions stop; complaints do not."""
    rows = "".join(f"s{at},bed_days,1\n" for at in range(20_000))
    edit("effects.csv", VALID["effects.csv"], f"service,outcome,effect\n{rows}")(folder)
    with pytest.raises(PlaceError) as refusal:
        read_place(folder)
    assert len(refusal.value.problems) == 20_000
    assert "19950 more problems follow" in str(refusal.value)
