"""Holds a peer's tables against the published ones, cell by cell.

    cells.py PROJECT OUT [TABLE…]

Every column that the peer computes is compared; a column that it leaves out is
said in the head of its query. Money, counts, dates and texts must be equal;
doubles may differ by 1e-9 of the larger one, or by 1e-9 where both are small:
sums of doubles depend on the order in which threads add. Exits with 1 when a row
is missing, one too many, or a cell differs.
"""

import sys
from decimal import Decimal
from pathlib import Path

import pyarrow.dataset as dataset
import pyarrow.parquet as parquet

import portfolio

TOLERANCE = 1e-9
SHOWN = 8


def same(ours, theirs) -> bool:
    if ours is None or theirs is None:
        return ours is theirs
    if isinstance(ours, float) or isinstance(theirs, float):
        if isinstance(ours, Decimal) or isinstance(theirs, Decimal):
            return False  # money is never a double
        ours, theirs = float(ours), float(theirs)
        if ours != ours or theirs != theirs:
            return ours != ours and theirs != theirs
        return abs(ours - theirs) <= TOLERANCE * max(1.0, abs(ours), abs(theirs))
    return ours == theirs


def rows(table, keys) -> dict:
    found = {}
    for row in table.to_pylist():
        key = tuple(row[k] for k in keys)
        if key in found:
            raise SystemExit(f"two rows have the key {key}")
        found[key] = row
    return found


def compare(project: Path, out: Path, name: str) -> bool:
    model, keys = portfolio.TABLES[name]
    theirs_table = parquet.read_table(out / f"{name}.parquet")
    folder = project / "out/current" / model
    ours_table = dataset.dataset(sorted(map(str, folder.glob("*/*.parquet")))).to_table()
    unknown = [c for c in theirs_table.column_names if c not in ours_table.column_names]
    if unknown:
        print(f"{name}: the published table has no {', '.join(unknown)}")
        return False
    ours, theirs = rows(ours_table, keys), rows(theirs_table, keys)
    differences = [f"{key} is not in the peer's" for key in ours if key not in theirs]
    differences += [f"{key} is not in ours" for key in theirs if key not in ours]
    cells = 0
    for key, row in theirs.items():
        mine = ours.get(key)
        if mine is None:
            continue
        for column, cell in row.items():
            cells += 1
            if not same(mine[column], cell):
                differences.append(f"{key} {column}: ours {mine[column]!r}, theirs {cell!r}")
    columns = len(theirs_table.column_names)
    print(f"{name}: {len(theirs)} rows, {columns} columns, {cells} cells, {len(differences)} differ")
    for line in differences[:SHOWN]:
        print(f"  {line}")
    return not differences


def main() -> None:
    project, out, *wanted = sys.argv[1:]
    found = [n for n in portfolio.TABLES if (Path(out) / f"{n}.parquet").exists()]
    results = [compare(Path(project), Path(out), name) for name in wanted or found]
    sys.exit(0 if all(results) and results else 1)


if __name__ == "__main__":
    main()
