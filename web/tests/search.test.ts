import { type Signal, signal } from "@preact/signals";
import { afterEach, beforeEach, expect, test, vi } from "vitest";

import type { Entry } from "../src/cloud/photo-index";
import type { Image } from "../src/cloud/records";
import type { SearchAnswer, SearchRequest } from "../src/cloud/search";
import { Refused } from "../src/cloud/signed-api";
import { SearchStore } from "../src/store/search";
import { NO_QUERY, type Query } from "../src/store/search-query";

/** A request that the server has not answered yet. */
interface Asked {
  request: SearchRequest;
  signal: AbortSignal;
  answer(answer: SearchAnswer): Promise<void>;
  fail(error: Error): Promise<void>;
}

let asked: Asked[];
let entries: Signal<ReadonlyMap<string, Entry>>;
/** What the table holds, beside what the page knows. */
let table: string[];
let read: string[][];
/** What the table waits for. */
let reading: Promise<void>;
let search: SearchStore;

const key = (name: string) => `users/ann/${name}`;
const query = (part: Partial<Query>): Query => ({ ...NO_QUERY, ...part });
const entry = (name: string, takenAt: string): [string, Entry] => [
  key(name),
  { key: key(name), uploadedAt: "2026-11-01T00:00:00Z", takenAt },
];

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal("navigator", { onLine: true });
  asked = [];
  table = [];
  read = [];
  reading = Promise.resolve();
  entries = signal(
    new Map([
      entry("a", "2024-05-01T10:00:00"),
      entry("b", "2024-05-03T10:00:00"),
      entry("c", "2024-05-01T12:00:00"),
      entry("d", "2024-05-02T10:00:00"),
    ]),
  );
  search = new SearchStore(
    (request, signal) =>
      new Promise((done, fail) => {
        // It does not end when it is aborted: an answer may be there already.
        const settled = () => vi.advanceTimersByTimeAsync(0).then(() => {});
        asked.push({
          request,
          signal,
          answer: (found) => (done(found), settled()),
          fail: (error) => (fail(error), settled()),
        });
      }),
    {
      imagesOf: async (keys) => {
        read.push([...keys]);
        await reading;
        const found = keys.filter((one) => table.includes(one));
        return { images: found.map((image) => ({ image }) as Image), unread: [] };
      },
    },
    {
      entries,
      known: entries,
      put: (images) => {
        const known = new Map(entries.peek());
        for (const { image } of images)
          known.set(image, { key: image, uploadedAt: "2023-01-01T00:00:00Z" });
        entries.value = known;
      },
    },
  );
});

