"""What this book adds to Jupyter Book: kernels, local assets, clean pages.

It is for the build in the project's repository: it reads the repository's ``tests`` (which test
holds which result) and ``book/_assets``, and lets kernels find `ste` and `stebook` there.

What belongs here: one file for each part of the Sphinx extension, connected to one event. What
never does: what a reader's kernel needs, and imports from `ste` or a chapter, whose text it reads.
"""

from sphinx.application import Sphinx

from stebook.build import (
    ahead,
    assets,
    contents,
    docstrings,
    embeds,
    exercises,
    finding,
    footer,
    kernels,
    landing,
    languages,
    licences,
    maths,
    pages,
    proofs,
    reading,
    results,
    shared,
    signatures,
    streams,
    styles,
    symbols,
    versions,
    written,
)


def setup(app: Sphinx) -> dict[str, bool]:
    """Connect the parts; each has one event."""
    app.add_config_value("stebook_assets", "", "html", [str])
    app.add_config_value("stebook_repository", "", "html", [str])
    app.add_config_value("stebook_results", {}, "env", [dict])
    app.add_config_value("stebook_scripts", {}, "env", [dict])
    app.add_config_value("stebook_core", [], "env", [list])
    app.connect("config-inited", kernels.prepare, priority=10)
    app.connect("config-inited", assets.collect)
    app.connect("config-inited", footer.write)
    app.connect("config-inited", results.collect)
    app.add_html_math_renderer("katex", (maths.inline, maths.depart), (maths.display, maths.depart))
    app.connect("builder-inited", maths.begin)
    app.connect("doctree-resolved", maths.join)
    app.connect("html-page-context", maths.finish, priority=800)
    app.connect("build-finished", maths.end)
    app.connect("env-get-outdated", contents.changed)
    app.connect("env-before-read-docs", ahead.run)
    app.connect("env-updated", contents.remember)
    app.connect("doctree-read", streams.join)
    app.connect("doctree-read", results.mark)
    app.connect("doctree-read", proofs.fold)
    app.connect("doctree-read", exercises.mark)
    app.add_directive("symbols", symbols.Symbols)
    app.connect("doctree-read", symbols.check)
    app.add_role("checked", results.Checked())
    app.add_role("reading", reading.Minutes())
    app.connect("doctree-read", reading.take, priority=900)
    app.connect("env-purge-doc", reading.forget)
    app.connect("env-merge-info", reading.merge)
    app.connect("env-updated", reading.outdated)
    app.connect("doctree-resolved", reading.say)
    app.connect("build-finished", reading.write)
    app.connect("autodoc-process-docstring", docstrings.escape, priority=400)
    app.connect("autodoc-process-signature", signatures.write)
    app.connect("autodoc-skip-member", signatures.is_helper)
    app.add_autodocumenter(signatures.Constant, override=True)
    app.connect("html-page-context", pages.clean, priority=900)
    app.connect("html-page-context", shared.add, priority=850)
    app.connect("doctree-read", languages.depend)
    app.connect("html-page-context", languages.offer)
    app.connect("build-finished", languages.write, priority=400)
    app.connect("build-finished", assets.drop)
    app.connect("build-finished", embeds.write)
    app.connect("build-finished", styles.write)
    app.connect("build-finished", landing.write)
    app.connect("html-page-context", finding.load)
    app.connect("build-finished", finding.write)
    app.connect("html-page-context", licences.link)
    app.connect("build-finished", licences.write)
    app.connect("build-finished", versions.write, priority=800)
    app.connect("env-get-updated", written.outdated, priority=900)
    app.connect("build-finished", written.remember, priority=900)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
