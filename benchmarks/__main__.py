"""Run benchmarks: `python -m benchmarks` runs all into docs/performance.md, `python -m benchmarks NAME` one.

Each run has an embedded server of its own with the settings of daily work (fsync on, below `var/bench`; or
the one of DATABASE_URL) and a new database. The last line of a single run is one JSON object.
"""

from __future__ import annotations

import argparse
import ast
import importlib
import json
import os
import pkgutil
import platform
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from types import ModuleType
from urllib.parse import urlsplit

import django
import psycopg
from django.core.management import call_command
from psycopg import sql

import benchmarks
from shouwang.database import embedded

ROOT = Path(__file__).resolve().parent.parent
VAR = ROOT / "var" / "bench"
DATABASE = "bench"
HELPERS = {"__main__", "measure"}


def main() -> int:
    """Run what the command line asks for; return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks")
    parser.add_argument(
        "name", nargs="?", help="one benchmark; without it all, written to docs/performance.md"
    )
    parser.add_argument("--size", type=int, help="rows, people, clients … as the benchmark says")
    arguments = parser.parse_args()
    if arguments.name is None:
        return run_all()
    if arguments.name not in names():
        sys.stderr.write(f"✗ no benchmark {arguments.name!r}; there are: {', '.join(names())}\n")
        return 2
    print(json.dumps(run_one(arguments.name, arguments.size), ensure_ascii=False))
    return 0


def names() -> list[str]:
    """Return the names of all benchmarks."""
    return sorted(
        module.name for module in pkgutil.iter_modules(benchmarks.__path__) if module.name not in HELPERS
    )


def module_of(name: str) -> ModuleType:
    """Import one benchmark; its own imports may need Django, so the database must be prepared."""
    return importlib.import_module(f"benchmarks.{name}")


def run_one(name: str, size: int | None) -> dict[str, object]:
    """Run one benchmark in this process; return its line."""
    prepare()
    module = module_of(name)
    size = size or module.DEFAULT_SIZE
    result = module.run(size)
    return {
        "name": module.NAME,
        "size": size,
        "value": round(result.value, 4),
        "unit": result.unit,
        "baseline": result.baseline,
        "baseline_value": round(result.baseline_value, 4),
        "ratio": round(result.ratio, 3),
    }


def prepare() -> None:
    """Start the server, make an empty database with all tables, set Django up on it."""
    os.environ["SHOUWANG_VAR"] = str(VAR)
    url = os.environ.get("DATABASE_URL") or embedded.ensure_running(VAR).url
    with psycopg.connect(url, autocommit=True) as connection:
        name = sql.Identifier(DATABASE)
        connection.execute(sql.SQL("drop database if exists {} with (force)").format(name))
        connection.execute(sql.SQL("create database {}").format(name))
    os.environ["DATABASE_URL"] = urlsplit(url)._replace(path=f"/{DATABASE}").geturl()
    os.environ["DJANGO_SETTINGS_MODULE"] = "shouwang.settings"
    django.setup()
    call_command("migrate", interactive=False, verbosity=0)


def run_all() -> int:
    """Run every benchmark at each of its sizes, each in a process of its own, and write the table."""
    rows = []
    for name in names():
        for size in sizes_of(name):
            print(f"… {name} {size or ''}", flush=True)
            command = [sys.executable, "-m", "benchmarks", name, *(["--size", str(size)] if size else [])]
            done = subprocess.run(command, stdout=subprocess.PIPE, text=True, cwd=ROOT, check=False)
            if done.returncode:
                return done.returncode
            rows.append(json.loads(done.stdout.strip().splitlines()[-1]))
            print(json.dumps(rows[-1], ensure_ascii=False), flush=True)
    if not os.environ.get("DATABASE_URL"):
        embedded.stop(VAR)
    (ROOT / "docs" / "performance.md").write_text(report(rows), encoding="utf-8")
    return 0


def sizes_of(name: str) -> tuple[int | None, ...]:
    """Return SIZES of a benchmark, read from its text: importing it needs Django and a database."""
    code = ast.parse((ROOT / "benchmarks" / f"{name}.py").read_text(encoding="utf-8"))
    for statement in code.body:
        if isinstance(statement, ast.Assign) and ast.unparse(statement.targets[0]) == "SIZES":
            return tuple(ast.literal_eval(statement.value))
    return (None,)


def report(rows: list[dict[str, object]]) -> str:
    """Return the page: when and where it was measured, and the table."""
    lines = [
        "# Performance",
        "",
        "Written by `make bench`. Each row is one run: our figure, and that of the baseline measured in turn",
        "with it on the same rows, indexes, durability and machine. Ratio = ours / baseline.",
        "",
        f"{datetime.now(tz=UTC):%Y-%m-%d}, {machine()}",
        "",
        "| benchmark | size | ours | baseline | unit | ratio | baseline is |",
        "|---|---:|---:|---:|---|---:|---|",
    ]
    for row in rows:
        figures = f"{row['value']:,} | {row['baseline_value']:,} | {row['unit']} | {row['ratio']:.2f}"
        lines.append(f"| {row['name']} | {row['size']:,} | {figures} | {row['baseline']} |")
    return "\n".join(lines) + "\n"


def machine() -> str:
    """Return processor, cores, memory and versions of what was measured on."""
    described = (line for line in Path("/proc/cpuinfo").read_text().splitlines() if "model name" in line)
    model = next(described, platform.machine()).split(":")[-1].strip()
    gigabytes = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return f"{model}, {os.cpu_count()} cores, {gigabytes:.0f} GB, Python {platform.python_version()}"


if __name__ == "__main__":
    sys.exit(main())
