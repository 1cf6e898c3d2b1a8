"""Tables of text, cell by cell against pandas."""

import csv
import gzip
import re

import numpy as np
import pandas as pd
import pytest
from conftest import cae
from pandas._libs.parsers import STR_NA_VALUES


@pytest.fixture
def frame():
    """Numbers of many sizes, some missing."""
    generator = np.random.default_rng(3)
    values = generator.normal(size=(40, 5)) * 10.0 ** generator.integers(-20, 20, size=(40, 5))
    values[generator.random(values.shape) < 0.1] = np.nan
    values[0, 0], values[1, 1] = -0.0, 16777217
    return pd.DataFrame(values, columns=["alpha", "größe, m²", "c d", "Ω", "e"])


def same(found, expected):
    """Equal but for the last bit: pandas rounds twice, to 64 and to 32 bits."""
    found, expected = np.asarray(found), np.asarray(expected, dtype=np.float32)
    assert found.dtype == np.float32 and found.shape == expected.shape
    np.testing.assert_array_equal(np.isnan(found), np.isnan(expected))
    kept = ~np.isnan(expected)
    np.testing.assert_array_max_ulp(found[kept], expected[kept], maxulp=1)


# How pandas is asked to write.
DIALECTS = {
    "plain": {},
    "tab": {"sep": "\t"},
    "bar": {"sep": "|"},
    "space": {"sep": " ", "na_rep": "NA"},
    "semicolon": {"sep": ";"},
    "decimal comma": {"sep": ";", "decimal": ","},
    "decimal comma and tab": {"sep": "\t", "decimal": ","},
    "CRLF": {"lineterminator": "\r\n"},
    "CR": {"lineterminator": "\r"},
    "BOM": {"encoding": "utf-8-sig"},
    "all quoted": {"quoting": csv.QUOTE_ALL},
    "texts quoted": {"quoting": csv.QUOTE_NONNUMERIC},
    "short numbers": {"float_format": "%.3e"},
    "long numbers": {"float_format": "%.17g"},
    "missing by name": {"na_rep": "NaN"},
}


@pytest.mark.parametrize("written", DIALECTS.values(), ids=DIALECTS)
@pytest.mark.parametrize("index", [False, True], ids=["", "with index"])
@pytest.mark.parametrize("zipped", [False, True], ids=["", "gz"])
def test_to_csv(frame, tmp_path, convert, written, index, zipped):
    path = tmp_path / ("x.csv.gz" if zipped else "x.csv")
    frame.index = [f"row {number}, {'quoted' if number % 2 else 'plain'}" for number in range(len(frame))]
    frame.to_csv(path, index=index, **written)
    expected = pd.read_csv(
        path, index_col=0 if index else None, sep=written.get("sep", ","), decimal=written.get("decimal", ".")
    )
    found = convert(path)
    same(found.values, expected)
    assert found.names == list(expected.columns) == list(frame.columns)
    assert found.ids == (list(frame.index) if index else None)
    assert found.missing == list(expected.isna().sum())


def test_excel_names_its_separator(frame, tmp_path, convert):
    path = tmp_path / "x.csv"
    path.write_text(
        "sep=;\r\n" + frame.to_csv(sep=";", decimal=",", index=False, lineterminator="\r\n"), encoding="utf-8-sig"
    )
    same(convert(path).values, pd.read_csv(path, sep=";", decimal=",", skiprows=1))


def test_quotes_and_line_breaks_within_fields(frame, tmp_path, convert):
    frame.columns = ["a\nb", 'say "c"', "d,e", "f\r\ng", "h;"]
    frame.insert(0, "who", ['first\nsecond, "third"', ";"] * 20)
    path = tmp_path / "x.csv"
    frame.to_csv(path, index=False)
    found = convert(path, "--label", "who")
    expected = pd.read_csv(path)
    same(found.values, expected.drop(columns="who"))
    assert found.names == list(expected.columns[1:])
    assert [found.classes[code] for code in found.labels] == list(expected["who"])


@pytest.mark.parametrize("word", sorted(STR_NA_VALUES) + ["", "?"])
@pytest.mark.parametrize("quoted", [False, True])
def test_what_pandas_takes_for_missing(tmp_path, convert, word, quoted):
    path = tmp_path / "x.csv"
    path.write_text("a,b\n1,2\n{0},3\n4,{0}\n".format(f'"{word}"' if quoted else word))
    found = convert(path)
    same(found.values, pd.read_csv(path, na_values="?"))
    assert found.missing == [1, 1]


def test_truths(tmp_path, convert):
    frame = pd.DataFrame({"a": [True, False, True], "b": [1.5, 2, 3]})
    path = tmp_path / "x.csv"
    frame.to_csv(path, index=False)
    same(convert(path).values, pd.read_csv(path).astype(float))


