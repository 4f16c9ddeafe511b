"""Every benchmark in turn, each as a process of its own: `python -m benchmarks [NAME …]`."""

import argparse
import subprocess
import sys
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
SHARED = {
    "__init__",
    "__main__",
    "audience",
    "gateway",
    "peers",
    "polling",
    "raw",
    "running",
    "swarm",
    "year",
}  # parts of others, no benchmarks themselves
LONGEST_S = 1800


def names() -> list[str]:
    return sorted(path.stem for path in HERE.glob("*.py") if is_command(path))


def is_command(path: Path) -> bool:
    return path.stem not in SHARED and '__name__ == "__main__"' in path.read_text(encoding="utf-8")


def run(name: str) -> bool:
    print(f"\n== {name}", flush=True)
    began = time.monotonic()
    code = subprocess.run([sys.executable, "-m", f"benchmarks.{name}"], timeout=LONGEST_S, check=False).returncode
    print(
        f"== {name}: {'done' if code == 0 else f'failed with {code}'} in {time.monotonic() - began:.0f} s", flush=True
    )
    return code == 0


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", choices=[*names(), []], help="those to run; all when none is given")
    wanted = parser.parse_args().names or names()
    failed = [name for name in wanted if not run(name)]
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
