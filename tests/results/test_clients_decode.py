"""What the result store writes, read by the decoders of the real connectors, 4.x and 5.x."""

import datetime as dt
import json
import os
import pickle
import subprocess
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pytest

ROOT = Path(__file__).resolve().parents[2]
ENVIRONMENTS = ROOT / ".deps" / "env"
BUILD = Path(os.environ.get("FIRN_BUILD", ROOT / "build"))
UTC = dt.UTC


def dump(folder: Path, table: pa.Table, inline_bytes: int = 65536, chunk_bytes: int = 1 << 20):
    """Runs a table through the store; the folder then holds what clients get."""
    program = BUILD / "bin" / "results_dump"
    if not program.exists():
        pytest.skip(f"{program} is not built")
    source = folder / "in.arrow"
    with pa.ipc.new_stream(source, table.schema) as writer:
        writer.write_table(table)
    command = [program, source, folder, str(inline_bytes), str(chunk_bytes)]
    subprocess.run(command, check=True, timeout=60)


class Decoder:
    """A process of a client's environment; importing a connector takes seconds, so there is one."""

    def __init__(self, environment: str):
        python = ENVIRONMENTS / environment / "bin" / "python"
        if not python.exists():
            pytest.skip(f"the environment {environment} is not installed")
        script = Path(__file__).with_name("decode_client.py")
        self.process = subprocess.Popen(
            [python, script], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )

    def decode(self, folder: Path) -> dict:
        out = folder / "decoded.pickle"
        parts = [str(part) for part in sorted(folder.glob("part-*.arrow"))]
        self.process.stdin.write(json.dumps([str(out), *parts]) + "\n")
        self.process.stdin.flush()
        answer = self.process.stdout.readline()
        assert "s of CPU" in answer, answer
        return pickle.loads(out.read_bytes())

    def close(self) -> None:
        self.process.stdin.close()
        self.process.stdout.close()
        self.process.wait(timeout=60)


@pytest.fixture(scope="module", params=["clients", "connector5"])
def client(request):
    decoder = Decoder(request.param)
    yield decoder
    decoder.close()


def round_trip(
    folder: Path, client: Decoder, kind: pa.DataType, values: list, **metadata: str
) -> dict:
    field = pa.field("C", kind, metadata=metadata or None)
    dump(folder, pa.table([pa.array(values, kind)], schema=pa.schema([field])))
    result = client.decode(folder)
    result["column"] = [row[0] for row in result["rows"]]
    result["text"] = [row[0] for row in json.loads((folder / "rows.json").read_text())]
    result["rowtype"] = json.loads((folder / "rowtype.json").read_text())[0]
    result["decoded"] = pa.ipc.open_stream(folder / "decoded.arrow").read_all().column(0)
    return result


def days(text: str) -> dt.date:
    return dt.date.fromisoformat(text)


