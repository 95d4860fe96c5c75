# Isoform: thin targets over the `isoform` command and pytest. `make` prints this list.
.DEFAULT_GOAL := help
.PHONY: help setup doctor list check gen sim regress prove fpga fpga-table doc test mutate test-fast test-deep
.PHONY: fuzz lint format bench clean distclean
SHELL := /bin/bash

PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
UNIT   ?= mpu
N      ?= 1000000
RTL_OPTIONS = $(BUS:%=--bus %) $(LATENCY:%=--latency %)
SIM_OPTIONS = -n $(N) $(SIMULATOR:%=--simulator %) $(RTL_OPTIONS) $(SEED:%=--seed %) $(STREAM:%=--stream %) $(MODE:%=--mode %) \
  $(EPOCH:%=--epoch %) $(patsubst %,--waves,$(filter-out 0,$(WAVES)))

help: ## Print this list
	@awk 'BEGIN {FS = ":.*?## "} /^[a-z-]+:.*?## / {printf "  make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)
	@echo
	@echo "  variables: UNIT=mpu N=1000000 SEED=0x1f STREAM=file.yaml MODE=batch|interactive EPOCH=k WAVES=1"
	@echo "             BUS=axi4-lite|wishbone|wishbone-pipelined LATENCY=0 SIMULATOR=icarus"

$(VENV)/.ready: pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "isoform: Python 3.11 or newer is needed; set PYTHON=/path/to/python3.11"; exit 4; }
	@$(PYTHON) -c 'import ensurepip' 2>/dev/null || \
	  { echo "isoform: the venv module is missing: apt-get install python3-venv"; exit 4; }
	@echo "setting up $(VENV) (once)"
	@$(PYTHON) -m venv $(VENV)
	@$(BIN)/pip install --quiet --disable-pip-version-check uv 2> $(VENV)/setup.log || { cat $(VENV)/setup.log; exit 4; }
	@$(BIN)/uv pip install --quiet --python $(BIN)/python -e '.[dev]'
	@touch $@

setup: $(VENV)/.ready ## Make the environment (every other target does it when needed)

doctor: setup ## Say which outside tools are found, which are needed, and the fix
	@$(BIN)/isoform doctor

list: setup ## List the units
	@$(BIN)/isoform list

check: setup ## Check one specification (UNIT=)
	$(BIN)/isoform check $(UNIT)

gen: setup ## Write every form of a unit to build/UNIT (UNIT= BUS= LATENCY=)
	$(BIN)/isoform gen $(UNIT) $(strip $(RTL_OPTIONS))

sim: setup ## Compare RTL and model on a random stream (UNIT= N= SEED= STREAM= MODE= EPOCH= WAVES=1 BUS= LATENCY= SIMULATOR=)
	$(BIN)/isoform sim $(UNIT) $(strip $(SIM_OPTIONS))

regress: setup ## Run every unit on many seeds and write build/regress/index.html (SEEDS=10 JOBS=cores N=)
	$(BIN)/isoform regress -n $(N) $(SEEDS:%=--seeds %) $(JOBS:%=--jobs %)

prove: setup ## Prove the Verilog equal to the specification (UNIT= LATENCY=)
	$(BIN)/isoform prove $(UNIT) $(LATENCY:%=--latency %)

$(VENV)/.fpga: $(VENV)/.ready
	@echo "installing nextpnr (once)"
	@$(BIN)/uv pip install --quiet --python $(BIN)/python -e '.[fpga]'
	@touch $@

fpga: $(VENV)/.fpga ## Measure area and clock frequency of a unit on FPGAs (UNIT= DEVICE=ecp5|ice40 SEEDS=3)
	$(BIN)/isoform fpga $(UNIT) $(DEVICE:%=--device %) $(SEEDS:%=--seeds %)

fpga-table: $(VENV)/.fpga ## Measure all units and write the table in docs/fpga.md (SEEDS=1 LIMIT=seconds a step)
	$(BIN)/isoform fpga --all --seeds $(or $(SEEDS),1) --limit $(or $(LIMIT),240) --table docs/fpga.md

doc: setup ## Write the register and translation document of a unit (UNIT=)
	$(BIN)/isoform doc $(UNIT)

test: setup ## Run the tests, on all cores (those of test-deep only repeat some with more inputs)
	$(BIN)/python -m pytest tests -n auto --dist worksteal -m "not deep"

test-deep: setup ## Run the tests that repeat others with many times their inputs
	$(BIN)/python -m pytest tests -n auto --dist worksteal -m deep

mutate: setup ## Put faults into the sources; proof and simulation must see each
	$(BIN)/python -m tests.mutation

fuzz: setup ## Read inputs made at random: no traceback, no hang (COUNT=100000 SEED=1 SUBJECT=vrs|stream|..)
	$(BIN)/python -m tests.fuzz $(COUNT:%=--count %) $(SEED:%=--seed %) $(SUBJECT:%=--subject %)

test-fast: setup ## Run the tests that take no simulator build
	$(BIN)/python -m pytest tests -n auto --dist worksteal -m "not slow and not deep"

lint: setup ## Ruff and mypy --strict
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

format: setup ## Format the sources
	$(BIN)/ruff format .

bench: setup ## Measure, and print the table of the README
	$(BIN)/python -m benchmarks

clean: ## Remove what was generated
	rm -rf build

distclean: clean ## Remove the environment too
	rm -rf $(VENV)
