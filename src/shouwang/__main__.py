"""The command line: `shouwang <command>`, or `python -m shouwang <command>`."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence

from shouwang import __version__
from shouwang.commands import clock, demo, district, doctor, logs, manage, reports, serve


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; return its exit status."""
    words = sys.argv[1:] if argv is None else list(argv)
    if words[:1] == ["manage"]:  # everything behind it is Django's, options too
        return manage.run(words[1:])
    arguments = _parser().parse_args(words)
    status: int = arguments.run(arguments)
    return status


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="shouwang", description="Shouwang (守望)")
    parser.add_argument("--version", action="version", version=f"shouwang {__version__}")
    commands = parser.add_subparsers(required=True, metavar="command")
    _add_running(commands)
    _add_looking(commands)
    _add_demo_only(commands)
    commands.add_parser("manage", help="Django's own commands: shouwang manage migrate …", add_help=False)
    return parser


def _add_running(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    port = int(os.environ.get("PORT", "8000"))
    command = commands.add_parser("demo", help="start everything on made-up people, in the foreground")
    command.add_argument("--port", type=int, default=port)
    command.set_defaults(run=demo.run)
    command = commands.add_parser("serve", help="serve pages")
    command.add_argument("--host", default="127.0.0.1")
    command.add_argument("--port", type=int, default=port)
    command.add_argument("--workers", type=int, default=serve.default_web_workers(), help="processes")
    command.set_defaults(run=serve.run_web)
    command = commands.add_parser("worker", help="do deferred and periodic jobs")
    command.add_argument("--concurrency", type=int, default=4, help="jobs at once")
    command.set_defaults(run=serve.run_worker)


def _add_looking(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    command = commands.add_parser("doctor", help="examine database, keys, journal and balances")
    command.add_argument("--json", action="store_true")
    command.set_defaults(run=doctor.run)
    command = commands.add_parser("article", help="the article's figures beside the computed ones")
    command.add_argument("--json", action="store_true")
    command.set_defaults(run=reports.run_article)
    command = commands.add_parser("procedures", help="the procedures in force")
    command.add_argument("--json", action="store_true")
    command.set_defaults(run=reports.run_procedures)
    command = commands.add_parser("event-log", help="the events of a procedure's cases, for process mining")
    command.add_argument("--procedure", required=True, metavar="KEY")
    command.add_argument(
        "--format", choices=logs.FORMS, default="xes", help="XES (IEEE 1849) or OCEL 2.0 JSON"
    )
    command.add_argument("--out", required=True, metavar="FILE")
    command.add_argument("--place", metavar="CODE", help="only cases below this place")
    command.add_argument("--since", type=logs.day, metavar="DAY", help="opened on this local day or later")
    command.add_argument("--until", type=logs.day, metavar="DAY", help="opened on this local day or earlier")
    command.set_defaults(run=logs.run)


def _add_demo_only(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    command = commands.add_parser("simulate", help="let days pass in the demo")
    command.add_argument("--days", type=float, default=1.0, help="days to play")
    command.add_argument("--speed", type=float, default=600.0, help="demo seconds per second; 0: at once")
    command.add_argument("--seed", type=int, default=1, help="the same seed plays the same days")
    command.set_defaults(run=district.run_simulation)
    command = commands.add_parser("clock", help="show or move the demo's clock")
    command.add_argument("--advance", type=clock.duration, help="forward by, for example, 2h30m")
    command.add_argument("--speed", type=float, help="demo seconds per second; 0 stops it")
    command.set_defaults(run=clock.run)


if __name__ == "__main__":
    sys.exit(main())
