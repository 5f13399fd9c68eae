"""pyvi itself, the oracle of the segmentation tests."""

from __future__ import annotations

import warnings
from collections.abc import Callable

import pytest


@pytest.fixture(scope="session")
def pyvi_tokenize() -> Callable[[str], str]:
    with warnings.catch_warnings():
        # Invalid escapes in pyvi's source, deprecated names in what it imports.
        warnings.simplefilter("ignore")
        from pyvi import ViTokenizer
    return ViTokenizer.tokenize
