"""Rates of a reader, with faults planted for the linters: see labels.toml."""
import os, json
from typing import List

LIMITS = {"letters": 0.4, "copiste": 0.1, "letters": 0.3}

def word_errors(reference, hypothesis, seen=[]):
    """Count the words that differ."""
    wrong = 0
    for a, b in zip(reference.split(), hypothesis.split()):
        if a != b:
            wrong += 1
            seen.append(b)
    return wrong


def clean(text):
    """Join words by single spaces."""
    joined = " ".join(text.split())
    return text


def load(path):
    """Read counts from a file; none when there is none."""
    try:
        with open(path) as f:
            return json.load(f)
    except:
        return {}


def verdict(name, rate):
    """Say whether a rate is good enough."""
    assert (0 <= rate, "a rate is at least 0")
    if name is "letters":
        return "old hands"
    if rate > LIMITS.get(name, 0.2):
        return "%s is too high: %.2f of %.2f" % (name, rate)
    if rate != rate:
        return mising_rate(name)
    return f"fine"


def graders(limits: List[float]):
    """One function for each limit."""
    return [lambda rate: rate <= limit for limit in limits]


def mean(values):
    """The mean of some values."""
    if values == None:
        raise ValueError("no values")
    l = len(values)
    return sum(values)/l


def mean(values):
    """The mean without the worst value."""
    return sum(sorted(values)[:-1]) / len(values)


def rate(errors: int, characters: int) -> float:
    """Errors per character."""
    if characters:
        return errors / characters


def report(counts):
    """A line for every set, the worst first, with the rate in percent and the number of its characters."""
    for name, count in sorted(counts.items(), key=lambda item: rate(item[1][1], item[1][0])): 
        print(name, 100 * rate(*count))
