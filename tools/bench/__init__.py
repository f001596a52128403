"""What `make bench` is made of; tools/bench_report.py is its command line."""
