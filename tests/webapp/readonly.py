"""The real server, to which the folder of its index cannot be written, as on a disk mounted read-only.

Run as `python -m tests.webapp.readonly`, with the options of `webapp`. Whoever runs tests may be allowed to write
anywhere, so what would write is refused inside the process.
"""

from __future__ import annotations

import errno
import os
import sys

from webapp.commands.main import main

_CHANGES = {"os.mkdir", "os.rename", "os.remove", "os.rmdir", "os.link", "os.symlink", "os.truncate", "os.chmod"}


def refuse_writing_to(folder: str) -> None:
    """Have everything that would change `folder` fail in this process and those it starts."""

    def hook(event: str, arguments: tuple[object, ...]) -> None:
        writes = event in _CHANGES
        if event == "open":
            flags = arguments[2]
            writes = isinstance(flags, int) and bool(flags & (os.O_WRONLY | os.O_RDWR | os.O_CREAT))
        path = arguments[0] if arguments else None
        named = isinstance(path, str | bytes | os.PathLike)
        if writes and named and os.path.abspath(os.fsdecode(path)).startswith(folder):  # type: ignore[arg-type]
            raise OSError(errno.EROFS, os.strerror(errno.EROFS), path)

    sys.addaudithook(hook)


if __name__ == "__main__":
    refuse_writing_to(os.path.abspath(sys.argv[sys.argv.index("--index") + 1]))
    main(prog_name="webapp")
