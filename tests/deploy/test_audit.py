"""What the product is made of is pinned and may be used; the audit finds what is not."""

from __future__ import annotations

import json
import re
import runpy
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from tests.conftest import ROOT

AUDIT = runpy.run_path(str(ROOT / "script" / "audit.py"), run_name="audit")


def test_every_package_is_as_pinned_and_may_be_used(tmp_path: Path) -> None:
    command = [sys.executable, str(ROOT / "script" / "audit.py"), "--sbom", str(tmp_path / "sbom.json")]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    bill = json.loads((tmp_path / "sbom.json").read_text("utf-8"))
    assert (bill["bomFormat"], bill["specVersion"]) == ("CycloneDX", "1.6")
    held = {part["name"]: part for part in bill["components"]}
    assert held.keys() >= {"whoosh", "flask", "pyvi", "numba", "llvmlite", "gunicorn", "werkzeug", "scipy"}
    assert "timdoan" not in held and "pytest" not in held
    assert held["whoosh"]["purl"] == "pkg:pypi/whoosh@2.7.4"


@pytest.mark.parametrize(
    ("terms", "allowed"),
    [
        ("MIT", True),
        ("GNU Library or Lesser General Public License (LGPL)", True),
        ("LGPL-3.0-or-later", True),
        ("MPL-1.1 OR GPL-2.0-only OR LGPL-2.1-or-later", True),
        ("GPL-3.0-only", False),
        ("AGPL-3.0-only OR GPL-2.0", False),
        ("GNU Affero General Public License v3", False),
        ("GNU General Public License v2 (GPLv2)", False),
        ("", False),
    ],
)
def test_licences_that_reach_the_product_are_found(terms: str, allowed: bool) -> None:
    assert (not list(AUDIT["faults"]([("a", "1.0", terms)], {"a": "1.0"}))) is allowed


def test_another_version_than_the_pinned_one_is_found() -> None:
    pinned = AUDIT["pins"]("# a comment\nA_b==1.0\n\nc==2  # why\n")
    assert pinned == {"a-b": "1.0", "c": "2"}
    assert list(AUDIT["faults"]([("a-b", "1.1", "MIT")], pinned)) == ["a-b 1.1 is installed; constraints.txt has 1.0"]
    assert list(AUDIT["faults"]([("d", "1", "MIT")], pinned)) == ["d 1 is installed; constraints.txt has none"]


def test_newer_versions_are_proposed_of_all_that_is_pinned() -> None:
    proposed = yaml.safe_load((ROOT / ".github" / "dependabot.yml").read_text("utf-8"))["updates"]
    assert {each["package-ecosystem"] for each in proposed} == {"pip", "docker", "github-actions"}


def test_the_image_and_the_checkout_install_what_is_pinned_and_compares_its_hashes() -> None:
    lock = (ROOT / "requirements.lock").read_text("utf-8")
    locked, pinned = AUDIT["pins"](lock), AUDIT["pins"]((ROOT / "constraints.txt").read_text("utf-8"))
    assert {name: pinned.get(name) for name in locked} == locked, "run script/lock"
    needed = {AUDIT["name_of"](each.metadata["Name"]) for each in AUDIT["needed"]("timdoan", ("formats",))}
    assert needed <= locked.keys(), "run script/lock"
    for entry in re.split(r"(?m)^(?=[A-Za-z])", lock)[1:]:
        assert "--hash=sha256:" in entry
    for name in ("Dockerfile", "script/setup"):
        assert "--require-hashes --requirement requirements.lock" in (ROOT / name).read_text("utf-8")