@pytest.mark.parametrize("separator, decimal", [(",", "."), (";", ","), (" ", "."), ("\t", ".")])
@pytest.mark.parametrize("function", ["write.table", "write.csv"])
def test_tables_of_r(frame, tmp_path, convert, separator, decimal, function):
    """`write.table` leaves out the name of the row names' column; `write.csv` and `write.csv2` quote an empty one."""
    text = frame.rename_axis("" if function == "write.csv" else "X").to_csv(
        sep=separator, decimal=decimal, na_rep="NA", quoting=csv.QUOTE_NONE, escapechar="\\"
    )
    body = text.split("\n", 1)[1]
    first = "" if function == "write.table" else '""' + separator
    path = tmp_path / "x.txt"
    names = separator.join(f'"{name}"' for name in frame.columns)
    rows = "".join(
        f'"{line.split(separator, 1)[0]}"{separator}{line.split(separator, 1)[1]}\n' for line in body.splitlines()
    )
    path.write_text(f"{first}{names}\n{rows}")
    expected = pd.read_csv(path, sep=separator, decimal=decimal, index_col=0 if function == "write.csv" else None)
    found = convert(path)
    same(found.values, expected)
    assert found.names == list(expected.columns)
    assert found.ids == [str(name) for name in expected.index]


def test_numbers_as_names(frame, tmp_path, convert):
    spectra = pd.DataFrame(np.random.default_rng(0).normal(size=(9, 30)), columns=1801.264 + 2.5 * np.arange(30))
    path = tmp_path / "x.csv"
    spectra.to_csv(path, index=False)
    found = convert(path)
    same(found.values, pd.read_csv(path))
    assert found.names == list(pd.read_csv(path).columns)
    found = convert(path, "--header", "no")
    same(found.values, pd.read_csv(path, header=None))
    assert found.names is None


def test_no_header(frame, tmp_path, convert):
    path = tmp_path / "x.csv"
    frame.to_csv(path, index=False, header=False)
    found = convert(path)
    same(found.values, pd.read_csv(path, header=None))
    assert found.names is None


def test_names_that_occur_twice_are_called_as_pandas_calls_them(tmp_path, convert):
    path = tmp_path / "x.csv"
    path.write_text("a,b,a,a.1,a,\n1,2,3,4,5,6\n")
    found = convert(path)
    expected = pd.read_csv(path)
    assert found.names[:5] == list(expected.columns)[:5]
    same(found.values, expected)


def test_savetxt(tmp_path, convert):
    values = np.random.default_rng(0).normal(size=(20, 3)).astype(np.float32)
    for number, options in enumerate([{}, {"delimiter": ","}, {"header": "a b c"}, {"fmt": "%.9g", "newline": "\r\n"}]):
        path = tmp_path / f"x{number}.txt"
        np.savetxt(path, values, **options)
        found = convert(path)
        np.testing.assert_array_equal(
            found.values, np.loadtxt(path, delimiter=options.get("delimiter"), dtype=np.float32)
        )
        if "fmt" in options:
            np.testing.assert_array_equal(found.values, values)
        assert found.names == (["a", "b", "c"] if "header" in options else None)


def test_three_header_rows_of_orange(frame, tmp_path, convert):
    path = tmp_path / "x.tab"
    names = ["a", "b", "c", "d", "e"]
    labels = ["yes", "no"] * 20
    head = ["\t".join([*names, "kind"]), "\t".join(["continuous"] * 5 + ["discrete"]), "\t" * 5 + "class"]
    body = frame.assign(kind=labels).to_csv(sep="\t", header=False, index=False, na_rep="?")
    path.write_text("\n".join(head) + "\n" + body)
    found = convert(path)
    expected = pd.read_csv(path, sep="\t", skiprows=[1, 2], na_values="?")
    same(found.values, expected[names])
    assert found.names == names and [found.classes[code] for code in found.labels] == labels


def test_labels_and_identifiers(frame, tmp_path, convert):
    frame["when"] = pd.date_range("2024-01-01", periods=40)
    frame["kind"] = pd.Categorical(["b", "a", "c", "a"] * 10)
    frame["score"] = np.arange(40) / 3
    path = tmp_path / "x.csv"
    frame.to_csv(path, index=False)
    found = convert(path, "--id", "when", "--label", "kind", "--exclude", "score")
    same(found.values, pd.read_csv(path).iloc[:, :5])
    assert found.classes == ["a", "b", "c"]
    assert list(found.labels) == list(frame["kind"].cat.codes)
    assert found.ids == [str(day.date()) for day in frame["when"]]
    found = convert(path, "--label", "score", "--text-columns", "drop")
    assert found.classes is None
    same(found.labels, pd.read_csv(path)["score"])


@pytest.mark.parametrize(
    "content, sentence",
    [
        ("grö,b\n1,2\n".encode("latin-1"), "line 1, column 1: .* is not in UTF-8"),
        ("a,b\n1,2\n".encode("utf-16"), "UTF-16"),
        (b"a,b\n1,2\n3\n", "line 3, .*ends after 1 of 2 fields"),
        (b"a,b\n1,2\n3,4,5\n", "line 3, .*more than 2 fields"),
        (b"a,b\n1,inf\n", r"line 2, column 2 \('b'\): 'inf' is infinite"),
        (b"a,b\n1,x\n" + b"1,2\n" * 200, "'b'"),
        (b"a,b\n" + b"1,2\n" * 200 + b"1,x\n", r"line 202, column 2 \('b'\)"),
        (b'a,b\n1,"2\n' + b"1,2\n" * 10, "line 2"),
        (gzip.compress(b"a,b\n1,2\n" * 500)[:-20], "gzip"),
    ],
)
def test_what_is_refused(tmp_path, content, sentence):
    path = tmp_path / "x.csv"
    path.write_bytes(content)
    said = cae("data", "convert", path, tmp_path / "y.npy", code=3)
    assert re.search(sentence, said), said
    assert not (tmp_path / "y.npy").exists()
