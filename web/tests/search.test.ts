import { type Signal, signal } from "@preact/signals";
import { afterEach, beforeEach, expect, test, vi } from "vitest";

import type { Entry } from "../src/cloud/photo-index";
import type { Album, Image } from "../src/cloud/records";
import type { SearchAnswer, SearchRequest } from "../src/cloud/search";
import { Refused } from "../src/cloud/signed-api";
import { OwnFilters } from "../src/store/own-filters";
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
let binned: Signal<ReadonlyMap<string, Entry>>;
let albums: Signal<ReadonlyMap<string, Album>>;
/** What reading all files and albums waits for. */
let known: Promise<void>;
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
  known = Promise.resolve();
  binned = signal(new Map());
  albums = signal(new Map([["summer", { album_id: "summer", name: "Summer" } as Album]]));
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
    new OwnFilters({
      entries,
      binned,
      albums,
      readFiles: () => known,
      readAlbums: () => known,
    }),
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

/** What the search is told of these files. */
async function numbers(...names: string[]): Promise<string> {
  const bytes: number[] = [];
  for (const name of names) {
    const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(name));
    bytes.push(...new Uint8Array(digest).subarray(0, 8));
  }
  return btoa(String.fromCharCode(...bytes));
}
/** Say something of a photo. */
const say = (name: string, said: Partial<Entry>) => {
  entries.value = new Map(entries.peek()).set(key(name), {
    ...entries.peek().get(key(name))!,
    ...said,
  });
};
const bin = (name: string) => {
  const entry = entries.peek().get(key(name))!;
  binned.value = new Map(binned.peek()).set(key(name), entry);
  forget(name);
};
const restore = (name: string) => {
  const entry = binned.peek().get(key(name))!;
  const rest = new Map(binned.peek());
  rest.delete(key(name));
  binned.value = rest;
  entries.value = new Map(entries.peek()).set(key(name), entry);
};
/** Numbers are made meanwhile. */
const asks = (number: number) => vi.waitFor(() => expect(asked).toHaveLength(number));

test("an album is searched by the files in it, and favourites by those that are", async () => {
  say("a", { favourite: true, albums: { summer: "a" } });
  say("b", { favourite: true, albums: { gone: "a" } });
  say("c", { albums: { summer: "b" } });

  search.open(query({ text: "x", albums: ["summer", "gone"] }));
  await asks(1);
  expect(last().request).toEqual({
    text: "x",
    order: "newest",
    facets: true,
    limit: 200,
    among: await numbers("a", "c"),
  });

  search.open(query({ favourites: true }));
  await asks(2);
  expect(last().request.among).toBe(await numbers("a", "b"));

  search.open(query({ favourites: true, albums: ["summer"] }));
  await asks(3);
  expect(last().request.among).toBe(await numbers("a"));
});

test("an album that is not there is one without files", async () => {
  say("a", { albums: { gone: "a" } });

  search.open(query({ albums: ["gone"] }));
  await asks(1);

  expect(last().request.among).toBe("");
});

test("nothing is asked of an album until all files and albums are known", async () => {
  let goOn = () => {};
  known = new Promise((done) => (goOn = done));
  search.open(query({ albums: ["summer"] }));
  await vi.advanceTimersByTimeAsync(60_000);
  expect([asked.length, search.fresh.value]).toEqual([0, false]);

  say("d", { albums: { summer: "a" } });
  goOn();
  await asks(1);

  expect(last().request.among).toBe(await numbers("d"));
});

test("why files are not known is said, and they are read again", async () => {
  known = Promise.reject(new TypeError("Failed to fetch"));
  search.open(query({ favourites: true }));
  await vi.advanceTimersByTimeAsync(0);
  expect(search.problem.value).toBe("Darkroom cannot be reached just now. Check your connection.");

  known = Promise.resolve();
  await vi.advanceTimersByTimeAsync(1_000);
  await asks(1);
});

test("what its user says shows at once, and is asked for with all that was read", async () => {
  for (const name of ["a", "b", "c"]) say(name, { favourite: true });
  search.open(query({ favourites: true }));
  await asks(1);
  await last().answer({ total: 3, hits: ["b", "c"].map(key), next: "there" });
  void search.more();
  await asks(2);
  expect(last().request).toMatchObject({ after: "there", among: await numbers("a", "b", "c") });
  await last().answer({ total: 3, hits: [key("a")] });

  say("c", { favourite: undefined });
  expect([shown(), search.total.value]).toEqual([["b", "a"], 2]);
  await asks(3);
  expect(last().request.among).toBe(await numbers("a", "b"));
  say("c", { favourite: true });
  expect([shown(), search.total.value]).toEqual([["b", "c", "a"], 3]);
  await asks(4);
  expect(asked[2]!.signal.aborted).toBe(true);

  say("d", { favourite: true });
  await asks(5);
  expect(last().request).toMatchObject({ among: await numbers("a", "b", "c", "d"), facets: true });
  await last().answer({ total: 4, hits: ["b", "d"].map(key), next: "second" });
  await asks(6);
  expect(last().request).toMatchObject({
    after: "second",
    among: await numbers("a", "b", "c", "d"),
  });
  await last().answer({ total: 4, hits: ["c", "a"].map(key) });
  expect([shown(), search.total.value]).toEqual([["b", "d", "c", "a"], 4]);
});

test("what is in the bin is not counted, and comes back at once", async () => {
  bin("d");
  search.open(query({ text: "x" }));
  await asks(1);
  expect(last().request).toMatchObject({ without: await numbers("d") });
  await last().answer({ ...found("a", "b"), total: 500 });

  bin("a");
  expect([shown(), search.total.value]).toEqual([["b"], 499]);
  await asks(2);
  expect(last().request).toMatchObject({ without: await numbers("d", "a") });
  await last().answer({ ...found("b", "c"), total: 499 });
  expect([shown(), search.total.value]).toEqual([["b", "c"], 499]);

  restore("a");
  expect([shown(), search.total.value]).toEqual([["b", "c", "a"], 500]);
  await asks(3);
  await last().answer({ ...found("a", "b", "c"), total: 500 });
  expect([shown(), search.total.value]).toEqual([["b", "c", "a"], 500]);
});

test("files that are known already, and uploads, ask nothing anew", async () => {
  search.open(query({ text: "x" }));
  await last().answer(found("a"));

  say("b", { favourite: true });
  say("c", { albums: { summer: "a" } });
  entries.value = new Map([...entries.peek(), entry("new", "2024-05-05T10:00:00")]);
  await vi.advanceTimersByTimeAsync(60_000);

  expect(asked).toHaveLength(1);
});

test("nothing is asked anew of copies, nor when nobody looks", async () => {
  search.open(query({ duplicates: true }));
  await last().answer({ total: 0, groups: [] });
  const telling = vi.spyOn(search.own, "told");
  bin("a");
  expect(telling).not.toHaveBeenCalled();

  search.open(query({ text: "x" }));
  await asks(2);
  await last().answer(found("b"));
  search.close();
  bin("b");
  expect(telling).toHaveBeenCalledTimes(1);
});

test("a file's number is what docs/search.md says", async () => {
  expect(await numbers("a/Größe.jpg", "b")).toBe("y/15AxDN5Co+I+gWADlZSg==");
});
