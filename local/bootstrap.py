"""Makes the virtual environment that holds uv: bootstrap.py <directory> <lock>.

`sam build` builds the layers side by side, and each may be the first that needs uv: one makes the
environment, the others wait for it and take it as it is.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import subprocess
import sys
from pathlib import Path

CANNOT_MAKE_ENVIRONMENTS = 3  # bootstrap.sh then tries another Python


def main(directory: Path, lock: Path) -> int:
    done = directory / ".done"
    directory.parent.mkdir(parents=True, exist_ok=True)
    with directory.with_suffix(".lock").open("w") as mutex:
        fcntl.flock(mutex, fcntl.LOCK_EX)
        if done.exists() and done.stat().st_mtime >= lock.stat().st_mtime:
            return 0
        shutil.rmtree(directory, ignore_errors=True)
        made = subprocess.run(
            [sys.executable, "-m", "venv", directory], capture_output=True, check=False
        )
        if made.returncode != 0:
            return CANNOT_MAKE_ENVIRONMENTS
        version = ".".join(map(str, sys.version_info[:3]))
        print(f"Using Python {version}", file=sys.stderr)  # for whoever runs make
        command: list[str | Path] = [
            directory / "bin" / "python", "-m", "pip", "install", "--quiet",
            "--disable-pip-version-check", "--only-binary", ":all:", "--require-hashes",
            "--requirement", lock,
        ]  # fmt: skip
        # An interpreter that is started by a tool of another environment inherits its variables.
        environment = {k: v for k, v in os.environ.items() if not k.startswith("PYTHON")}
        if subprocess.run(command, env=environment, check=False).returncode == 0:
            done.touch()
            return 0
        return 1


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), Path(sys.argv[2])))
