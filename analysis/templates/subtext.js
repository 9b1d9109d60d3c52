// Tables to work with: each sorts by its headings, is filtered if it is long, and saves as CSV; no network is asked.
// A page allows this one script, by its hash. Without it a table is still a table.
const LONG = 8; // rows; in a table of more a reader searches
const NUMBER = /^[-+]?[\d,]*\.?\d+%?( \([-+\d.,]+ to [-+\d.,]+\))?$/; // an estimate may have its interval beside it
const NEXT = { none: "ascending", ascending: "descending", descending: "none" };
const { compare } = new Intl.Collator("en", { numeric: true });

const text = (cell) => cell.textContent.trim();
const value = (number) => parseFloat(number.replaceAll(",", ""));
const element = (name, properties, ...inside) => {
  const made = Object.assign(document.createElement(name), properties);
  made.append(...inside);
  return made;
};

/** The rows in the order of a column: numbers as numbers, what is missing last; or as they were written. */
const sorted = (rows, at, order) => {
  const known = rows.filter((row) => !["", "–"].includes(text(row.cells[at])));
  const numbers = known.every((row) => NUMBER.test(text(row.cells[at])));
  const before = numbers ? (one, other) => value(one) - value(other) : compare;
  known.sort((one, other) => before(text(one.cells[at]), text(other.cells[at])) * (order === "ascending" ? 1 : -1));
  return order === "none" ? rows : [...known, ...rows.filter((row) => !known.includes(row))];
};

const sort = (table, rows) => {
  const headings = [...table.tHead.rows[0].cells].filter(text);
  for (const heading of headings) {
    heading.ariaSort = "none";
    heading.append(element("button", { type: "button" }, ...heading.childNodes));
    heading.firstChild.onclick = () => {
      const order = NEXT[heading.ariaSort];
      headings.forEach((each) => (each.ariaSort = each === heading ? order : "none"));
      table.tBodies[0].append(...sorted(rows, heading.cellIndex, order));
    };
  }
};

/** A box to type in: the rows that hold each of its words stay. */
const filter = (rows, name) => {
  const told = element("output");
  const field = element("input", { type: "search", ariaLabel: `Filter: ${name}` });
  field.oninput = () => {
    const sought = field.value.toLowerCase().split(/\s+/);
    for (const row of rows) {
      const held = [...row.cells].map(text).join(" ").toLowerCase();
      row.hidden = !sought.every((word) => held.includes(word));
    }
    told.value = `${rows.filter((row) => !row.hidden).length} of ${rows.length} rows`;
  };
  return element("p", { className: "tool" }, element("label", {}, "Filter ", field), told);
};

/** A cell that a spreadsheet shows and does not run: what begins like a formula gets an apostrophe, as in show.py. */
const cell = (string) => {
  const formula = /^[=+@＝＋－＠-]/.test(string) && !NUMBER.test(string);
  return `"${formula ? "'" : ""}${string.replaceAll('"', '""')}"`;
};

/** A button that saves the rows that one sees, in the order in which one sees them. */
const save = (table, name) => {
  const told = "Save these rows as CSV";
  const button = element("button", { type: "button", ariaLabel: `${told}: ${name}` }, told);
  button.onclick = () => {
    const seen = [...table.rows].filter((row) => !row.hidden);
    const lines = seen.map((row) => [...row.cells].map(text).map(cell));
    const href = `data:text/csv;charset=utf-8,${encodeURIComponent(`\ufeff${lines.join("\r\n")}\r\n`)}`;
    element("a", { href, download: `${name.replace(/[^\p{L}\p{N}]+/gu, "-").slice(0, 60)}.csv` }).click();
  };
  return element("p", { className: "tool" }, button);
};

for (const table of document.querySelectorAll("main table:has(thead + tbody)")) {
  const box = table.closest(".table") ?? table;
  const name = box.ariaLabel ?? "table";
  const rows = [...table.tBodies[0].rows];
  sort(table, rows);
  if (rows.length > LONG) box.before(filter(rows, name));
  box.after(save(table, name));
}
