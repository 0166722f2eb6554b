# Every target calls one Python script, so make is optional: python tools/project.py help
PYTHON ?= python3
# The table for `make deep`, and options of `python -m experiments` after it.
TABLE ?=
# The part for `make benchmarks`; all if none is named.
PART ?=

.PHONY: help book course test-course live test-live test check lab deep test-deep benchmarks clean
help:  ## say what there is
	@$(PYTHON) tools/project.py help
book:  ## build the book
	@$(PYTHON) tools/project.py book
course:  ## notebooks, assignments, slides and hand-outs for a course
	@$(PYTHON) tools/project.py course
test-course:  ## run every notebook of the course
	@$(PYTHON) tools/project.py test-course
live:  ## the book with its chapters as notebooks in the browser; PYODIDE=... has Python beside it
	@$(PYTHON) tools/project.py live
test-live:  ## run the notebooks of the core path in Chromium
	@$(PYTHON) tools/project.py test-live
test:  ## build the book and run every check
	@$(PYTHON) tools/project.py test
check:  ## lint, types, examples and the unit tests of what changed: for daily work
	@$(PYTHON) tools/project.py check
lab:  ## open the chapters in JupyterLab
	@$(PYTHON) tools/project.py lab
deep:  ## run a table of the deep experiments: make deep TABLE=lenet-mnist
	@$(PYTHON) tools/project.py deep $(TABLE)
test-deep:  ## run the tests of the deep experiments
	@$(PYTHON) tools/project.py test-deep
benchmarks:  ## measure speed against other libraries and a stock book: make benchmarks PART=descents
	@$(PYTHON) tools/project.py benchmarks $(PART)
clean:  ## remove what was built
	@$(PYTHON) tools/project.py clean
