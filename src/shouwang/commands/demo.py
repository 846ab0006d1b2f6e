"""`shouwang demo`: from nothing to a running district, in the foreground, and back to nothing on Ctrl-C.

Starts the embedded database (unless `DATABASE_URL` names another), brings the tables up to date, fills in the
district once, then keeps a web server and a worker alive. A second start finds all of it and takes seconds.
"""

from __future__ import annotations

import argparse
import fcntl
import os
import socket
import sys
import time
import urllib.error
import urllib.request
from contextlib import ExitStack
from datetime import UTC, datetime
from io import TextIOWrapper
from pathlib import Path

from shouwang.commands import preparation, static
from shouwang.commands.progress import say, step
from shouwang.commands.supervisor import Child, Supervisor
from shouwang.database import embedded
from shouwang.util import clock

HOST = "127.0.0.1"
_READY_SECONDS = 60.0


def run(arguments: argparse.Namespace) -> int:
    """Run the demo until stopped; return the exit status."""
    port: int = arguments.port
    os.environ["PORT"] = str(port)  # for the addresses that pages and documents print
    var = preparation.var_dir()
    var.mkdir(parents=True, exist_ok=True)
    lock = _lock(var)
    if lock is None:
        say(f"✗ 数据目录 {var} 已有一个演示在运行 another demo is running on this data folder")
        return 1
    with lock, ExitStack() as closing:
        if _is_taken(port):
            say(f"✗ 端口 {port} 已被占用 port {port} is taken: make demo PORT={port + 1}")
            return 1
        supervisor = Supervisor(_children(port, var), _look_after_database)
        supervisor.catch_signals()
        if preparation.uses_embedded_database():
            closing.callback(_stop_database, var)
        _prepare(var)
        closing.callback(supervisor.stop)
        return _serve(supervisor, port)


def _prepare(var: Path) -> None:
    if preparation.uses_embedded_database():
        with step("启动数据库", "starting the database"):
            embedded.ensure_running(var)
    preparation.set_demo_mode()
    if not preparation.clock_file().exists():
        clock.write_demo_clock(preparation.clock_file(), datetime.now(tz=UTC), speed=1)
    with step("准备程序", "loading the program"):
        preparation.set_up_django()
    _migrate()
    _load_district()
    if static.is_stale():
        with step("收集页面文件", "collecting static files"):
            static.collect()


def _migrate() -> None:
    from django.core.management import call_command

    from shouwang.web import health

    if not health.check().is_ready:
        with step("建立数据表", "bringing the tables up to date"):
            call_command("migrate", interactive=False, verbosity=0)


def _load_district() -> None:
    from shouwang.commands import district

    if not district.is_loaded():
        with step("载入城区", "loading the district") as report:
            district.load(report)
    else:
        with step("核对规则和流程", "checking rules and procedures"):
            district.load_methods()


def _serve(supervisor: Supervisor, port: int) -> int:
    supervisor.start()
    with step("启动服务", "starting web server and worker"):
        is_ready = _wait_until_ready(supervisor, port)
    if supervisor.is_stopping:
        return 0
    if not is_ready:
        say(
            f"✗ 服务未能就绪 the server did not become ready; its last words:\n{supervisor.last_words('web')}"
        )
        return 1
    _announce(port)
    supervisor.run()
    say("\n正在停止 stopping …")
    return 0


def _announce(port: int) -> None:
    address = f"http://{HOST}:{port}"
    say()
    say(f"守望已就绪 READY  {address}")
    say("  登录：打开上面的地址，选一个演示身份即可，不用密码。")
    say("  Sign in: open the address and choose one of the demo people; no password.")
    say(f"  让城区动起来 Bring it to life: {_shouwang()} simulate --days 3 --speed 600")
    say("  停止 Stop: Ctrl-C")
    say()


def _shouwang() -> str:
    beside = Path(sys.executable).with_name("shouwang")
    if not beside.exists():
        return "python -m shouwang"
    return os.path.relpath(beside) if beside.is_relative_to(Path.cwd()) else str(beside)


def _children(port: int, var: Path) -> list[Child]:
    ourselves = [sys.executable, "-m", "shouwang"]
    logs = var / "logs"
    web = [*ourselves, "serve", "--host", HOST, "--port", str(port)]
    return [Child("web", web, logs / "web.log"), Child("worker", [*ourselves, "worker"], logs / "worker.log")]


def _wait_until_ready(supervisor: Supervisor, port: int) -> bool:
    deadline = time.monotonic() + _READY_SECONDS
    while time.monotonic() < deadline and not supervisor.is_stopping:
        try:
            with urllib.request.urlopen(f"http://{HOST}:{port}/healthz", timeout=5) as answer:
                return bool(answer.status == 200)
        except (urllib.error.URLError, OSError):
            time.sleep(0.1)
        if supervisor.has_ended("web"):
            return False
    return False


def _look_after_database() -> None:
    if preparation.uses_embedded_database() and not embedded.is_running(preparation.var_dir()):
        say("! 数据库停了，正在恢复 the database is gone and is recovered")
        embedded.ensure_running(preparation.var_dir())


def _stop_database(var: Path) -> None:
    if "django" in sys.modules:
        from django.db import connections

        connections.close_all()
    embedded.stop(var)


def _lock(var: Path) -> TextIOWrapper | None:
    lock = (var / "demo.lock").open("w")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        lock.close()
        return None
    return lock


def _is_taken(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return True
    return False
