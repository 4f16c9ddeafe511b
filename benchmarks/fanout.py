"""Live browsers on one web process: the tick to N walls, beside the same wall polling with dcc.Interval.

.venv/bin/python -m benchmarks.fanout [--walls 1000 3000] [--seconds 15]
"""

import argparse
import http.client
import json
import os
import subprocess
import sys
import threading
import time
from contextlib import suppress

from benchmarks.polling import BODY
from benchmarks.running import Running, a_free_port, answers, running, until
from domain.account import Permission

POLLERS = 4


def percentile(values: list[float], share: float) -> float:
    return sorted(values)[min(len(values) - 1, int(share * len(values)))]


def cpu_s(pid: int) -> float:
    """Processor time that a process has used."""
    with open(f"/proc/{pid}/stat") as stat:
        fields = stat.read().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def memory_mb(pid: int) -> float:
    with open(f"/proc/{pid}/status") as status:
        return next(int(line.split()[1]) / 1024 for line in status if line.startswith("VmRSS"))


def pushed(city: Running, token: str, n: int, seconds: float) -> float:
    """Show a tick a second to `n` walls; the share of a core that the web process needed."""
    command = [sys.executable, "-m", "benchmarks.audience", city.url, token, str(n)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as audience:
        assert audience.stdin
        assert audience.stdout
        connected = json.loads(audience.stdout.readline())
        time.sleep(2)
        before, began = cpu_s(city.pids["web"]), time.monotonic()
        audience.stdin.write(f"{seconds}\n")
        audience.stdin.flush()
        ages = json.loads(audience.stdout.readline())
        share = (cpu_s(city.pids["web"]) - before) / (time.monotonic() - began)
        memory = memory_mb(city.pids["web"])
        audience.kill()
    expected = connected * seconds
    print(
        f"pushed to {connected} walls: age on arrival median {percentile(ages, 0.5):.0f} ms, "
        f"p95 {percentile(ages, 0.95):.0f} ms, p99 {percentile(ages, 0.99):.0f} ms; "
        f"{100 * len(ages) / expected:.0f} % of the ticks; web {share:.0%} of a core, {memory:.0f} MB",
        flush=True,
    )
    return share


def polled(city: Running, seconds: float) -> float:
    """Updates a second that one process can answer when browsers poll."""
    port = a_free_port()
    command = [sys.executable, "-m", "benchmarks.polling", str(port), city.office.redis_url]
    with subprocess.Popen(command) as peer:
        try:
            until(lambda: answers(port), 30)
            counts = [0] * POLLERS
            end = time.monotonic() + seconds
            threads = [threading.Thread(target=poll, args=(port, end, counts, i)) for i in range(POLLERS)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
        finally:
            peer.terminate()
    return sum(counts) / seconds


def poll(port: int, end: float, counts: list[int], mine: int) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    body, headers = json.dumps(BODY), {"Content-Type": "application/json"}
    with suppress(http.client.HTTPException):
        while time.monotonic() < end:
            connection.request("POST", "/_dash-update-component", body, headers)
            answer = connection.getresponse()
            if answer.status != 200 or b"curve" not in answer.read():
                raise RuntimeError(f"the polling page answered {answer.status}")
            counts[mine] += 1
    connection.close()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--walls", type=int, nargs="+", default=[1000])
    parser.add_argument("--seconds", type=float, default=15)
    options = parser.parse_args()
    with running() as city:
        until(lambda: city.office.reader.vitals() is not None, 20)
        token = city.key(Permission.SEE_WALL)
        shares = {n: pushed(city, token, n, options.seconds) for n in options.walls}
        updates = polled(city, min(options.seconds, 10))
    print(f"polled with dcc.Interval: {updates:.0f} updates a second on one process, all of a core")
    n, share = max(shares.items())
    print(
        f"browsers at 1 Hz on one process: shown {n / updates:.0f} × what polling can do at all; "
        f"by processor time for each update {n / share / updates:.0f} ×"
    )


if __name__ == "__main__":
    main()
