# The same few commands for people and for CI. `make demo` and `make test` set up all they need.
PYTHON ?= python3
VENV   ?= .venv
REPO   ?= .
MINUTES ?= 30
BIN    := $(VENV)/bin
RUN    := $(BIN)/python -m

.PHONY: demo test check lint unit fuzz docs editor vsix models venv clean

demo: $(VENV)/.base ## Everything once, on a real repository: make demo REPO=~/src/project
	$(BIN)/inglenook models pull
	$(BIN)/inglenook demo $(REPO)
	@echo
	@echo "To use it in VS Code:"
	@echo "  make vsix && code --install-extension client-vscode/inglenook.vsix"
	@echo "Any other editor: start  $(abspath $(BIN)/inglenook) serve  as a language server."

test: $(VENV)/.dev ## All tests, the one in the real editor included
	$(BIN)/inglenook models pull smollm2-135m
	$(BIN)/inglenook models pull all-minilm-l6-v2
	$(RUN) tests.vscode.setup
	$(RUN) pytest

unit: $(VENV)/.dev ## The tests that need neither weights nor an editor
	$(RUN) pytest -m "not model and not editor"

fuzz: $(VENV)/.dev ## Search the properties at random, half an hour each: make fuzz MINUTES=5 TESTS=tests/indexer
	$(BIN)/inglenook models pull smollm2-135m
	$(RUN) tests.fuzz --minutes $(MINUTES) $(TESTS)

docs: $(VENV)/.dev ## Write the documents that are made: figures, settings, the protocol
	$(RUN) tests.docs

editor: $(VENV)/.dev ## Only the test in the real editor; screenshots land in artefacts/
	$(BIN)/inglenook models pull smollm2-135m
	$(RUN) tests.vscode.setup
	$(RUN) pytest -m editor

lint: $(VENV)/.dev
	$(RUN) ruff check .
	$(RUN) ruff format --check .
	$(RUN) mypy
	$(BIN)/lint-imports
	$(RUN) tests.vscode.setup --lint

check: lint test ## What a change must pass

vsix: ## Package the VS Code extension, with our wheel in it: client-vscode/inglenook.vsix. Needs Node and pip alone
	$(PYTHON) -m tests.vscode.package

models: $(VENV)/.base
	$(BIN)/inglenook models pull

venv: $(VENV)/.dev

# The base install is all that index, search, ask, complete and serve need; .dev adds torch, peft and the test tools.
$(VENV)/.base: pyproject.toml constraints.txt
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --upgrade "pip>=25.1"
	$(BIN)/python -m pip install --quiet --constraint constraints.txt --editable .
	touch $@

$(VENV)/.dev: $(VENV)/.base
	$(BIN)/python -m pip install --quiet --constraint constraints.txt torch
	$(BIN)/python -m pip install --quiet --constraint constraints.txt --editable ".[torch]" --group dev
	touch $@

clean: ## Remove what was made here; indexes and models in the cache stay
	rm -rf $(VENV) build dist artefacts client-vscode/node_modules client-vscode/.node client-vscode/out client-vscode/*.vsix
