"""What a cell prints, in one piece, however the kernel sent it.

A busy machine sends one table in several pieces, cut anywhere. MyST-NB's own merging
(``nb_merge_streams``) ends a line at every cut.
"""

from docutils import nodes
from sphinx.application import Sphinx


def join(app: Sphinx, doctree: nodes.document) -> None:
    """Put the pieces of a stream into its first block, in each cell of a document."""
    for cell in list(doctree.findall(nodes.container)):
        if cell.get("nb_element") == "cell_code_output":
            blocks: dict[str, list[nodes.literal_block]] = {}
            for block in cell.findall(nodes.literal_block):
                if {"stream", "stderr"} & set(block["classes"]):
                    blocks.setdefault(" ".join(block["classes"]), []).append(block)
            for pieces in blocks.values():
                _merge(*pieces)


def _merge(first: nodes.literal_block, *later: nodes.literal_block) -> None:
    """Add the texts of later blocks to the first."""
    text = "".join(block.astext() for block in (first, *later))
    first.rawsource = text
    first.clear()
    first += nodes.Text(text)
    for block in later:
        block.parent.remove(block)
