"""Settings come from the environment and are refused by name when wrong."""

from __future__ import annotations

from pathlib import Path

import pytest

from indexer.errors import SettingInvalid
from indexer.settings import Settings


def test_what_is_given_wins_over_the_environment_and_that_over_the_default() -> None:
    environment = {"TIMDOAN_INDEX": "/archive", "TIMDOAN_PAGE_SIZE": "25"}
    assert Settings.from_environment(environment).index == Path("/archive")
    assert Settings.from_environment(environment, index=Path("/given")).index == Path("/given")
    assert Settings.from_environment(environment, index=None).page_size == 25
    assert Settings.from_environment({}).index == Path("data/index")


def test_lists_are_parted_by_commas() -> None:
    settings = Settings.from_environment({"TIMDOAN_CORS_ORIGINS": "https://a.example, https://b.example"})
    assert settings.cors_origins == ("https://a.example", "https://b.example")


@pytest.mark.parametrize(
    ("name", "value"),
    [("PAGE_SIZE", "many"), ("PAGE_SIZE", "0"), ("B", "1.5"), ("FOUND_SHARE", "nan"), ("PORT", "70000")],
)
def test_a_wrong_value_is_refused_with_the_name_of_the_setting(name: str, value: str) -> None:
    with pytest.raises(SettingInvalid) as caught:
        Settings.from_environment({f"TIMDOAN_{name}": value})
    assert name.lower() in str(caught.value)
    assert f"TIMDOAN_{name}" in caught.value.hint


def test_the_kind_of_value_wanted_is_said_in_plain_words() -> None:
    with pytest.raises(SettingInvalid, match="'many', which is not a whole number"):
        Settings.from_environment({"TIMDOAN_PAGE_SIZE": "many"})
    with pytest.raises(SettingInvalid, match="'low', which is not a number"):
        Settings.from_environment({"TIMDOAN_B": "low"})
