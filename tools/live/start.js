// Says why Python does not come, where it does not: JupyterLite itself is silent then. And leads the
// links of a notebook: one to a page goes there, one to a chapter opens its notebook.
(() => {
  "use strict";
  const RUN = new URL(".", document.currentScript.src).href;
  const FILES = `${RUN}files/`;
  const PYTHON = JSON.parse(document.currentScript.dataset.python);

  const say = (why, advice) => {
    const said = document.createElement("div");
    said.id = "python-missing";
    said.setAttribute("role", "alert");
    said.style.cssText =
      "position:fixed;z-index:10000;inset:auto 0 0 0;padding:1em;background:#fff4ce;color:#222;" +
      "border-top:2px solid #b58900;font:16px/1.4 sans-serif";
    const head = document.createElement("strong");
    head.textContent = `Python cannot start here: ${why} `;
    const again = document.createElement("button");
    again.textContent = "Try again";
    again.onclick = () => location.reload();
    said.append(head, advice + " ", again);
    document.body.append(said);
  };

  const pieces = async () => {
    if (location.protocol === "file:") {
      say(
        "a page opened from a file may load no program.",
        "Serve the folder of the book (python -m http.server) and open it by its http address.",
      );
      return;
    }
    for (const piece of PYTHON) {
      const address = new URL(piece, location.href);
      try {
        const answer = await fetch(address, { method: "HEAD" });
        if (!answer.ok) throw new Error(`it answers ${answer.status}`);
      } catch (error) {
        const why = navigator.onLine
          ? `${address.host} does not give ${address.pathname.split("/").pop()} (${error.message}).`
          : "this browser is offline.";
        say(
          why,
          "Check the network or what blocks that host, then try again; a teacher can host Python " +
            "beside the book (PYODIDE in its README), and the chapter's page works without it.",
        );
        return;
      }
    }
  };
  addEventListener("load", pieces);

  // JupyterLite takes every relative link for one of its own files.
  const lead = (event) => {
    const link = event.target.closest?.("a[href]");
    if (!link?.href.startsWith(FILES)) return;
    const [file, place] = link.href.slice(FILES.length).split("#");
    const [, page, kind] = /^(?:book\/)?([^/]+)\.(html|ipynb)$/.exec(file) ?? [];
    if (!page) return;
    const address =
      kind === "html"
        ? new URL(`../book/${page}.html`, RUN).href
        : `${RUN}notebooks/index.html?path=${page}.ipynb`;
    link.href = place ? `${address}#${place}` : address;
    link.target = "_blank";
    delete link.dataset.commandlinkerCommand;
    delete link.dataset.commandlinkerArgs;
  };
  for (const kind of ["pointerover", "focusin", "click"]) addEventListener(kind, lead, true);
})();
