"""`make mutants [MODULE=quota] [JOBS=1]`: are there faults that no test would notice?

Prints a row for each module, then what is wrong: a mutant that survives and that survivors.txt does
not list with a reason, and one that it lists although it is killed, or is no more.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from operations.paths import ROOT
from tests.mutants.modules import MODULES
from tests.mutants.trial import Trial

_LISTED = Path(__file__).with_name("survivors.txt")


def listed(text: str) -> set[str]:
    """The survivors that are listed. Each is indented, below the reason why it may survive."""
    return {line.strip() for line in text.splitlines() if line.startswith("    ")}


def row(name: str, mutants: int, survivors: int) -> str:
    """One row of the table."""
    killed = mutants - survivors
    return f"| {name} | {mutants:,} | {killed:,} | {survivors} | {100 * killed / mutants:.1f} % |"


def main(part: str, jobs: str) -> int:
    """Try the mutants of the modules that have `part` in their path; how the command ends."""
    print("| module | mutants | killed | survive | killed of all |\n|---|---:|---:|---:|---:|")
    known = listed(_LISTED.read_text())
    mutants, survivors, wrong = 0, 0, list[str]()
    for path, tests in MODULES.items():
        if part not in path:
            continue
        command = [sys.executable, "-m", "tests.mutants.trial", path, jobs]
        subprocess.run(command, cwd=ROOT, stdout=subprocess.DEVNULL, check=True)
        trial = Trial(path, tests)
        alive = {f"{trial.module}: {name}" for name in trial.survivors()}
        print(row(trial.module, len(trial.mutants), len(alive)), flush=True)
        mutants, survivors = mutants + len(trial.mutants), survivors + len(alive)
        ours = {each for each in known if each.startswith(f"{trial.module}: ")}
        wrong += [f"survives: {each}" for each in sorted(alive - ours)]
        wrong += [f"is listed, but killed or no more: {each}" for each in sorted(ours - alive)]
    if not mutants:
        sys.exit(f"no module of tests/mutants/modules.py has {part!r} in its path")
    print(row("all", mutants, survivors), *wrong, sep="\n")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(os.environ.get("MODULE", ""), os.environ.get("JOBS") or "1"))
