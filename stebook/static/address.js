// The state of what a page shows, in its address: #name:key=value,key=value;name2:...
// A part without a colon is an ordinary anchor; it and what others wrote are kept.
"use strict";
globalThis.steAddress = (() => {
  const decode = (text) => {
    try {
      return decodeURIComponent(text);
    } catch {
      return text; // someone cut a link in the middle of an escape
    }
  };

  // Anyone can write an address, of any length: what is said of it stays short.
  const MOST_NOTES = 4;
  const quoted = (text) => (text.length > 40 ? `${text.slice(0, 40)}…` : text);
  const noted = (notes) => {
    const more = notes.length > MOST_NOTES ? ["And more of the kind."] : [];
    return [...notes.slice(0, MOST_NOTES), ...more].join(" ");
  };

  const read = () => decode(location.hash.slice(1)).split(";").filter(Boolean);

  const anchorIn = (parts) => parts.find((part) => !part.includes(":"));

  const stateIn = (parts, key) => {
    const found = parts.filter((part) => part.startsWith(`${key}:`));
    return found.length ? found.at(-1).slice(key.length + 1) : undefined;
  };

  /** The pairs of a state, [key, value]. */
  const pairsIn = (text) =>
    text
      .split(",")
      .filter(Boolean)
      .map((pair) => {
        const [key, value = ""] = pair.split("=");
        return [key, value];
      });

  const write = (key, text) => {
    const parts = read().filter((part) => !part.startsWith(`${key}:`));
    if (text) parts.push(`${key}:${text}`);
    const hash = parts.join(";");
    const address = location.pathname + location.search + (hash ? `#${hash}` : "");
    try {
      history.replaceState(history.state, "", address);
    } catch {
      location.replace(`#${hash}`); // a page from a file, or too many moves, may refuse the other
    }
  };

  return { quoted, noted, read, anchorIn, stateIn, pairsIn, write };
})();
