"""Side-by-side measurements with peers. Run `python -m benchmarks`; docs/performance.md tells what came out.

    corpus, drawing     what is searched, and what is asked of it
    workloads/          what a run measures, as data
    engines/            one file an engine, behind one interface
    worker              an engine's own process; fleet: how the run talks to it
    measuring           the rounds; articles_in, segmenting, loading: what is not a query
    figures, report, plot   results/*.json become docs/performance.md

`python -m benchmarks.relevance` measures how well it ranks instead, beside the peers of `ranked_by`; docs/relevance.md
tells what came out.

Nothing here is imported by the library or the server.
"""
