"""chDB doing what throughline does. One process, one verb:

    chdb_peer.py tables PROJECT OUT [TABLE…]   the tables of chdb/*.sql from the store
"""

import sys
import tempfile
from pathlib import Path

from chdb import session

import portfolio

HERE = Path(__file__).parent
SETTINGS = """
set max_threads = 2;
set join_use_nulls = 1;
set enable_analyzer = 1;
set schema_inference_make_columns_nullable = 1;
set output_format_parquet_string_as_string = 1;
set engine_file_truncate_on_insert = 1
"""


def run(connection, script: str) -> None:
    for statement in script.split(";"):
        if statement.strip():
            connection.query(statement)


def tables(project: Path, out: Path, wanted: list[str]) -> None:
    out.mkdir(parents=True, exist_ok=True)
    available = [p.stem for p in sorted((HERE / "chdb").glob("*.sql")) if p.stem != "prelude"]
    with tempfile.TemporaryDirectory() as folder:
        connection = session.Session(folder)
        run(connection, "create database compare engine = Atomic; use compare")
        run(connection, SETTINGS)
        for table, paths in portfolio.stored(project).items():
            listed = ",".join(Path(p).name for p in paths)
            name = f"{{{listed}}}" if len(paths) > 1 else listed
            connection.query(f"create view raw_{table} as select * from file('{Path(paths[0]).parent}/{name}', Parquet)")
        run(connection, (HERE / "chdb/prelude.sql").read_text().replace("{as_of}", portfolio.AS_OF))
        for name in wanted or available:
            query = (HERE / f"chdb/{name}.sql").read_text().replace("{as_of}", portfolio.AS_OF)
            connection.query(f"insert into function file('{out / name}.parquet', Parquet) {query}")
        connection.close()


def main() -> None:
    verb, project, out, *wanted = sys.argv[1:]
    if verb != "tables":
        raise SystemExit(__doc__)
    tables(Path(project), Path(out).resolve(), wanted)


if __name__ == "__main__":
    main()
