# Every target calls one Python script, so make is optional: python tools/project.py help
PYTHON ?= python3

.PHONY: help book test lab clean
help:  ## say what there is
	@$(PYTHON) tools/project.py help
book:  ## build the book
	@$(PYTHON) tools/project.py book
test:  ## build the book and run every check
	@$(PYTHON) tools/project.py test
lab:  ## open the chapters in JupyterLab
	@$(PYTHON) tools/project.py lab
clean:  ## remove what was built
	@$(PYTHON) tools/project.py clean
