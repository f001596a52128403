"""The parts of `make bench`. tools/bench_report.py is its command line."""
