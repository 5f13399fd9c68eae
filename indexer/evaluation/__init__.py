"""Evaluation of relevance on judged sets.

`judged` reads judged sets, `run` searches them, `measures` computes nDCG and others, `variants` makes typing variants
of queries, `comparison` compares two runs, `tuning` and `coordinate_ascent` tune weights.
"""