AT = dt.datetime
WIDE = Decimal("9" * 38)
MINUS_WIDE = Decimal("-" + "9" * 38)  # a minus before WIDE would round it to 28 digits
# name, Arrow type, values with a NULL, metadata, what the client's rows hold, text, rowtype
EXACT = [
    ("tinyint", pa.int8(), [-128, None, 127], {}, None, ["-128", None, "127"], ("fixed", 3, 0)),
    (
        "bigint",
        pa.int64(),
        [-(2**63), None, 2**63 - 1],
        {},
        None,
        [str(-(2**63)), None, str(2**63 - 1)],
        ("fixed", 38, 0),
    ),
    ("utinyint", pa.uint8(), [0, None, 255], {}, None, ["0", None, "255"], ("fixed", 3, 0)),
    (
        "uinteger",
        pa.uint32(),
        [0, None, 2**32 - 1],
        {},
        None,
        ["0", None, "4294967295"],
        ("fixed", 10, 0),
    ),
    (
        "ubigint",
        pa.uint64(),
        [7, None, 2**64 - 1],
        {},
        None,
        ["7", None, str(2**64 - 1)],
        ("fixed", 38, 0),
    ),
    (
        "hugeint that fits in 64 bits",
        pa.decimal128(38, 0),
        [Decimal(-5), None, Decimal(2**62)],
        {"engine": "hugeint"},
        [-5, None, 2**62],
        ["-5", None, str(2**62)],
        ("fixed", 38, 0),
    ),
    (
        "hugeint of 38 digits",
        pa.decimal128(38, 0),
        [WIDE, None, MINUS_WIDE],
        {"engine": "hugeint"},
        None,
        ["9" * 38, None, "-" + "9" * 38],
        ("fixed", 38, 0),
    ),
    (
        "decimal(12,2)",
        pa.decimal128(12, 2),
        [Decimal("-0.01"), None, Decimal("9999999999.99")],
        {},
        None,
        ["-0.01", None, "9999999999.99"],
        ("fixed", 12, 2),
    ),
    (
        "decimal(38,37)",
        pa.decimal128(38, 37),
        [Decimal("1." + "1" * 37), None],
        {},
        None,
        ["1." + "1" * 37, None],
        ("fixed", 38, 37),
    ),
    (
        "small decimal(38,20)",
        pa.decimal128(38, 20),
        [Decimal("-0.00000000000000000001"), None],
        {},
        None,
        ["-0.00000000000000000001", None],
        ("fixed", 38, 20),
    ),
    (
        "double",
        pa.float64(),
        [0.1, None, -1e300, float("inf")],
        {},
        None,
        ["0.1", None, "-1e+300", "inf"],
        ("real", None, None),
    ),
    (
        "float",
        pa.float32(),
        [0.5, None, -2.25],
        {},
        None,
        ["0.5", None, "-2.25"],
        ("real", None, None),
    ),
    (
        "varchar",
        pa.string(),
        ["", None, "Größe ❄ \x01", "x" * 5000],
        {},
        None,
        ["", None, "Größe ❄ \x01", "x" * 5000],
        ("text", None, None),
    ),
    (
        "json",
        pa.string(),
        ['{"a":1}', None],
        {"engine": "json"},
        None,
        ['{"a":1}', None],
        ("variant", None, None),
    ),
    (
        "blob",
        pa.binary(),
        [b"", None, b"\x00\xff\xab"],
        {},
        None,
        ["", None, "00FFAB"],
        ("binary", None, None),
    ),
    (
        "boolean",
        pa.bool_(),
        [True, None, False],
        {},
        None,
        ["1", None, "0"],
        ("boolean", None, None),
    ),
    (
        "date",
        pa.date32(),
        [days("0001-01-01"), None, days("1969-12-31"), days("9999-12-31")],
        {},
        None,
        ["-719162", None, "-1", "2932896"],
        ("date", None, None),
    ),
    (
        "time",
        pa.time64("us"),
        [dt.time(0, 0), None, dt.time(23, 59, 59, 999999)],
        {},
        None,
        ["0.000000", None, "86399.999999"],
        ("time", 0, 6),
    ),
    (
        "time(9)",
        pa.time64("us"),
        [dt.time(1, 2, 3, 4), None],
        {"declared": "TIME(9)"},
        None,
        ["3723.000004000", None],
        ("time", 0, 9),
    ),
    (
        "time(3)",
        pa.time64("us"),
        [dt.time(1, 2, 3, 4000), None],
        {"declared": "TIME(3)"},
        None,
        ["3723.004", None],
        ("time", 0, 3),
    ),
    (
        "timestamp",
        pa.timestamp("us"),
        [
            AT(1, 1, 1),
            None,
            AT(1969, 12, 31, 23, 59, 59, 500000),
            AT(9999, 12, 31, 23, 59, 59, 999999),
        ],
        {},
        None,
        ["-62135596800.000000", None, "-0.500000", "253402300799.999999"],
        ("timestamp_ntz", 0, 6),
    ),
    (
        "timestamp_s",
        pa.timestamp("s"),
        [AT(1960, 1, 1), None],
        {},
        None,
        ["-315619200", None],
        ("timestamp_ntz", 0, 0),
    ),
    (
        "timestamp_ms",
        pa.timestamp("ms"),
        [AT(1960, 1, 1, 0, 0, 0, 1000), None],
        {},
        None,
        ["-315619199.999", None],
        ("timestamp_ntz", 0, 3),
    ),
    (
        "timestamp_ntz(3) declared",
        pa.timestamp("us"),
        [AT(2024, 5, 6, 7, 8, 9, 123000), None],
        {"declared": "TIMESTAMP_NTZ(3)"},
        None,
        ["1714979289.123", None],
        ("timestamp_ntz", 0, 3),
    ),
    (
        "list",
        pa.list_(pa.int32()),
        [[1, None, 3], None, []],
        {},
        ["[1,null,3]", None, "[]"],
        ["[1,null,3]", None, "[]"],
        ("array", None, None),
    ),
    (
        "struct",
        pa.struct([("a", pa.string()), ("b", pa.date32())]),
        [{"a": 'x"y', "b": days("2024-02-29")}, None],
        {},
        ['{"a":"x\\"y","b":"2024-02-29"}', None],
        ['{"a":"x\\"y","b":"2024-02-29"}', None],
        ("object", None, None),
    ),
    (
        "map",
        pa.map_(pa.string(), pa.float64()),
        [[("k", 1.5)], None],
        {},
        ['{"k":1.5}', None],
        ['{"k":1.5}', None],
        ("object", None, None),
    ),
    ("null", pa.null(), [None, None], {}, None, [None, None], ("text", None, None)),
    (
        "enum",
        pa.dictionary(pa.uint8(), pa.string()),
        ["a", None, "b", "a"],
        {},
        None,
        ["a", None, "b", "a"],
        ("text", None, None),
    ),
]


