# make        the collection on the seed text, as pages, in site/
# make test   style, every test, every notebook run again and compared
# make lab    JupyterLab in notebooks/
# make notebooks    every notebook run again in its place, after a change to a lens

# the first Python of 3.11 or newer
PYTHON ?= $(firstword $(foreach p,python3 python3.14 python3.13 python3.12 python3.11 python,\
	$(shell $(p) -c 'import sys; sys.version_info >= (3, 11) and print("$(p)")' 2>/dev/null)))
TEXT ?= seeds/lyamin-interview.txt
BIN := .venv/bin

.PHONY: site test lab notebooks clean

site: .venv/ready
	$(BIN)/subtext render "$(TEXT)" --to site
	@echo "The pages stand in site/: open site/index.html"

test: .venv/ready
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/pytest

lab: .venv/ready
	cd notebooks && ../$(BIN)/jupyter lab

# only what the code says may stay in the file: no times, no versions, no controls that died with their kernel
notebooks: .venv/ready
	$(BIN)/ruff format notebooks
	$(BIN)/jupyter nbconvert --to notebook --execute --inplace --ExecutePreprocessor.record_timing=False \
		--ClearMetadataPreprocessor.enabled=True --ClearMetadataPreprocessor.preserve_cell_metadata_mask=tags \
		--ClearMetadataPreprocessor.preserve_nb_metadata_mask=kernelspec notebooks/*.ipynb
	sed '/"application\/vnd.jupyter.widget-view+json": {/,/}/d' notebooks/explore.ipynb > notebooks/.static
	mv notebooks/.static notebooks/explore.ipynb

# axe-core, the accessibility checker of the page tests, is the one thing from npm; without it those tests say so and skip
.venv/ready: pyproject.toml constraints.txt
	@test -n "$(PYTHON)" || { echo "Subtext needs Python 3.11 or newer" >&2; exit 1; }
	@echo "Installing what is needed into .venv/: some minutes, this once"
	$(PYTHON) -m venv .venv
	$(BIN)/pip install -q -c constraints.txt -e ".[notebooks,test,baselines,cluster,documents,learn]"
	npm install --silent --no-save --no-package-lock --prefix .venv axe-core@4.14.1 || echo "no axe-core: the accessibility tests will skip"
	touch $@

clean:
	rm -rf .venv site
