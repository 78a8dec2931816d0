"""DuckDB doing what throughline does. One process, one verb:

    duckdb_peer.py load PROJECT OUT            CSV to checked Parquet
    duckdb_peer.py tables PROJECT OUT [TABLE…] the ten tables from the store
    duckdb_peer.py night PROJECT LOADED OUT    one new ledger file, then the ten tables as of its day
    duckdb_peer.py queries PROJECT FOLDER      every .sql of a folder, over the store
    duckdb_peer.py sql PROJECT STATEMENT       one statement, cold
"""

import sys
from pathlib import Path

import duckdb

import portfolio

HERE = Path(__file__).parent


def connect(as_of: str = portfolio.AS_OF) -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect(config={"threads": 2})
    connection.execute(f"set variable as_of = date '{as_of}'")
    return connection


def view(connection, name: str, files: list[str]) -> None:
    listed = ", ".join(f"'{f}'" for f in files)
    connection.execute(f"create view {name} as from read_parquet([{listed}], union_by_name = true)")


def tables(files: dict[str, list[str]], out: Path, wanted: list[str], as_of: str = portfolio.AS_OF) -> None:
    out.mkdir(parents=True, exist_ok=True)
    connection = connect(as_of)
    for table, paths in files.items():
        view(connection, f"raw_{table}", paths)
    connection.execute((HERE / "duckdb/prelude.sql").read_text())
    for name in wanted or portfolio.TABLES:
        query = (HERE / f"duckdb/{name}.sql").read_text()
        connection.execute(f"copy ({query}) to '{out / name}.parquet' (format parquet, compression zstd)")


def night(project: Path, folder: Path, out: Path) -> None:
    """The checks of a load on the new file alone, and the tables over old and new."""
    from duckdb_load import admit_day

    day = sorted((project / "data/ledger").glob("spend-*-*-*.csv"))[-1]
    out.mkdir(parents=True, exist_ok=True)
    files = portfolio.loaded(folder)
    added = out / "spend-of-the-day.parquet"
    admit_day(connect(), day, files, added)
    files["spend"].append(str(added))
    tables(files, out, [], day.stem.removeprefix("spend-"))


def queries(project: Path, folder: Path) -> None:
    """Any folder of .sql files: each is run on the current tables by their own names."""
    connection = connect()
    for table, paths in portfolio.stored(project).items():
        view(connection, table, paths)
    for family in sorted((project / "out/current").iterdir()):
        if family.is_dir():
            connection.execute(f'create schema if not exists "{family.name}"')
            for model in sorted(p for p in family.iterdir() if any(p.glob("*/*.parquet"))):
                view(connection, f'"{family.name}"."{model.name}"', [str(model / "*/*.parquet")])
    failed = 0
    for path in sorted(folder.glob("*.sql")):
        try:
            connection.execute(path.read_text()).fetchall()
        except duckdb.Error as error:
            failed += 1
            print(f"{path.name}: {error}", file=sys.stderr)
    if failed:
        raise SystemExit(f"{failed} queries are no SQL of DuckDB")


def sql(project: Path, statement: str) -> None:
    connection = connect()
    for table, paths in portfolio.stored(project).items():
        view(connection, table, paths)
    print(connection.execute(statement).fetchall())


def main() -> None:
    verb, project, *rest = sys.argv[1:]
    project = Path(project)
    if verb == "load":
        from duckdb_load import load
        load(connect(), project, Path(rest[0]))
    elif verb == "tables":
        tables(portfolio.stored(project), Path(rest[0]), rest[1:])
    elif verb == "night":
        night(project, Path(rest[0]), Path(rest[1]))
    elif verb == "queries":
        queries(project, Path(rest[0]))
    elif verb == "sql":
        sql(project, rest[0])
    else:
        raise SystemExit(__doc__)


if __name__ == "__main__":
    main()
