"""The plot of docs/performance.md: how the median time of a query grows with the corpus."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import matplotlib

matplotlib.use("svg")
from matplotlib import pyplot

from benchmarks.figures import middle

SHOWN = {"question_any": "questions, any syllable", "question_planned": "questions, weighted query"}
COLOURS = {
    "ours": "#b3261e",
    "tantivy": "#1f5f99",
    "tantivy-top": "#7fb0dc",
    "xapian": "#5c8a3a",
    "bm25s": "#8a6fb3",
    "fts5": "#b58b2a",
    "whoosh": "#666666",
}


def draw(result: dict[str, Any], path: Path) -> None:
    """Write an SVG: a panel a query set, both axes logarithmic. The same results give the same file."""
    matplotlib.rcParams.update({"svg.hashsalt": "timdoan", "svg.fonttype": "none", "font.family": "sans-serif"})
    figure, panels = pyplot.subplots(1, len(SHOWN), figsize=(10, 4.2), sharey=True, layout="constrained")
    sizes = sorted(map(int, result["searching"]))
    for panel, (name, title) in zip(panels, SHOWN.items(), strict=True):
        for engine, colour in COLOURS.items():
            points = [
                (result["corpora"][str(size)], middle([row["p50"] for row in found["wall"]]))
                for size in sizes
                if (found := result["searching"][str(size)]["queries"].get(name, {}).get(engine))
            ]
            if points:
                panel.plot(*zip(*points, strict=True), marker="o", color=colour, label=engine)
        panel.set(xscale="log", yscale="log", xlabel="paragraphs", title=title)
        panel.grid(alpha=0.3)
    panels[0].set_ylabel("median, ms a query")
    figure.legend(*panels[0].get_legend_handles_labels(), loc="outside lower center", ncols=7, frameon=False)
    figure.savefig(path, metadata={"Date": None})
    pyplot.close(figure)
