"""A process that reads files as `indexer.ingest.reader_process`, and does what the text of each file says."""

from __future__ import annotations

import json
import os
import signal
import sys
from pathlib import Path

from indexer.ingest.reader_process import FRAME


def answer(value: list[object]) -> None:
    data = json.dumps(value).encode()
    sys.stdout.buffer.write(FRAME.pack(len(data)) + data)
    sys.stdout.buffer.flush()


answer(["ready"])
for line in sys.stdin.buffer:
    said = Path(json.loads(line)["path"]).read_text("utf-8")
    if "first" in said:
        answer(["draft", 1, "", 1, {"id": "mot", "title": "Một", "paragraphs": [["Chữ.", "body"]], "attributes": {}}])
    if "hang" in said:
        signal.pause()
    elif "crash" in said:
        os.abort()
    elif "exit" in said:
        sys.exit(3)
    elif "flood" in said:
        sys.stdout.buffer.write(FRAME.pack(1 << 40))
        sys.stdout.buffer.flush()
    answer(["end"])
