// Sphinx runs this after its own search and before the index comes; found.js stands before both.
{
  // Pages that fit as well come in the order of reading; the package, most of whose names contain
  // "ste", comes last.
  let read;
  const links = () => [...document.querySelectorAll(".bd-docs-nav a")];
  Scorer.score = ([page, , , , score]) => {
    read ??= links().map((link) => link.getAttribute("href"));
    return page === "book/api" ? score - 1000 : score - read.indexOf(`${page}.html`) / 1000;
  };

  // The tables of words know no words but theirs, not even those that JavaScript gives any object.
  // A numbered result is found by its name, as a title is.
  const take = Search.setIndex;
  const bare = { __proto__: null, hasOwnProperty: Object.prototype.hasOwnProperty };
  Search.setIndex = (index) => {
    Object.setPrototypeOf(index.terms, bare);
    Object.setPrototypeOf(index.titleterms, bare);
    for (const [name, page, label] of found.names) {
      (index.alltitles[name] ??= []).push([index.docnames.indexOf(page), label]);
    }
    take(index);
  };

  // Under a page stands what it is about, under a result or a term what it says.
  const told = new Map(Object.entries(found.told));
  const tell = () => {
    for (const link of document.querySelectorAll("#search-results .search > li > a:only-child")) {
      const text = told.get(link.getAttribute("href"));
      if (text) link.after(Object.assign(document.createElement("p"), { textContent: text }));
    }
  };
  new MutationObserver(tell).observe(document, { childList: true, subtree: true });
}
