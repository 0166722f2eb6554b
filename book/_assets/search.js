// Sphinx runs this after its own search and before the index comes.
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
  const take = Search.setIndex;
  const bare = { __proto__: null, hasOwnProperty: Object.prototype.hasOwnProperty };
  Search.setIndex = (index) => {
    Object.setPrototypeOf(index.terms, bare);
    Object.setPrototypeOf(index.titleterms, bare);
    take(index);
  };
}
