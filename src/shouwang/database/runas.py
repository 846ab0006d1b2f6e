"""Under which user the embedded PostgreSQL runs: it refuses to be root, and containers often are.

Whoever is not root runs the server as himself. Root has two ways, tried in this order:

1. a user namespace (`unshare`), in which the server sees an ordinary user while the files stay root's own;
2. a system user made for it (`useradd`), entered by `setpriv` which leaves it the right to pass closed
   folders above, so that a clone below root's home (mode 0700) works too.

Data that exist already decide: a folder that belongs to an ordinary user is served as that user.
"""

from __future__ import annotations

import functools
import os
import pwd
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

SYSTEM_USER = "shouwang-postgres"
_NAMESPACE = ("unshare", "--user", "--map-user=65534", "--map-group=65534", "--")


@dataclass(frozen=True)
class RunAs:
    """A way to start the server's programs: words put before the command, and who owns the files."""

    prefix: tuple[str, ...]
    uid: int
    gid: int

    def own(self, path: Path) -> None:
        """Give `path`, and everything below it, to the user of the server."""
        if os.geteuid() or not path.exists():
            return
        for entry in (path, *path.rglob("*")):
            os.chown(entry, self.uid, self.gid, follow_symlinks=False)


def choose(data: Path) -> RunAs:
    """Choose how to run the server over the folder `data`, which need not exist yet.

    Raises RuntimeError, naming what to install, when root can neither use a user namespace nor make a user.
    """
    if os.geteuid():
        return RunAs((), os.geteuid(), os.getegid())
    owner = data.stat() if data.exists() else None
    if owner and owner.st_uid and not _is_system_user(owner.st_uid):
        return _as_user(owner.st_uid, owner.st_gid)
    if namespace_is_permitted():
        return RunAs(_NAMESPACE, 0, 0)
    account = _system_user()
    return _as_user(account.pw_uid, account.pw_gid)


@functools.cache
def namespace_is_permitted() -> bool:
    """Say whether this machine lets root enter a user namespace; many containers do not."""
    if not shutil.which("unshare"):
        return False
    return subprocess.run([*_NAMESPACE, "true"], capture_output=True, check=False).returncode == 0


def _as_user(uid: int, gid: int) -> RunAs:
    if not shutil.which("setpriv"):
        raise RuntimeError(
            "PostgreSQL refuses to run as root: install util-linux (setpriv) or be another user"
        )
    change = ("setpriv", f"--reuid={uid}", f"--regid={gid}", "--clear-groups")
    pass_closed_folders = ("--inh-caps=+dac_override", "--ambient-caps=+dac_override")
    prefix: tuple[str, ...] = (*change, *pass_closed_folders, "--")
    if subprocess.run([*prefix, "true"], capture_output=True, check=False).returncode:
        prefix = (*change, "--")
    return RunAs(prefix, uid, gid)


def _is_system_user(uid: int) -> bool:
    try:
        return pwd.getpwuid(uid).pw_name == SYSTEM_USER
    except KeyError:
        return False


def _system_user() -> pwd.struct_passwd:
    try:
        return pwd.getpwnam(SYSTEM_USER)
    except KeyError:
        pass
    if not shutil.which("useradd"):
        raise RuntimeError("PostgreSQL must not run as root and useradd is missing: run as an ordinary user")
    make = ["useradd", "--system", "--no-create-home", "--shell", "/usr/sbin/nologin", SYSTEM_USER]
    made = subprocess.run(make, capture_output=True, text=True, check=False)
    if made.returncode not in {0, 9}:  # 9: somebody else made it in this moment
        raise RuntimeError(f"could not make the system user {SYSTEM_USER}: {made.stderr.strip()}")
    return pwd.getpwnam(SYSTEM_USER)
