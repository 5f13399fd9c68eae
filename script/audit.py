"""What the product is made of: every package that it needs, its version and licence; see `script/audit`."""

from __future__ import annotations

import argparse
import json
import re
import sys
from collections.abc import Iterable, Iterator, Mapping
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path
from typing import Any

from packaging.requirements import Requirement

ROOT = Path(__file__).resolve().parent.parent
PRODUCT = "timdoan"

FORBIDDEN = re.compile(r"AGPL|AFFERO|(?<!L)GPL|(?<!LESSER )GENERAL PUBLIC LICENSE|SSPL|BUSL")
"""Licences whose terms would reach the product or who serves it; the LGPL, of libraries that are imported, does not."""

KNOWN = {
    "whoosh": "BSD-2-Clause",
    "pyvi": "MIT",
    "python-crfsuite": "MIT",
    "sklearn-crfsuite": "MIT",
    "pytrec-eval-terrier": "MIT",
}
"""The licences of packages whose metadata do not tell, as they stand in their sources."""


def name_of(name: str) -> str:
    """A package's name as PyPI compares it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def needed(root: str, extras: Iterable[str] = ()) -> Iterator[Distribution]:
    """The installed packages that a package needs, itself left out; those of extras only where installed."""
    seen: set[tuple[str, str]] = set()
    ahead = [(root, extra) for extra in ("", *extras)]
    found: dict[str, Distribution] = {}
    while ahead:
        name, extra = ahead.pop()
        if (name_of(name), extra) in seen:
            continue
        seen.add((name_of(name), extra))
        try:
            held = distribution(name)
        except PackageNotFoundError:
            continue
        found[name_of(name)] = held
        for text in held.requires or ():
            wanted = Requirement(text)
            if wanted.marker is None or wanted.marker.evaluate({"extra": extra}):
                ahead += [(wanted.name, each) for each in ("", *wanted.extras)]
    found.pop(name_of(root), None)
    return iter([found[name] for name in sorted(found)])


def licence(metadata: Mapping[str, Any], classifiers: Iterable[str], name: str) -> str:
    """The licence that the metadata of a package tell, else what is known of it; empty: nothing is."""
    if expression := metadata.get("License-Expression"):
        return str(expression)
    told = [each.rpartition(" :: ")[2] for each in classifiers if each.startswith("License :: ")]
    told = [each for each in told if each != "OSI Approved"]
    first = str(metadata.get("License") or "").strip().splitlines()[:1]
    return " OR ".join(told) or (first[0] if first and first[0] != "UNKNOWN" else "") or KNOWN.get(name_of(name), "")


def pins(text: str) -> dict[str, str]:
    """The versions that lines of constraints name."""
    lines = (line.split("#")[0].strip() for line in text.splitlines())
    pairs = (line.partition("==")[::2] for line in lines if "==" in line)
    return {name_of(name): version.split()[0] for name, version in pairs}


def faults(packages: Iterable[tuple[str, str, str]], pinned: Mapping[str, str]) -> Iterator[str]:
    """A sentence for each package (name, version, licence) that is not pinned as installed, or may not be used."""
    for name, version, terms in packages:
        if pinned.get(name) != version:
            yield f"{name} {version} is installed; constraints.txt has {pinned.get(name, 'none')}"
        if not terms:
            yield f"{name} {version} has no licence that its metadata tell: look it up, and add it to KNOWN"
        elif all(FORBIDDEN.search(each.upper()) for each in terms.split(" OR ")):
            yield f"{name} {version} has the licence {terms}, which this project cannot take"


def bill(packages: Iterable[tuple[str, str, str]], version: str) -> dict[str, Any]:
    """The packages as a bill of materials: CycloneDX 1.6."""
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {"component": {"type": "application", "name": PRODUCT, "version": version}},
        "components": [
            {
                "type": "library",
                "name": name,
                "version": held,
                "purl": f"pkg:pypi/{name}@{held}",
                "bom-ref": f"pkg:pypi/{name}@{held}",
                "licenses": [{"license": {"name": terms}}],
            }
            for name, held, terms in packages
        ],
    }


def main() -> int:
    """Print what is wrong; 1 where anything is."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sbom", type=Path, help="write a bill of materials (CycloneDX 1.6, JSON) to this file")
    options = parser.parse_args()
    packages = []
    for held in needed(PRODUCT, ("redis", "formats", "opensearch", "spark")):
        metadata = held.metadata
        name = name_of(metadata["Name"])
        values = {key: metadata.get(key) for key in ("License-Expression", "License")}
        packages.append((name, held.version, licence(values, metadata.get_all("Classifier") or (), name)))
    found = list(faults(packages, pins((ROOT / "constraints.txt").read_text("utf-8"))))
    for sentence in found:
        print(sentence, file=sys.stderr)
    if options.sbom:
        version = distribution(PRODUCT).version
        options.sbom.write_text(json.dumps(bill(packages, version), indent=1) + "\n", "utf-8")
    print(f"{len(packages)} packages, {len(found)} faults")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
