// Chapters come before the package: most names of it contain "ste".
Scorer.score = ([page, , , , score]) => (page === "book/api" ? score - 1000 : score);

// The tables of words know no words but theirs, not even those that JavaScript gives every object.
{
  const take = Search.setIndex;
  const bare = { __proto__: null, hasOwnProperty: Object.prototype.hasOwnProperty };
  Search.setIndex = (index) => {
    Object.setPrototypeOf(index.terms, bare);
    Object.setPrototypeOf(index.titleterms, bare);
    take(index);
  };
}
