"""The address by which students have a repository's notebooks on a class's hub.

python -m tools.course.link HUB REPOSITORY BRANCH NOTEBOOK
"""

import sys
from urllib.parse import urlencode, urlparse


def link(hub: str, repository: str, branch: str, path: str = "") -> str:
    """Compose the link that nbgitpuller follows: it pulls, then opens a notebook.

    Parameters
    ----------
    hub : str
        Address of the JupyterHub.
    repository, branch : str
        What is pulled, as git clones it.
    path : str
        The notebook that opens, inside the repository; its folder if empty.

    Raises
    ------
    ValueError
        If an address is none, or the branch is empty.

    Examples
    --------
    >>> link("https://hub.example.edu", "https://example.org/ste", "main", "student/model.ipynb")
    'https://hub.example.edu/hub/user-redirect/git-pull?repo=https%3A%2F%2Fexample.org%2Fste&branch=main&urlpath=lab%2Ftree%2Fste%2Fstudent%2Fmodel.ipynb'
    """
    for name, address in (("hub", hub), ("repository", repository)):
        if "://" not in address or not urlparse(address).path + urlparse(address).netloc:
            raise ValueError(f"{name}: expected an address as https://..., got {address!r}")
    if not branch:
        raise ValueError(f"branch: expected a name as main, got {branch!r}")
    repository = repository.rstrip("/")
    opens = "/".join(["lab/tree", repository.rpartition("/")[2], *filter(None, [path.strip("/")])])
    asked = urlencode({"repo": repository, "branch": branch, "urlpath": opens})
    return f"{hub.rstrip('/')}/hub/user-redirect/git-pull?{asked}"


if __name__ == "__main__":
    print(link(*sys.argv[1:]))
