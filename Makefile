# One line each; what they call can be called without make as well. PORT= and SHOUWANG_VAR= reach the demo.
PYTHON ?= python3
export PORT ?= 8000
export SHOUWANG_VAR ?= var
ENV = $(PYTHON) tools/environment.py
LINT = .venv/bin/ruff check . && .venv/bin/ruff format --check . && .venv/bin/mypy

.PHONY: demo test bench lint messages vendor env

demo:     ; @$(ENV) run && exec .venv/bin/python -m shouwang demo
test:     ; @$(ENV) all && $(LINT) && exec .venv/bin/python -m pytest -n auto --maxprocesses 4 --dist loadfile
bench:    ; @$(ENV) all && exec .venv/bin/python -m benchmarks $(BENCH) $(if $(SIZE),--size $(SIZE))
lint:     ; @$(ENV) all && $(LINT) && exec .venv/bin/lint-imports
messages: ; @$(ENV) run && exec .venv/bin/python -m shouwang.web.messages
vendor:   ; @$(ENV) all && exec .venv/bin/python -m shouwang.web.vendor
env:      ; @$(ENV) all