afterEach(() => {
  search.close();
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

const last = () => asked.at(-1)!;
const found = (...names: string[]): SearchAnswer => ({
  total: names.length,
  hits: names.map(key),
});
const shown = () => search.keys.value.map((one) => one.split("/").at(-1));
const forget = (name: string) => {
  const known = new Map(entries.peek());
  known.delete(key(name));
  entries.value = known;
};

test("results are by day, and by rank where that is asked for", async () => {
  search.open(query({ text: "x" }));
  await last().answer(found("a", "b", "c"));
  expect(search.days.value).toEqual([
    { name: "2024-05-03", keys: [key("b")] },
    { name: "2024-05-01", keys: [key("c"), key("a")] },
  ]);

  search.open(query({ text: "x", order: "relevance" }));
  await last().answer(found("a", "b", "c"));
  expect(search.days.value).toEqual([{ name: "", keys: [key("a"), key("b"), key("c")] }]);
});

test("an older answer never takes the place of a newer one", async () => {
  search.open(query({ text: "s" }));
  search.open(query({ text: "su" }));
  const [first, second] = asked;

  await second!.answer(found("b"));
  await first!.answer(found("a"));

  expect(first!.signal.aborted).toBe(true);
  expect(shown()).toEqual(["b"]);
  expect(search.fresh.value).toBe(true);
});

test("an older answer never comes between, when it is first", async () => {
  search.open(query({ text: "s" }));
  search.open(query({ text: "su" }));

  await asked[0]!.answer(found("a"));

  expect(shown()).toEqual([]);
  expect(search.fresh.value).toBe(false);
});

test("an answer whose records are still being read gives way to another search", async () => {
  table = [key("far")];
  let goOn = () => {};
  reading = new Promise((done) => (goOn = done));
  search.open(query({ text: "s" }));
  await last().answer(found("far"));
  search.open(query({ text: "t" }));
  await last().answer(found("a"));

  goOn();
  await vi.advanceTimersByTimeAsync(0);

  expect(shown()).toEqual(["a"]);
});

test("what was found before stays until the results are there, and says that it is not they", async () => {
  search.open(query({ text: "x" }));
  expect(search.fresh.value).toBe(false);
  await last().answer(found("a"));

  search.open(query({ text: "y" }));
  expect([shown(), search.fresh.value]).toEqual([["a"], false]);
  await last().answer(found("b"));
  expect([shown(), search.fresh.value]).toEqual([["b"], true]);
});

test("nothing has been found before the first answer, whatever is searched for", () => {
  search.open(NO_QUERY);

  expect(search.fresh.value).toBe(false);
});

test("whoever goes back sees at once what they saw, and it is searched for anew", async () => {
  search.open(query({ text: "x" }));
  await last().answer(found("a"));
  search.open(query({ text: "y" }));
  await last().answer(found("b"));

  search.open(query({ text: "x" }));
  expect([shown(), search.fresh.value]).toEqual([["a"], true]);
  await last().answer(found("a", "c"));
  expect(shown()).toEqual(["c", "a"]);
});

test("a deleted photo leaves the results and their number at once", async () => {
  search.open(query({ text: "x" }));
  await last().answer({ ...found("a", "b"), total: 500 });
  expect(search.total.value).toBe(500);

  forget("a");

  expect(shown()).toEqual(["b"]);
  expect(search.total.value).toBe(499);
});

test("results that the page does not know are read; those that are gone are no results", async () => {
  table = [key("far")];
  search.open(query({ text: "x" }));

  await last().answer(found("a", "far", "gone"));

  expect(read).toEqual([[key("far"), key("gone")]]);
  expect(shown()).toEqual(["a", "far"]);
  expect(search.total.value).toBe(2);
});

test("a search that fails says why, and succeeds by itself", async () => {
  search.open(query({ text: "x" }));
  await last().fail(new TypeError("Failed to fetch"));
  expect(search.problem.value).toBe("Darkroom cannot be reached just now. Check your connection.");
  expect(asked).toHaveLength(1);

  await vi.advanceTimersByTimeAsync(1_000);
  await last().answer(found("a"));

  expect(asked).toHaveLength(2);
  expect(search.problem.value).toBeUndefined();
  expect(shown()).toEqual(["a"]);
});

test("a search that is refused is not sent again by itself", async () => {
  search.open(query({ text: "x" }));
  await last().fail(new Refused("'from' is later than 'to'."));
  await vi.advanceTimersByTimeAsync(60_000);

  expect(asked).toHaveLength(1);
  expect(search.problem.value).toBe("'from' is later than 'to'.");
});

test("an index that is being made is asked again until it is there, less and less often", async () => {
  search.open(query({ text: "x" }));
  await last().answer({ total: 0, hits: [], building: true });
  expect([search.building.value, search.fresh.value]).toEqual([true, true]);

  await vi.advanceTimersByTimeAsync(1_000);
  await last().answer({ total: 0, hits: [], building: true });
  await vi.advanceTimersByTimeAsync(1_499);
  expect(asked).toHaveLength(2);
  await vi.advanceTimersByTimeAsync(1);
  await last().answer(found("a"));

  expect(asked).toHaveLength(3);
  expect([search.building.value, shown()]).toEqual([false, ["a"]]);
});

test("nothing is asked any more when nobody looks", async () => {
  search.open(query({ text: "x" }));
  await last().fail(new TypeError("Failed to fetch"));

  search.close();
  await vi.advanceTimersByTimeAsync(60_000);

  expect(asked).toHaveLength(1);
  expect(search.fresh.value).toBe(false);
});

test("the next page is read once, where the last one ended, and nothing is shown twice", async () => {
  search.open(query({ text: "x" }));
  await last().answer({ total: 4, hits: ["b", "d"].map(key), next: "there" });
  expect(search.hasMore).toBe(true);

  void search.more();
  void search.more();
  expect(asked).toHaveLength(2);
  expect(last().request).toMatchObject({ text: "x", after: "there" });
  await last().answer({ total: 4, hits: ["d", "c", "a"].map(key) });

  expect(shown()).toEqual(["b", "d", "c", "a"]);
  expect(search.hasMore).toBe(false);
});

test("a page that comes after another search began is left out", async () => {
  search.open(query({ text: "x" }));
  await last().answer({ total: 4, hits: ["b", "d"].map(key), next: "there" });
  void search.more();
  const page = last();
  search.open(query({ text: "y" }));
  await last().answer(found("a"));

  await page.answer({ total: 4, hits: ["c"].map(key) });

  expect(shown()).toEqual(["a"]);
});

test("a page that fails is said, and can be read again", async () => {
  search.open(query({ text: "x" }));
  await last().answer({ total: 3, hits: ["b"].map(key), next: "there" });
  void search.more();
  await last().fail(new TypeError("Failed to fetch"));
  expect(search.moreProblem.value).toBeDefined();

  void search.more();
  await last().answer({ total: 3, hits: ["a"].map(key) });

  expect(search.moreProblem.value).toBeUndefined();
  expect(shown()).toEqual(["b", "a"]);
});

test("ways from a result lead through the results, and to the next page at their end", async () => {
  search.open(query({ text: "x" }));
  const early = search.neighbour(key("b"), "older");
  await last().answer({ total: 3, hits: ["b", "d"].map(key), next: "there" });
  expect(await early).toBe(key("d"));
  expect(await search.neighbour(key("b"), "newer")).toBeUndefined();
  expect(await search.neighbour(key("a"), "older")).toBeUndefined();

  const beyond = search.neighbour(key("d"), "older");
  await vi.advanceTimersByTimeAsync(0);
  await last().answer({ total: 3, hits: [key("a")] });

  expect(await beyond).toBe(key("a"));
  expect(await search.neighbour(key("a"), "older")).toBeUndefined();
});

test("a group of copies is one no longer when one copy alone is left", async () => {
  const copy = (name: string) => ({ image: key(name), bytes: 1, width: 1, height: 1 });
  search.open(query({ duplicates: true }));
  await last().answer({
    total: 2,
    groups: [
      [copy("a"), copy("b"), copy("gone")],
      [copy("c"), copy("d")],
    ],
  });
  const groups = () => search.groups.value.map((group) => group.map(({ image }) => image));
  expect(groups()).toEqual([["a", "b"].map(key), ["c", "d"].map(key)]);
  expect(shown()).toEqual(["a", "b", "c", "d"]);

  forget("b");

  expect(groups()).toEqual([["c", "d"].map(key)]);
});
