# Run `make` alone for the list of commands. The work is done in scripts/.

SHELL := /bin/sh
.DEFAULT_GOAL := help
PYTHON = $$(sh scripts/find-python.sh)

.PHONY: help run test test-model faults bench lint format lock clean

help: ## List the commands
	@grep -hE '^[a-z-]+:.*## ' Makefile | sed -E 's/^([a-z-]+):.*## (.*)/  make \1|\2/' | column -t -s '|' 2>/dev/null \
		|| grep -hE '^[a-z-]+:.*## ' Makefile

run: ## Install what is missing, build, and serve TaskChat (HOST, PORT)
	@python=$(PYTHON) && exec "$$python" -m scripts.run

test: ## Run every test (one suite: SUITE=unit)
	@python=$(PYTHON) && exec "$$python" -m scripts.test $(SUITE)

test-model: ## Talk to a real language model on this machine, over both of OpenAI's APIs
	@python=$(PYTHON) && exec "$$python" -m scripts.real_model

faults: ## Break everything, hundreds of times, for half an hour (a part: ONLY="p16 or p19")
	@python=$(PYTHON) && exec "$$python" -m scripts.faults $(ONLY)

bench: ## Measure beside a FastAPI server that does the same (options: ARGS="--rounds 10")
	@python=$(PYTHON) && exec "$$python" -m scripts.bench $(ARGS)

lint: ## Check formatting, types, import directions and lock files
	@python=$(PYTHON) && exec "$$python" -m scripts.lint

format: ## Format Python and TypeScript
	@python=$(PYTHON) && exec "$$python" -m scripts.lint --fix

lock: ## Renew each package-lock.json after a package.json changed
	@python=$(PYTHON) && exec "$$python" -m scripts.lock

clean: ## Remove what was installed and built (var/, with your data, stays)
	rm -rf .venv frontend/node_modules frontend/.next frontend/out \
		frontend/chatkit-element/node_modules frontend/chatkit-element/dist \
		.mypy_cache .ruff_cache .pytest_cache .import_linter_cache var/stamps var/environments
