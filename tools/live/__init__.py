"""The chapters as notebooks that run in the reader's browser: JupyterLite with Pyodide.

What belongs here: how the site is put together with what runs there. What never does: a chapter's
text, which `tools.course` makes a notebook of.
"""
