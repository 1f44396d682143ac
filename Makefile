# Every target is one line here; what it does stands in scripts/. Needs make and Python 3.10-3.13.
#
#   PYTHON=python3.12          the Python to build the environment with
#   TORCH_BACKEND=cpu          which torch to install: cpu, auto, default, cu128 ... (see README)
#   NEWEST=1                   the newest releases instead of the pinned ones
#   LAB_ARGS=--no-browser      more arguments for JupyterLab
#   TEST_ARGS="-k charset"     more arguments for pytest, for `make unit`
#   TRAIN_ARGS, BENCH_ARGS, DATA_ARGS, PIPELINE_ARGS, TEST_SCORE_ARGS   more arguments for these

SHELL := bash
.DEFAULT_GOAL := help
export PYTHON TORCH_BACKEND NEWEST
RUN := @scripts/run.sh
TRAIN_ARGS ?= --preset laptop

.PHONY: help setup lab check test test-notebooks test-score unit refresh progress train bench bug-bench mutants fault-stages records fonts pipeline data lint clean

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "  make %-15s %s\n", $$1, $$2}' Makefile

setup: ## only set the environment up (the other targets do it themselves)
	@scripts/setup.sh

lab: ## set up, check, read a page of handwriting, open JupyterLab on the labs
	@scripts/lab.sh $(LAB_ARGS)

check: ## show what this machine has: versions, CPU, GPU, Docker, fonts, disk
	$(RUN) python -m lab_utils.check

test: ## set up, run every check, end with a summary
	$(RUN) python scripts/run_checks.py

test-notebooks: ## run the labs as regression tests
	$(RUN) python scripts/run_checks.py notebooks

test-score: ## the ML Test Score, from what the last `make test` left behind; its card
	$(RUN) python scripts/ml_test_score.py $(TEST_SCORE_ARGS)

unit: ## run the unit tests only; TEST_ARGS="-k name" picks some
	$(RUN) python -m pytest $(TEST_ARGS)

refresh: ## rebuild and execute a lab from its source: make refresh LAB=00
	$(RUN) python -m lab_utils.refresh $(or $(LAB),$(error Say which lab, as in: make refresh LAB=00))

progress: ## show which exercises you have solved
	$(RUN) python -m lab_utils.progress

train: ## train the line reader on this machine; TRAIN_ARGS="--preset gpu"
	$(RUN) python -m text_recognizer train $(TRAIN_ARGS)

bench: ## measure error, speed and memory, beside other readers where installed
	$(RUN) python -m benchmarks $(BENCH_ARGS)

bug-bench: ## rate the test suite on planted faults; BUG_BENCH_ARGS="--only NAME"
	$(RUN) python -m text_recognizer.testing.bench $(or $(BUG_BENCH_ARGS),--record)

mutants: ## change decoding and error counts in small ways: which changes do the tests miss?
	$(RUN) python -m lab_utils.tools.mutants

fault-stages: ## plant faults in a clean copy: which stage of the checks sees them first, and when
	$(RUN) python -m lab_utils.tools.detection

records: ## measure again what the labs compare with, data/records; half an hour or more
	$(RUN) python -m text_recognizer.testing.data_tests
	$(RUN) python -m text_recognizer.testing.behaviour behaviour
	$(RUN) python -m text_recognizer.testing.behaviour regression
	$(RUN) python -m text_recognizer.troubleshooting.speed
	$(RUN) python -m text_recognizer.troubleshooting.scaling

fonts: ## install the handwriting fonts that the renderer draws with
	@scripts/fonts.sh

pipeline: ## fonts to bundle: run the stages of data/dvc.yaml whose inputs changed
	$(RUN) dvc repro $(PIPELINE_ARGS) data/dvc.yaml

data: ## download and verify the real handwriting sets; DATA_ARGS names some
	$(RUN) python -m text_recognizer.sources.download $(DATA_ARGS)

lint: ## format, rules, types, shell scripts, workflows
	$(RUN) python scripts/run_checks.py lint

clean: ## remove what can be made again; keeps the environment and downloads
	@scripts/clean.sh
