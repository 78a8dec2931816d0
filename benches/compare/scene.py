"""The folders that a comparison needs, and how each is brought back to what it
was before a round.

Not here: what is measured (`run`), what the peers do (`*_peer.py`).
"""

import shutil
import subprocess
import sys
from pathlib import Path

import portfolio

HERE = Path(__file__).resolve().parent


class Scene:
    NEXT_DAY = "2026-01-01"

    def __init__(self, folder: Path, scale: str, throughline: str, threads: str):
        self.folder, self.scale, self.threads = folder, scale, threads
        self.throughline = throughline
        folder.mkdir(parents=True, exist_ok=True)
        # Loaded and published; the tables and queries are asked of it.
        self.project = folder / f"portfolio-{scale}"
        # The same files, never loaded.
        self.fresh = folder / f"fresh-{scale}"
        # Loaded and published yesterday, with one more file today.
        self.tomorrow = folder / f"tomorrow-{scale}"

    def make(self, log) -> None:
        """Makes the portfolio, or takes the one that is there."""
        if not Path(self.throughline).exists():
            raise SystemExit(f"{self.throughline} is not there; build it with `cargo build --release`")
        if not (self.project / "throughline.toml").exists():
            shutil.rmtree(self.project, ignore_errors=True)
            self.call(["generate", "--scale", self.scale, str(self.project)], log)
        if not (self.project / "out/current").exists():
            subprocess.run(self.run_models(self.project), check=True, stdout=log, stderr=log)
        loaded = self.out("duckdb-load")
        if not (Path(loaded) / "spend.parquet").exists():
            subprocess.run(self.peer("duckdb", "load", str(self.project), loaded), check=True, stdout=log)

    def call(self, arguments: list[str], log) -> None:
        subprocess.run([self.throughline, *arguments], check=True, stdout=log, stderr=log)

    def peer(self, name: str, verb: str, *arguments: str) -> list[str]:
        return [sys.executable, str(HERE / f"{name}_peer.py"), verb, *arguments]

    def out(self, name: str) -> str:
        return str(self.folder / f"{name}-{self.scale}")

    def run_models(self, project: Path) -> list[str]:
        return [self.throughline, "run", str(project), "--quiet", "--threads", self.threads,
                "--models", portfolio.MODELS]

    def version(self) -> str:
        return subprocess.run([self.throughline, "--version"], capture_output=True, text=True).stdout.strip()

    def forget_releases(self) -> None:
        """The store stays; a run with the same inputs would find nothing to do."""
        shutil.rmtree(self.project / "out", ignore_errors=True)

    def make_fresh(self) -> None:
        if not self.fresh.exists():
            hard_link(self.project, self.fresh, without={"store", "out"})
        for folder in ["store", "out"]:
            shutil.rmtree(self.fresh / folder, ignore_errors=True)

    def make_tomorrow(self) -> None:
        shutil.rmtree(self.tomorrow, ignore_errors=True)
        if not (self.project / "out/current").exists():
            subprocess.run(self.run_models(self.project), check=True, capture_output=True)
        hard_link(self.project, self.tomorrow, without=set())
        day = self.tomorrow / f"data/ledger/spend-{self.NEXT_DAY}.csv"
        day.write_text("".join(self.next_day()))

    def next_day(self):
        """The last day but one of the ledger, as if posted on the day after the last."""
        with open(self.project / "data/ledger/spend-2025-12.csv") as month:
            yield next(month)
            for line in month:
                entry, posted, rest = line.split(",", 2)
                if posted == "2025-12-30":
                    yield f"N-{entry},{self.NEXT_DAY},{rest}"

    def joined(self, files: list[Path]) -> Path:
        """All queries in one file."""
        path = self.folder / "queries.sql"
        path.write_text("".join(f"{f.read_text().rstrip().rstrip(';')};\n" for f in files))
        return path


def hard_link(source: Path, target: Path, without: set[str]) -> None:
    """Stored and published files are never written over, only replaced."""
    target.mkdir(parents=True)
    for entry in source.iterdir():
        if entry.name not in without:
            if entry.is_dir():
                shutil.copytree(entry, target / entry.name, copy_function=link, symlinks=True)
            else:
                shutil.copy2(entry, target / entry.name)


def link(source: str, target: str) -> None:
    Path(target).hardlink_to(source)
