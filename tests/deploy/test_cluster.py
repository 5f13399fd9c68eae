"""The files of a cluster name one version, and the plugin's zip is what `opensearch-plugin install` takes."""

from __future__ import annotations

import subprocess
import xml.etree.ElementTree as ElementTree
import zipfile
from io import BytesIO
from pathlib import Path

import pytest
import yaml

from indexer.engine.opensearch.connection import SUPPORTED
from tests.conftest import ROOT

DEPLOY = ROOT / "deploy" / "opensearch"
POM = ElementTree.parse(DEPLOY / "pom.xml").getroot()
VERSION = POM.findtext("{*}properties/{*}opensearch.version") or POM.findtext("properties/opensearch.version")


def test_one_version_is_named_everywhere() -> None:
    assert VERSION is not None
    assert int(VERSION.split(".")[0]) in SUPPORTED
    services = yaml.safe_load((DEPLOY / "compose.yaml").read_text("utf-8"))["services"]
    assert {service["image"] for service in services.values()} == {f"opensearchproject/opensearch:{VERSION}"}


def test_nodes_of_containers_listen_on_this_machine_only() -> None:
    services = yaml.safe_load((DEPLOY / "compose.yaml").read_text("utf-8"))["services"]
    names = ",".join(services)
    for name, service in services.items():
        assert all(port.startswith("127.0.0.1:") for port in service["ports"])
        assert service["environment"]["node.name"] == name
        assert service["environment"]["discovery.seed_hosts"] == names


@pytest.mark.cluster
def test_the_plugin_is_packed_as_opensearch_wants_it() -> None:
    made = subprocess.run([ROOT / "script" / "cluster", "plugin"], check=True, capture_output=True, text=True)
    with zipfile.ZipFile(Path(made.stdout.strip())) as plugin:
        lines = plugin.read("plugin-descriptor.properties").decode().splitlines()
        told = dict(line.split("=", 1) for line in lines)
        with zipfile.ZipFile(BytesIO(plugin.read(f"{told['name']}.jar"))) as jar:
            classes = jar.namelist()
    assert told["opensearch.version"] == VERSION
    assert told["classname"].replace(".", "/") + ".class" in classes
