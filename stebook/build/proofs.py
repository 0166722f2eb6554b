"""Proofs that a page opens without: ``:class: dropdown`` on a proof folds it.

The theme folds an admonition by its title, and stops where there is none. A proof has no title, so
it is put into an element that folds by itself.
"""

from docutils import nodes
from sphinx.application import Sphinx
from sphinx_proof.nodes import proof_node

OPENING = "<details><summary>Proof</summary>"


def fold(app: Sphinx, doctree: nodes.document) -> None:
    """Put each proof of the class `dropdown` into an element that a reader opens."""
    for proof in list(doctree.findall(proof_node)):
        (box,) = proof.children  # an admonition, which has the classes
        if "dropdown" in box["classes"]:
            box["classes"].remove("dropdown")
            place = nodes.container("", classes=["dropdown", "folded-proof"])
            proof.replace_self(place)
            place += [
                nodes.raw("", OPENING, format="html"),
                proof,
                nodes.raw("", "</details>", format="html"),
            ]
