"""What costs time: blocks, optimiser state, loading, threads, batch size, and a slow reader."""

from __future__ import annotations

from text_recognizer.core.lazy import lazy_names

__all__ = [
    "block_flops",
    "held_out",
    "line_files",
    "order_of",
    "race_batches",
    "race_block",
    "race_threads",
    "read_slowly",
    "recorded_trials",
    "state_size",
    "time_lines",
    "try_compile",
]

__getattr__, __dir__ = lazy_names(
    __name__,
    {
        "block_flops": "blocks",
        "held_out": "loading_model",
        "line_files": "slow",
        "order_of": "loading",
        "race_batches": "batches",
        "race_block": "blocks",
        "race_threads": "threads",
        "read_slowly": "slow",
        "recorded_trials": "grid",
        "state_size": "state",
        "time_lines": "line_times",
        "try_compile": "compile",
    },
)
