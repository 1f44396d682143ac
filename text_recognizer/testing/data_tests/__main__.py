"""``python -m text_recognizer.testing.data_tests``: tune the data tests and record their rates."""

from __future__ import annotations

from text_recognizer.testing.data_tests.record import main

if __name__ == "__main__":
    main()
