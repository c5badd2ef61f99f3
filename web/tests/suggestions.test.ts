import { type Signal, signal } from "@preact/signals";
import { afterEach, beforeEach, expect, test, vi } from "vitest";

import type { Entry } from "../src/cloud/photo-index";
import type { Facets, SearchAnswer, SearchRequest } from "../src/cloud/search";
import { OwnFilters } from "../src/store/own-filters";
import { NO_QUERY, type Query, searchOf } from "../src/store/search-query";
import { suggest, Suggester } from "../src/store/suggestions";

const FACETS: Facets = {
  places: [
    ["Berlin", 40],
    ["Bern", 3],
    ["New York", 2],
  ],
  cameras: [["Canon EOS R5", 12]],
  lenses: [["RF 50 mm", 5]],
  years: [
    ["2024", 9],
    ["2023", 4],
  ],
  kinds: [
    ["picture", 40],
    ["video", 2],
  ],
  words: [
    ["bernd", 4],
    ["Berlin", 40], // a place is a word, too
  ],
};

const asked = (text: string, part: Partial<Query> = {}): Query => ({ ...NO_QUERY, ...part, text });
const suggested = (query: Query, facets = FACETS) =>
  suggest(query, facets).map((one) => [one.kind, one.value, searchOf(one.query)]);

test("the text itself comes first, then filters of that name, then words", () => {
  expect(suggested(asked("ber"))).toEqual([
    ["text", "ber", "q=ber"],
    ["places", "Berlin", "place=Berlin"],
    ["places", "Bern", "place=Bern"],
    ["word", "bernd", "q=bernd+"],
  ]);
});

test("a filter stands for the words that it is meant by, and the others stay", () => {
  expect(suggested(asked("sunset new yo"))).toContainEqual([
    "places",
    "New York",
    "q=sunset&place=New+York",
  ]);
  expect(suggested(asked("sunset eos"))).toContainEqual([
    "cameras",
    "Canon EOS R5",
    "q=sunset&camera=Canon+EOS+R5",
  ]);
  expect(suggested(asked("ös"))).toEqual([["text", "ös", "q=%C3%B6s"]]);
});

test("accents and case make no difference", () => {
  const facets: Facets = { places: [["Zürich", 1]] };
  expect(suggested(asked("ZUR"), facets)).toContainEqual(["places", "Zürich", "place=Z%C3%BCrich"]);
});

test.each([
  ["re", "colours", "red", "colour=red"],
  ["vid", "kinds", "video", "kind=video"],
  ["portr", "orientation", "portrait", "orientation=portrait"],
  ["2019", "time", "2019", "from=2019&to=2019"],
])("%s is known before anything is counted", (text, kind, value, search) => {
  expect(suggested(asked(text), {})).toContainEqual([kind, value, search]);
});

test("what is chosen already is not suggested", () => {
  expect(suggested(asked("ber", { places: ["Berlin"] }))).toContainEqual([
    "places",
    "Bern",
    "place=Berlin&place=Bern",
  ]);
  expect(suggested(asked("berlin", { places: ["Berlin"] }))).toEqual([
    ["text", "berlin", "q=berlin&place=Berlin"],
  ]);
});

test("before anything is typed there is most of what is suggested", () => {
  expect(suggested(NO_QUERY).map(([kind, value]) => `${kind} ${value}`)).toEqual([
    "places Berlin",
    "places Bern",
    "places New York",
    "cameras Canon EOS R5",
    "time 2024",
    "time 2023",
    "kinds video",
    "duplicates ",
  ]);
});

/** A request that the server has not answered yet. */
interface Asked {
  request: SearchRequest;
  signal: AbortSignal;
  answer(answer: SearchAnswer): Promise<void>;
}

let requests: Asked[];
let binned: Signal<ReadonlyMap<string, Entry>>;
let suggester: Suggester;

beforeEach(() => {
  vi.useFakeTimers();
  requests = [];
  binned = signal(new Map());
  suggester = new Suggester(
    (request, signal) =>
      new Promise((done) => {
        // It does not end when it is aborted: an answer may be there already.
        const answer = (found: SearchAnswer) => (
          done(found),
          vi.advanceTimersByTimeAsync(0).then(() => {})
        );
        requests.push({ request, signal, answer });
      }),
    new OwnFilters({
      entries: signal(new Map()),
      binned,
      albums: signal(new Map()),
      readFiles: async () => {},
      readAlbums: async () => {},
    }),
  );
});

afterEach(() => {
  suggester.stop();
  vi.useRealTimers();
});

const type = async (text: string, ms: number) => {
  suggester.type(NO_QUERY, text);
  await vi.advanceTimersByTimeAsync(ms);
};
const words = () =>
  suggester.suggestions.value.filter(({ kind }) => kind === "word").map(({ value }) => value);
const answered = (...all: string[]): SearchAnswer => ({
  total: all.length,
  facets: { words: all.map((word) => [word, 1] as const) },
});

test("whoever types is asked after once they rest", async () => {
  await type("s", 50);
  await type("su", 50);
  await type("sun", 1000);

  expect(requests.map(({ request }) => request.text)).toEqual(["sun"]);
});

test("an older answer never takes the place of a newer one", async () => {
  await type("s", 1000);
  await type("su", 1000);
  const [first, second] = requests;
  expect(first!.signal.aborted).toBe(true);

  await second!.answer(answered("sunset"));
  await first!.answer(answered("sail"));

  expect(words()).toEqual(["sunset"]);
});

test("until words are counted anew, those that still begin so are suggested", async () => {
  await type("s", 1000);
  await requests[0]!.answer(answered("sail", "sunset"));

  await type("su", 0);

  expect(words()).toEqual(["sunset"]);
  expect(suggester.suggestions.value[0]).toMatchObject({ kind: "text", files: undefined });
});

test("what was asked before is known, until it may have changed", async () => {
  await type("s", 1000);
  await requests[0]!.answer(answered("sail"));
  await type("sx", 1000);
  await type("s", 1000);
  expect(requests).toHaveLength(2);
  expect(suggester.suggestions.value[0]).toMatchObject({ kind: "text", files: 1 });

  suggester.forget();
  await type("s", 1000);
  expect(requests).toHaveLength(3);
});

test("the text can be searched for when nothing answers", async () => {
  await type("sun", 0);

  expect(suggester.suggestions.value).toMatchObject([{ kind: "text", value: "sun" }]);
});

test("nothing is suggested that is in the bin alone, or not in the album that is searched", async () => {
  const inBin = { key: "users/ann/a.jpg", uploadedAt: "" };
  binned.value = new Map([[inBin.key, inBin]]);
  await type("s", 1000);
  await vi.waitFor(() => expect(requests).toHaveLength(1));
  expect(requests[0]!.request).toMatchObject({ text: "s", without: "UJsNRkGnw7o=" });

  suggester.type({ ...NO_QUERY, albums: ["summer000000"] }, "s");
  await vi.waitFor(() => expect(requests).toHaveLength(2));
  expect(requests[1]!.request).toMatchObject({ text: "s", among: "" });
});
