"""The summary of examples/telemetry."""

from dataclasses import dataclass
from math import inf

import telemetry

HOT = 44.5


@dataclass
class Metric:
    count: int = 0
    total: float = 0.0
    least: float = inf
    most: float = -inf

    def add(self, value):
        self.count += 1
        self.total += value
        self.least = min(self.least, value)
        self.most = max(self.most, value)


counts = {}  # samples by device
metrics = {}  # by name
hot = set()  # devices


def on_connect(device):
    counts[device] = 0


def on_samples(device, samples):
    counts[device] += len(samples)
    for sample in samples:
        metrics.setdefault(sample["metric"], Metric()).add(sample["value"])
        if sample["metric"] == "temperature" and sample["value"] >= HOT and device not in hot:
            hot.add(device)
            telemetry.alert(f"{device} is hot, since {sample['at_ms']} ms")


def samples_of(device):
    return counts[device]


def summary():
    """Makes a line for each metric: its name, and the number, least, mean and most of its values."""
    for name, metric in sorted(metrics.items()):
        yield name, metric.count, metric.least, metric.total / metric.count, metric.most
