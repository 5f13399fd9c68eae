"""The demo itself, run by script/demo: index corpus/, serve it, and with --check ask it one query over HTTP."""

from __future__ import annotations

import argparse
import json
import re
import signal
import subprocess
import sys
import urllib.parse
import urllib.request
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
INDEX = ROOT / "data" / "demo"
SETTINGS = ROOT / "script" / "demo.toml"
QUERY = "co thi dua xuat sac"


def main() -> int:
    """Build, serve, and return the exit status."""
    parser = argparse.ArgumentParser(prog="script/demo", description="Index corpus/ and serve it.")
    parser.add_argument("--check", action="store_true", help="ask one query over HTTP, print the answer and stop")
    parser.add_argument("--port", type=int, default=8000, help="port of the server (default: 8000)")
    parser.add_argument("--index", type=Path, default=INDEX, help="where the index goes (default: data/demo)")
    given = parser.parse_args()
    # Ended by a signal, it takes the server with it: left behind, that would hold the port.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    indexer = [sys.executable, "-m", "indexer", "--settings", SETTINGS]
    if status := subprocess.call([*indexer, "build", ROOT / "corpus", "--index", given.index]):
        return status
    port = 0 if given.check else given.port
    command = [sys.executable, "-m", "webapp", "--settings", SETTINGS, "--index", given.index, "--port", str(port)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        try:
            return serve(server, given.check)
        except KeyboardInterrupt:
            return 0
        finally:
            server.terminate()


def serve(server: subprocess.Popen[str], check: bool) -> int:
    """Wait for the server's address; then ask it one query, or let it run."""
    assert server.stdout is not None
    for line in server.stdout:
        if found := re.search(r"http://\S+", line):
            break
    else:
        print("The server did not start; its messages stand above.", file=sys.stderr)
        return server.wait() or 1
    address = found.group().rstrip("/")
    url = f"{address}/api/v1/search?{urllib.parse.urlencode({'q': QUERY, 'per_page': 1})}"
    print(f"\nPage: {address}/\nJSON: {url}\n", flush=True)
    if not check:
        return server.wait()
    with urllib.request.urlopen(url, timeout=30) as response:
        answer = json.load(response)
    text = json.dumps(answer, ensure_ascii=False, indent=2)
    print(re.sub(r"\[\s+(\d+),\s+(\d+)\s+\]", r"[\1, \2]", text))
    return 0 if answer["total"] else 1


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)
