import { expect, test } from "vitest";

const sheets = import.meta.glob<string>(["../src/style/*.css", "!**/index.css"], {
  query: "?raw",
  import: "default",
  eager: true,
});
const components = Object.values(
  import.meta.glob<string>("../src/ui/*", { query: "?raw", import: "default", eager: true }),
).join("\n");

/** Classes that components take from an item: the states of a step. */
const STATES = ["pending", "done", "skipped", "rejected", "over_quota"];
/** Classes that tests look for. */
const MARKS = ["tile-state"];

const all = (text: string, pattern: RegExp) =>
  [...text.matchAll(pattern)].map((found) => found[1] ?? "");
const named = new Set(all(Object.values(sheets).join("\n"), /\.([a-z][\w-]*)(?=[^{}]*\{)/g));

test("every class that the style sheets name is one that a component uses", () => {
  const words = new Set(all(components, /([a-z][\w-]*)/g));

  expect(named.size).toBeGreaterThan(50);
  expect([...named].filter((name) => !words.has(name) && !STATES.includes(name))).toEqual([]);
});

test("every class that a component uses is one that the style sheets name", () => {
  const chosen = all(components, /class=\{([^}]*)\}/g).flatMap((choice) =>
    all(choice, /"([^"]*)"/g),
  );
  const used = new Set([...all(components, /class="([^"]*)"/g), ...chosen].join(" ").split(" "));

  expect(used.size).toBeGreaterThan(50);
  expect([...used].filter((name) => !named.has(name) && !MARKS.includes(name))).toEqual([]);
});

test("a selector has one rule, outside of media queries, so that none undoes another", () => {
  const plain = Object.values(sheets)
    .join("\n")
    .replace(/\/\*[\s\S]*?\*\//g, "");
  const selectors = all(plain, /^([^\s@}][^{}]*?)\s*\{/gm);

  expect(selectors.length).toBeGreaterThan(100);
  expect(selectors.filter((one, at) => selectors.indexOf(one) !== at)).toEqual([]);
});
