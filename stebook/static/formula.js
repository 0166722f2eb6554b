// A formula of one x, read by a parser that knows a short list of things and nothing else: the
// grammar of ste/zoo/typed.py, with its refusals, which name what they refuse as Python does. The
// tree is walked and never made into code.
"use strict";
globalThis.steFormula = (() => {
  const LONGEST = 200;
  const MOST_PARTS = 120;
  const ARGUMENTS = { exp: 1, tanh: 1, abs: 1, sqrt: 1, log: 1, max: 2, min: 2, where: 3 };
  const ALLOWED =
    "numbers, x, pi, + - * / **, < <= > >=, parentheses and the functions " +
    Object.keys(ARGUMENTS).join(", ");
  const KEYWORDS = new Set(
    (
      "False None True and as assert async await break class continue def del elif else except " +
      "finally for from global if import in is lambda nonlocal not or pass raise return try while " +
      "with yield"
    ).split(" ")
  );
  /** How what is refused is called; other kinds of node by their name in Python's grammar. */
  const CALLED = {
    Attribute: "an attribute (a dot)",
    Subscript: "an index (square brackets)",
    Lambda: "a function of its own (lambda)",
    IfExp: "if ... else (use where)",
    BoolOp: "and, or (multiply the comparisons)",
    NamedExpr: "an assignment",
    JoinedStr: "a text",
    Starred: "a star",
    Comprehension: "a comprehension",
    List: "a list",
    Tuple: "a comma outside a function",
    Set: "a set",
    Dict: "a dictionary",
  };

  const error = (expected, got) => new Error(`formula: expected ${expected}, got ${got}`);
  const refuse = (what) => error(ALLOWED, what);

  /** A text as Python writes it. */
  const quoted = (text) => {
    const mark = text.includes("'") && !text.includes('"') ? '"' : "'";
    const named = { "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t" };
    const hex = (code, size) => code.toString(16).padStart(size, "0");
    const written = [...text].map((letter) => {
      if (letter === mark) return `\\${mark}`;
      if (named[letter]) return named[letter];
      if (letter === " " || !/[\p{C}\p{Z}]/u.test(letter)) return letter;
      const code = letter.codePointAt(0);
      if (code < 256) return `\\x${hex(code, 2)}`;
      return code < 65536 ? `\\u${hex(code, 4)}` : `\\U${hex(code, 8)}`;
    });
    return mark + written.join("") + mark;
  };

  // --- words ----------------------------------------------------------------------------------

  const EDGES = "[\\t-\\r\\x1c-\\x20\\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000]+";
  const stripped = (text) => text.replace(new RegExp(`^${EDGES}|${EDGES}$`, "g"), "");

  const NUMBER = new RegExp(
    [
      "0[xX](?:_?[0-9a-fA-F])+",
      "0[bB](?:_?[01])+",
      "0[oO](?:_?[0-7])+",
      "(?:(?:\\d(?:_?\\d)*)?\\.\\d(?:_?\\d)*|\\d(?:_?\\d)*\\.?)(?:[eE][+-]?\\d(?:_?\\d)*)?[jJ]?",
    ].join("|"),
    "y"
  );
  const NAME = /[A-Za-z_]\w*/y;
  const TEXT = /([A-Za-z]{0,2})('''[^]*?'''|"""[^]*?"""|'[^'\n]*'|"[^"\n]*")/y;
  const SIGN = /\*\*|\/\/|<<|>>|<=|>=|==|!=|:=|->|\.\.\.|[-+*/%@&|^~<>()[\]{},:.=;]/y;
  const PREFIXES = /^(?:[bB]?[rR]?|[rR][bB]|[uU]|[fF][rR]?|[rR][fF])$/;

  class Unread extends Error {}

  /** The words of a text, each with its kind; an end of line counts outside brackets. */
  const words = (text) => {
    const list = [];
    let at = 0;
    let depth = 0;
    const match = (pattern) => {
      pattern.lastIndex = at;
      const found = pattern.exec(text);
      if (found) at = pattern.lastIndex;
      return found;
    };
    while (at < text.length) {
      const letter = text[at];
      let found;
      if (letter === " " || letter === "\t" || letter === "\f") at += 1;
      else if (letter === "\n" || letter === "\r") {
        if (!depth) list.push({ kind: "end", text: "" });
        at += 1;
      } else if ((found = match(TEXT)) && PREFIXES.test(found[1])) {
        list.push({ kind: "text", text: found[2], prefix: found[1].toLowerCase() });
      } else if (found) throw new Unread();
      else if (/[\d]/.test(letter) || (letter === "." && /\d/.test(text[at + 1] ?? ""))) {
        found = match(NUMBER);
        // a number and a name need something between them
        if (!found || /\w/.test(text[at] ?? "") || /^0_?\d*[1-9]\d*$/.test(found[0].replace(/_/g, ""))) {
          throw new Unread();
        }
        list.push({ kind: "number", text: found[0].replace(/_/g, "") });
      } else if ((found = match(NAME))) {
        list.push({ kind: KEYWORDS.has(found[0]) ? "sign" : "name", text: found[0] });
      } else if ((found = match(SIGN))) {
        if ("([{".includes(found[0])) depth += 1;
        if (")]}".includes(found[0])) depth -= 1;
        list.push({ kind: "sign", text: found[0] });
      } else throw new Unread();
    }
    list.push({ kind: "end", text: "" });
    return list;
  };

  // --- the tree -------------------------------------------------------------------------------

  const BINARY = [
    { "|": "BitOr" },
    { "^": "BitXor" },
    { "&": "BitAnd" },
    { "<<": "LShift", ">>": "RShift" },
    { "+": "Add", "-": "Sub" },
    { "*": "Mult", "/": "Div", "//": "FloorDiv", "%": "Mod", "@": "MatMult" },
  ];
  const COMPARED = {
    "<": "Lt",
    "<=": "LtE",
    ">": "Gt",
    ">=": "GtE",
    "==": "Eq",
    "!=": "NotEq",
    in: "In",
    is: "Is",
  };
  const UNARY = { "+": "UAdd", "-": "USub", "~": "Invert" };

  /** The words as a tree of Python's expressions: kind, parts in its order, and what else it has. */
  class Reader {
    constructor(list) {
      this.list = list;
      this.at = 0;
    }

    get next() {
      return this.list[this.at];
    }

    sees(...texts) {
      return this.next.kind === "sign" && texts.includes(this.next.text);
    }

    takes(...texts) {
      if (!this.sees(...texts)) return false;
      this.at += 1;
      return this.list[this.at - 1].text;
    }

    needs(text) {
      if (!this.takes(text)) throw new Unread();
    }

    whole() {
      const tree = this.several(() => this.test());
      if (this.list.slice(this.at).some(({ kind }) => kind !== "end")) throw new Unread();
      return tree;
    }

    /** One, or a tuple where commas follow. */
    several(read) {
      const first = read();
      if (!this.sees(",")) return first;
      const parts = [first];
      while (this.takes(",")) {
        if (this.next.kind === "end" || this.sees(")", "]", "}", "=", "for")) break;
        parts.push(read());
      }
      return { kind: "Tuple", parts };
    }

    /** In brackets a name may be given a value. */
    named() {
      const tree = this.test();
      if (!this.sees(":=")) return tree;
      if (tree.kind !== "Name") throw new Unread();
      this.at += 1;
      return { kind: "NamedExpr", parts: [tree, this.test()] };
    }

    starred(read) {
      if (this.takes("*")) return { kind: "Starred", parts: [this.binary(0)] };
      return read();
    }

    test() {
      if (this.takes("lambda")) return this.lambda();
      const tree = this.either();
      if (!this.takes("if")) return tree;
      const condition = this.either();
      this.needs("else");
      return { kind: "IfExp", parts: [condition, tree, this.test()] };
    }

    lambda() {
      const parts = [];
      while (!this.sees(":")) {
        this.takes("*", "**");
        if (this.next.kind === "name") this.at += 1;
        else if (!this.takes("/")) throw new Unread();
        if (this.takes("=")) parts.push(this.test());
        if (!this.takes(",") && !this.sees(":")) throw new Unread();
      }
      this.needs(":");
      return { kind: "Lambda", parts: [...parts, this.test()] };
    }

    either() {
      return this.chain("or", () => this.chain("and", () => this.not()));
    }

    chain(word, read) {
      const parts = [read()];
      while (this.takes(word)) parts.push(read());
      return parts.length > 1 ? { kind: "BoolOp", parts } : parts[0];
    }

    not() {
      if (this.takes("not")) return { kind: "UnaryOp", op: "Not", parts: [this.not()] };
      return this.comparison();
    }

    comparison() {
      const parts = [this.binary(0)];
      const ops = [];
      for (;;) {
        const word = this.takes(...Object.keys(COMPARED), "not");
        if (!word) break;
        if (word === "not") {
          this.needs("in");
          ops.push("NotIn");
        } else ops.push(word === "is" && this.takes("not") ? "IsNot" : COMPARED[word]);
        parts.push(this.binary(0));
      }
      return ops.length ? { kind: "Compare", ops, parts } : parts[0];
    }

    binary(level) {
      if (level === BINARY.length) return this.signed();
      let tree = this.binary(level + 1);
      for (;;) {
        const word = this.takes(...Object.keys(BINARY[level]));
        if (!word) return tree;
        const parts = [tree, this.binary(level + 1)];
        tree = { kind: "BinOp", op: BINARY[level][word], parts };
      }
    }

    signed() {
      const word = this.takes(...Object.keys(UNARY));
      return word ? { kind: "UnaryOp", op: UNARY[word], parts: [this.signed()] } : this.power();
    }

    power() {
      const awaited = this.takes("await");
      const base = awaited ? { kind: "Await", parts: [this.primary()] } : this.primary();
      if (!this.takes("**")) return base;
      return { kind: "BinOp", op: "Pow", parts: [base, this.signed()] };
    }

    primary() {
      let tree = this.atom();
      for (;;) {
        if (this.takes(".")) {
          if (this.next.kind !== "name") throw new Unread();
          this.at += 1;
          tree = { kind: "Attribute", parts: [tree] };
        } else if (this.takes("(")) tree = this.call(tree);
        else if (this.takes("[")) {
          if (this.sees("]")) throw new Unread();
          const index = this.several(() => this.starred(() => this.slice()));
          this.needs("]");
          tree = { kind: "Subscript", parts: [tree, index] };
        } else return tree;
      }
    }

    slice() {
      const parts = [];
      let colons = 0;
      if (!this.sees(":")) parts.push(this.named());
      while (colons < 2 && this.takes(":")) {
        colons += 1;
        if (!this.sees(":", "]", ",")) parts.push(this.test());
      }
      return colons ? { kind: "Slice", parts } : parts[0];
    }

    call(called) {
      const given = [];
      const named = [];
      while (!this.takes(")")) {
        if (this.takes("**")) named.push(this.test());
        else {
          const name = this.next;
          const follows = this.list[this.at + 1];
          if (name.kind === "name" && follows.kind === "sign" && follows.text === "=") {
            this.at += 2;
            named.push(this.test());
          } else {
            if (named.length && !this.sees("*")) throw new Unread();
            given.push(this.starred(() => this.named()));
          }
        }
        if (this.sees("for", "async")) {
          const one = given.pop();
          given.push(this.comprehension([one]));
          if (given.length + named.length > 1 || !this.sees(")")) throw new Unread();
        }
        if (!this.takes(",") && !this.sees(")")) throw new Unread();
      }
      return { kind: "Call", parts: [called, ...given, ...named], given, named: named.length };
    }

    comprehension(parts) {
      const all = [...parts];
      if (parts.some(({ kind } = {}) => !kind || kind === "Starred")) throw new Unread();
      while (this.sees("for", "async")) {
        this.takes("async");
        this.needs("for");
        all.push(this.several(() => this.starred(() => this.binary(0))));
        this.needs("in");
        all.push(this.either());
        while (this.takes("if")) all.push(this.either());
      }
      return { kind: "Comprehension", parts: all };
    }

    atom() {
      const word = this.next;
      this.at += 1;
      if (word.kind === "name") return { kind: "Name", name: word.text, parts: [] };
      if (word.kind === "number") return { kind: "Constant", number: word.text, parts: [] };
      if (word.kind === "text") return this.text(word);
      if (word.kind !== "sign") throw new Unread();
      if (word.text === "(") return this.round();
      if (word.text === "[") return this.listed("]", "List", (read) => read());
      if (word.text === "{") return this.braces();
      const values = { "...": "Ellipsis", None: "None", True: "True", False: "False" };
      if (!Object.hasOwn(values, word.text)) throw new Unread();
      return { kind: "Constant", shown: values[word.text], parts: [] };
    }

    /** Texts side by side are one. */
    text(word) {
      const all = [word];
      while (this.next.kind === "text") all.push(this.list[this.at++]);
      const bytes = all.filter(({ prefix }) => prefix.includes("b")).length;
      if (bytes && bytes < all.length) throw new Unread();
      const inside = (text) => (/^("""|''')/.test(text) ? text.slice(3, -3) : text.slice(1, -1));
      const filled = all.filter(({ prefix }) => prefix.includes("f"));
      for (const part of filled) this.holes(inside(part.text));
      if (filled.length) return { kind: "JoinedStr", parts: [] };
      const shown = quoted(all.map(({ text }) => inside(text)).join(""));
      return { kind: "Constant", shown: bytes ? `b${shown}` : shown, parts: [] };
    }

    /** What stands in braces in a text is read as well. */
    holes(text) {
      const plain = text.replace(/\{\{|\}\}/g, "");
      if (/[{}]/.test(plain.replace(/\{[^{}]*\}/g, ""))) throw new Unread();
      for (const [, hole] of plain.matchAll(/\{([^{}]*)\}/g)) {
        new Reader(words(hole.split(/[!:]/)[0].replace(/=\s*$/, ""))).whole();
      }
    }

    round() {
      if (this.takes(")")) return { kind: "Tuple", parts: [] };
      if (this.takes("yield")) {
        const parts = [];
        const from = this.takes("from");
        if (from || !this.sees(")")) {
          parts.push(from ? this.test() : this.several(() => this.starred(() => this.test())));
        }
        this.needs(")");
        return { kind: from ? "YieldFrom" : "Yield", parts };
      }
      const tree = this.several(() => this.starred(() => this.named()));
      const made = this.sees("for", "async") ? this.comprehension([tree]) : tree;
      if (made.kind === "Starred" || (made !== tree && tree.kind === "Tuple")) throw new Unread();
      this.needs(")");
      return tree === made && tree.kind === "Tuple" ? { ...tree } : made;
    }

    listed(end, kind, read) {
      const parts = [];
      while (!this.takes(end)) {
        parts.push(read(() => this.starred(() => this.named())));
        if (parts.length === 1 && this.sees("for", "async")) {
          const made = this.comprehension(parts);
          this.needs(end);
          return made;
        }
        if (!this.takes(",") && !this.sees(end)) throw new Unread();
      }
      return { kind, parts };
    }

    braces() {
      if (this.takes("}")) return { kind: "Dict", parts: [] };
      const mark = this.at;
      const paired = this.sees("**") || (this.starred(() => this.named()), this.sees(":"));
      this.at = mark;
      if (!paired) return this.listed("}", "Set", (read) => read());
      const parts = [];
      while (!this.takes("}")) {
        if (this.takes("**")) parts.push(this.binary(0));
        else {
          parts.push(this.test());
          this.needs(":");
          parts.push(this.test());
          if (parts.length === 2 && this.sees("for", "async")) {
            const made = this.comprehension(parts);
            this.needs("}");
            return made;
          }
        }
        if (!this.takes(",") && !this.sees("}")) throw new Unread();
      }
      return { kind: "Dict", parts };
    }
  }

  const counted = ({ parts }) => parts.reduce((total, part) => total + counted(part), 1);

  const read = (text) => {
    if (!stripped(text)) throw error("a text such as 'exp(-x**2)'", quoted(text));
    const { length } = [...text];
    if (length > LONGEST) throw error(`at most ${LONGEST} characters`, length);
    const odd = [...text].find((letter) => letter > "\x7f" || "#\\".includes(letter));
    if (odd) throw refuse(`the character ${quoted(odd)}`);
    let tree;
    try {
      tree = new Reader(words(stripped(text))).whole();
    } catch (fault) {
      if (fault instanceof Unread) throw refuse(quoted(text));
      throw fault;
    }
    const parts = counted(tree);
    if (parts > MOST_PARTS) throw error(`at most ${MOST_PARTS} parts`, parts);
    return tree;
  };

  // --- what is allowed ------------------------------------------------------------------------

  /** A complex number as Python writes it. */
  const imaginary = (text) => {
    const value = Number(text.slice(0, -1));
    return `${Number.isFinite(value) ? String(value).replace(/e([+-])(\d)$/, "e$10$2") : "inf"}j`;
  };

  const constant = (node) => {
    if (node.shown) throw refuse(node.shown);
    if (/^[\d.].*[jJ]$/.test(node.number)) throw refuse(imaginary(node.number));
    const value = Number(node.number.toLowerCase());
    if (!Number.isFinite(value)) throw refuse("a number too large");
    return { kind: "number", value };
  };

  const name = ({ name: text }) => {
    if (text === "x") return { kind: "x" };
    if (text === "pi") return { kind: "number", value: Math.PI };
    const hint = Object.hasOwn(ARGUMENTS, text) ? "a function without its arguments" : "the name";
    throw refuse(`${hint} ${quoted(text)}`);
  };

  const call = ({ parts: [called], given, named }) => {
    if (called.kind !== "Name") {
      throw refuse(`a call of ${CALLED[called.kind] ?? called.kind}`);
    }
    if (!Object.hasOwn(ARGUMENTS, called.name)) throw refuse(`the function ${quoted(called.name)}`);
    const count = ARGUMENTS[called.name];
    if (named || given.length !== count) {
      throw error(`${count} argument(s) of ${called.name}`, given.length + named);
    }
    return { kind: called.name, parts: given.map(allowed) };
  };

  const compare = ({ ops, parts }) => {
    const sides = parts.map(allowed);
    const bad = ops.find((op) => !["Lt", "LtE", "Gt", "GtE"].includes(op));
    if (bad) throw refuse(`the comparison ${bad} (use < <= > >=)`);
    return { kind: "Compare", ops, parts: sides };
  };

  /** The tree of what is allowed; everything else is refused, the first of it by its name. */
  const allowed = (node) => {
    if (node.kind === "Constant") return constant(node);
    if (node.kind === "Name") return name(node);
    if (node.kind === "Compare") return compare(node);
    if (node.kind === "Call") return call(node);
    const operators = { UnaryOp: ["UAdd", "USub"], BinOp: ["Add", "Sub", "Mult", "Div", "Pow"] };
    const known = operators[node.kind];
    if (!known) throw refuse(CALLED[node.kind] ?? node.kind);
    if (!known.includes(node.op)) throw refuse(`the operator ${node.op}`);
    return { kind: node.op, parts: node.parts.map(allowed) };
  };

  /** The tree of a formula; throws a sentence about what is wrong with it. */
  const parsed = (text) => allowed(read(text));

  // --- its values -----------------------------------------------------------------------------

  /** 1 to any power and -1 to an infinite one are 1, as C has it and numpy after it. */
  const power = (base, exponent) =>
    base === 1 || (base === -1 && Math.abs(exponent) === Infinity) ? 1 : base ** exponent;

  const VALUES = {
    UAdd: (a) => a,
    USub: (a) => (x) => -a(x),
    Add: (a, b) => (x) => a(x) + b(x),
    Sub: (a, b) => (x) => a(x) - b(x),
    Mult: (a, b) => (x) => a(x) * b(x),
    Div: (a, b) => (x) => a(x) / b(x),
    Pow: (a, b) => (x) => power(a(x), b(x)),
    exp: (a) => (x) => Math.exp(a(x)),
    tanh: (a) => (x) => Math.tanh(a(x)),
    abs: (a) => (x) => Math.abs(a(x)),
    sqrt: (a) => (x) => Math.sqrt(a(x)),
    log: (a) => (x) => Math.log(a(x)),
    max: (a, b) => (x) => Math.max(a(x), b(x)),
    min: (a, b) => (x) => Math.min(a(x), b(x)),
    where: (test, yes, no) => (x) => (test(x) !== 0 ? yes(x) : no(x)),
  };
  const TESTS = {
    Lt: (a, b) => a < b,
    LtE: (a, b) => a <= b,
    Gt: (a, b) => a > b,
    GtE: (a, b) => a >= b,
  };

  /** The formula as a function of x: its tree, walked. */
  const evaluator = (node) => {
    if (node.kind === "number") return () => node.value;
    if (node.kind === "x") return (x) => x;
    const parts = node.parts.map(evaluator);
    if (node.kind !== "Compare") return VALUES[node.kind](...parts);
    const tests = node.ops.map((op) => TESTS[op]);
    return (x) =>
      tests.every((test, i) => test(parts[i](x), parts[i + 1](x))) ? 1 : 0;
  };

  // --- where it may jump ----------------------------------------------------------------------

  const hasX = (node) => node.kind === "x" || (node.parts ?? []).some(hasX);

  /** Numbers that x itself is compared with: it may jump there. */
  const compared = (node) => {
    const inside = (node.parts ?? []).flatMap(compared);
    if (node.kind !== "Compare") return inside;
    const pairs = node.ops.flatMap((_, i) => {
      const [a, b] = [node.parts[i], node.parts[i + 1]];
      return [[a, b], [b, a]];
    });
    const constants = pairs
      .filter(([side, other]) => side.kind === "x" && !hasX(other))
      .map(([, other]) => evaluator(other)(0));
    return [...inside, ...constants.filter(Number.isFinite)];
  };

  return { LONGEST, parsed, evaluator, compared, hasX, quoted };
})();