@pytest.mark.parametrize(
    ("kind", "values", "metadata", "rows", "text", "rowtype"),
    [case[1:] for case in EXACT],
    ids=[case[0] for case in EXACT],
)
def test_every_type_reaches_the_client_exactly(
    tmp_path, client, kind, values, metadata, rows, text, rowtype
):
    result = round_trip(tmp_path, client, kind, values, **metadata)
    got = [bytes(v) if isinstance(v, bytearray) else v for v in result["column"]]
    assert got == (values if rows is None else rows)
    assert result["text"] == text
    described = result["rowtype"]
    assert (described["type"], described["precision"], described["scale"]) == rowtype


def test_nanoseconds_reach_the_clients_table(tmp_path, client):
    ticks = [1_700_000_000_123_456_789, None, -1, -(2**63) + 1, 2**63 - 1]
    kind = pa.timestamp("ns")
    result = round_trip(tmp_path, client, kind, ticks)
    assert result["types"] == {"C": "timestamp[ns]"}
    assert result["table"]["C"] == ticks
    assert result["text"][:3] == ["1700000000.123456789", None, "-0.000000001"]
    assert result["decoded"].type == kind
    assert result["decoded"].cast(pa.int64()).to_pylist() == ticks


def test_an_instant_is_shown_in_the_sessions_zone(tmp_path, client):
    summer = AT(2024, 7, 1, 12, 0, 0, 5, tzinfo=UTC)
    result = round_trip(
        tmp_path, client, pa.timestamp("us", "UTC"), [summer, None], declared="TIMESTAMP_LTZ(9)"
    )
    assert result["column"] == [summer, None]
    assert result["column"][0].utcoffset() == dt.timedelta(hours=2)
    assert result["text"] == ["1719835200.000005000", None]
    assert result["decoded"].type == pa.timestamp("us", "UTC")
    assert result["decoded"].to_pylist() == [summer, None]


def test_an_instant_beyond_nanoseconds_makes_the_result_say_six_digits(tmp_path, client):
    values = [AT(2024, 7, 1, tzinfo=UTC), AT(9998, 12, 31, 23, 59, 59, 999999, tzinfo=UTC)]
    result = round_trip(
        tmp_path, client, pa.timestamp("us", "UTC"), values, declared="TIMESTAMP_LTZ(9)"
    )
    assert result["column"] == values
    assert result["rowtype"]["scale"] == 6


def test_a_timestamp_tz_keeps_its_offset(tmp_path, client):
    kind = pa.struct([("firn_utc", pa.timestamp("ns")), ("firn_offset_min", pa.int16())])
    early = {"firn_utc": AT(1960, 1, 1, 0, 0, 0, 250000), "firn_offset_min": -570}
    late = {"firn_utc": AT(2024, 7, 1, 12, 0), "firn_offset_min": 345}
    result = round_trip(tmp_path, client, kind, [early, None, late])
    first, none, last = result["column"]
    assert none is None
    assert first == AT(1960, 1, 1, 0, 0, 0, 250000, tzinfo=UTC)
    assert first.utcoffset() == dt.timedelta(minutes=-570)
    assert last == AT(2024, 7, 1, 12, 0, tzinfo=UTC)
    assert last.utcoffset() == dt.timedelta(minutes=345)
    assert result["text"] == ["-315619199.750000000 870", None, "1719835200.000000000 1785"]
    assert result["rowtype"]["type"] == "timestamp_tz"
    assert result["decoded"].type == kind
    assert result["decoded"].combine_chunks().equals(pa.array([early, None, late], kind))


def test_a_wide_value_in_a_late_chunk_makes_every_chunk_wide(tmp_path, client):
    values = [Decimal(i) for i in range(40_000)] + [WIDE]
    kind = pa.decimal128(38, 0)
    field = pa.field("C", kind, metadata={"engine": "hugeint"})
    batches = [pa.array(values[i : i + 2048], kind) for i in range(0, len(values), 2048)]
    table = pa.table([pa.chunked_array(batches)], schema=pa.schema([field]))
    dump(tmp_path, table, inline_bytes=8192, chunk_bytes=65536)
    assert len(list(tmp_path.glob("part-*.arrow"))) > 3
    result = client.decode(tmp_path)
    assert [row[0] for row in result["rows"]] == values
    decoded = pa.ipc.open_stream(tmp_path / "decoded.arrow").read_all()
    assert decoded.column(0).to_pylist() == values


def test_a_result_without_rows_is_a_schema_alone(tmp_path):
    dump(tmp_path, pa.table({"C": pa.array([], pa.int64())}))
    stream = pa.ipc.open_stream(tmp_path / "part-000.arrow")
    assert stream.schema.field("C").metadata[b"logicalType"] == b"FIXED"
    assert list(stream) == []
    assert json.loads((tmp_path / "rows.json").read_text()) == []
