"""Polars doing what throughline does. One process, one verb:

    polars_peer.py tables PROJECT OUT [TABLE…]   the tables from the store
"""

import os
import sys
from pathlib import Path

os.environ.setdefault("POLARS_MAX_THREADS", "2")

import polars_tables  # noqa: E402 (the number of threads is read on import)
import portfolio  # noqa: E402


def main() -> None:
    verb, project, out, *wanted = sys.argv[1:]
    if verb != "tables":
        raise SystemExit(__doc__)
    Path(out).mkdir(parents=True, exist_ok=True)
    tables = polars_tables.Tables(portfolio.stored(Path(project)))
    for name in wanted or polars_tables.NAMES:
        getattr(tables, name)().write_parquet(Path(out) / f"{name}.parquet", compression="zstd")


if __name__ == "__main__":
    main()
