"""Write the sample output in README.md as the programs print it now; what differs at each run is left as it stands.

.venv/bin/python script/samples.py
.venv/bin/python script/samples.py --check     only say what is out of date; exit status 1 when something is
"""

from __future__ import annotations

import difflib
import re
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
DOCUMENTS = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]

BLOCK = re.compile(
    r"(<!-- output of (?P<command>[^\n]+) -->\n+```\w*\n)(?P<text>.*?)(?=```\n+<!-- end of output -->)", re.S
)

VARYING = re.compile(
    r"[\d.]+ seconds, [\d,]+ paragraphs a second|\d{6}-[0-9a-f]{8}|(?<=127\.0\.0\.1):\d+|(?<=\"took_ms\": )[\d.]+"
)
"""Times, the name of a generation, a free port: another one at each run."""


def outputs() -> dict[str, str]:
    """What each command prints, by how a document calls it."""
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, ROOT / "script" / "demo.py", "--index", f"{folder}/index", "--check"]
        printed = subprocess.check_output(command, stderr=subprocess.DEVNULL, text=True, cwd=ROOT)
    answer = printed[printed.index("{\n") :]
    query_ends = printed.index("\n  },\n") + len("\n  },\n")
    return {"script/demo --check, its beginning": f"{printed[:query_ends]}  ...\n", "the address above": answer}


def renewed(document: str, printed: dict[str, str]) -> str:
    """The document with its samples as they are printed now; a sample of an unknown command is a `KeyError`."""

    def block(found: re.Match[str]) -> str:
        now = printed[found["command"]]
        same = VARYING.sub("", now) == VARYING.sub("", found["text"])
        return found[0] if same else found[1] + now

    return BLOCK.sub(block, document)


def main(check: bool) -> int:
    """Renew the documents, or say which are out of date, and return the exit status."""
    printed = outputs()
    stale = 0
    for path in DOCUMENTS:
        text = path.read_text("utf-8")
        if (now := renewed(text, printed)) != text:
            stale += 1
            print(f"{path.relative_to(ROOT)} {'is out of date' if check else 'renewed'}")
            print(
                *difflib.unified_diff(text.splitlines(), now.splitlines(), "stands", "printed", lineterm=""), sep="\n"
            )
            if not check:
                path.write_text(now, "utf-8")
    return 1 if stale and check else 0


if __name__ == "__main__":
    sys.exit(main("--check" in sys.argv[1:]))
