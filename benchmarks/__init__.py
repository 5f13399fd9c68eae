"""Side-by-side benchmarks with other engines. Run `python -m benchmarks`; docs/performance.md has the results.

    corpus, drawing     the corpora, and the queries drawn from them
    workloads/          the definition of each run, as data
    engines/            one file per engine, behind one interface
    worker              an engine's own process; fleet: how the run talks to it
    measuring           the rounds; articles_in, segmenting, loading: measurements other than queries
    figures, report, plot   results/*.json become docs/performance.md

`python -m benchmarks.relevance` measures relevance instead, beside the engines of `ranked_by`; docs/relevance.md has
the results.

Nothing here is imported by the library or the server.
"""
