"""Tinkernet against its rivals, and the bars it must hold: `make bench`, or

    python -m tests.benchmarks [--quick] [--only W1,W7,…] [--rounds N] [--cpu] [--profile]

Every contestant has a process of its own, all on one core with one thread each; they take turns in
shuffled rounds, the ratio is taken inside a round, and the median of the ratios counts. An absolute
time swings by a factor of two from minute to minute; such a ratio hardly moves.
"""
