"""Prepare `.venv` with the pinned, hashed packages: `python3 tools/environment.py run | all`.

`run` installs what the product needs to run, `all` also what its tests need. Needs nothing but Python 3.11
with venv; does nothing when the environment is already right. The project itself is made importable by a
path file, so nothing is built and nothing is fetched for building.
"""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
REQUIREMENTS = {"run": ROOT / "requirements.txt", "all": ROOT / "requirements-dev.txt"}
WANTED = (3, 11)


def main() -> int:
    """Bring the environment up to what was asked for; return the exit status."""
    kind = sys.argv[1] if len(sys.argv) > 1 else "all"
    if kind not in REQUIREMENTS:
        return complain(f"unknown set {kind!r}: run or all")
    if is_ready(kind):
        return 0
    python = find_python()
    if python is None:
        return complain("Python 3.11 is needed. Debian 12: apt-get install python3 python3-venv")
    if not is_sound() and not make_venv(python):
        return 1
    for stamp in VENV.glob("shouwang-*.stamp"):
        stamp.unlink()
    status = install(REQUIREMENTS[kind])
    if status == 0:
        make_importable()
        stamp_file(kind).write_text(fingerprint(kind))
    return status


def is_ready(kind: str) -> bool:
    """Say whether the set, or a larger one, was installed from the same files."""
    for candidate in (kind, "all"):
        stamp = stamp_file(candidate)
        if stamp.exists() and stamp.read_text() == fingerprint(candidate):
            return is_sound()
    return False


def is_sound() -> bool:
    """Say whether the interpreter of `.venv` works: it does not when its folder or its Python has moved."""
    python = VENV / "bin" / "python"
    if not python.exists():
        return False
    asked = [str(python), "-c", "import sys; print(sys.prefix, sys.version_info[:2] == (3, 11))"]
    answer = subprocess.run(asked, capture_output=True, text=True, check=False)
    return answer.stdout.split() == [str(VENV), "True"]


def fingerprint(kind: str) -> str:
    """Return what the installation depends on, in short."""
    digest = hashlib.sha256(str(VENV).encode())
    for path in (REQUIREMENTS[kind], Path(__file__)):
        digest.update(path.read_bytes())
    return digest.hexdigest()


def stamp_file(kind: str) -> Path:
    """Return the file that says that the set was installed."""
    return VENV / f"shouwang-{kind}.stamp"


def find_python() -> str | None:
    """Return a Python 3.11: the one that runs this, or `python3.11`."""
    if sys.version_info[:2] == WANTED:
        return sys.executable
    return shutil.which("python3.11")


def make_venv(python: str) -> bool:
    """Make `.venv` anew; say whether that worked."""
    if subprocess.run([python, "-c", "import ensurepip, venv"], capture_output=True, check=False).returncode:
        complain("this Python has no venv. Debian 12: apt-get install python3-venv")
        return False
    if VENV.exists():
        shutil.rmtree(VENV)
    say("making .venv")
    return subprocess.run([python, "-m", "venv", str(VENV)], check=False).returncode == 0


def install(requirements: Path) -> int:
    """Install the pinned packages, counting them; return pip's exit status and its words if it failed."""
    total = sum("==" in line for line in requirements.read_text().splitlines())
    command = [str(VENV / "bin" / "python"), "-m", "pip", "install", "--require-hashes", "--no-deps"]
    command += ["--only-binary", ":all:", "--no-compile", "--progress-bar", "off", "-r", str(requirements)]
    begun = time.monotonic()
    said: list[str] = []
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as pip:
        assert pip.stdout
        for line in pip.stdout:
            said.append(line)
            if line.startswith("Collecting "):
                count = sum(before.startswith("Collecting ") for before in said)
                show(f"installing {count}/{total} {line.split()[1].split('==')[0]}", count)
            elif line.startswith("Installing collected"):
                show("unpacking")
    show("")
    if pip.returncode:
        say("".join(said[-15:]))
        return complain("the packages could not be installed; see above")
    say(f"✓ {total} packages in .venv  {time.monotonic() - begun:.0f} s")
    return 0


def make_importable() -> None:
    """Make `import shouwang` and the command `shouwang` work in the environment."""
    library = VENV / "lib" / "python3.11" / "site-packages"
    for earlier in (*library.glob("__editable__*shouwang*"), library / "shouwang.pth"):
        earlier.unlink(missing_ok=True)
    (library / "shouwang.pth").write_text(f"{ROOT / 'src'}\n")
    command = VENV / "bin" / "shouwang"
    python = VENV / "bin" / "python"
    command.write_text(f"#!{python}\nimport sys\n\nfrom shouwang.__main__ import main\n\nsys.exit(main())\n")
    command.chmod(0o755)


def show(text: str, count: int = 0) -> None:
    """Say what is going on: over the same line on a terminal, elsewhere a line for every twentieth package."""
    if sys.stdout.isatty():
        sys.stdout.write(f"\r\x1b[2K{text}")
        sys.stdout.flush()
    elif count and count % 20 == 0:
        say(text)


def say(text: str) -> None:
    """Print one line."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def complain(text: str) -> int:
    """Print what is wrong and what to do; return the exit status of a failure."""
    sys.stderr.write(f"✗ {text}\n")
    return 1


if __name__ == "__main__":
    sys.exit(main())
