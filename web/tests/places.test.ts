import { type Signal, signal } from "@preact/signals";
import { afterEach, beforeEach, expect, test, vi } from "vitest";

import type { Entry } from "../src/cloud/photo-index";
import type { Image } from "../src/cloud/records";
import type { Cell, SearchAnswer, SearchRequest } from "../src/cloud/search";
import { Refused } from "../src/cloud/signed-api";
import { PlacesStore } from "../src/store/places";
import { latitudeAt, moved, zoomed } from "../src/store/world";
import { routeOf } from "../src/ui/routes";

interface Asked {
  request: SearchRequest;
  signal: AbortSignal;
  answer(answer: SearchAnswer): Promise<void>;
  fail(error: Error): Promise<void>;
}

const SIZE = { width: 1000, height: 600 };
let asked: Asked[];
let binned: Signal<ReadonlyMap<string, Entry>>;
/** The records of the table. */
let table: Image[];
let read: string[][];
let places: PlacesStore;

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal("navigator", { onLine: true });
  asked = [];
  read = [];
  table = [];
  binned = signal(new Map());
  places = new PlacesStore(
    (request, signal) =>
      new Promise((done, fail) => {
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
        return { images: table.filter(({ image }) => keys.includes(image)), unread: [] };
      },
    },
    { binned },
  );
});

afterEach(() => {
  places.close();
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

const last = () => asked.at(-1)!;
const at = (latitude: number, longitude: number, ...images: string[]): Cell => ({
  files: images.length,
  images: images.slice(0, 3),
  latitude,
  longitude,
  south: latitude,
  north: latitude,
  west: longitude,
  east: longitude,
});
const told = (...cells: Cell[]): SearchAnswer => ({ total: 9, hits: [], cells });
const counts = () => places.clusters.value.map(({ files }) => files);
const bin = (...keys: string[]) => {
  binned.value = new Map(
    keys.map((key, n) => [key, { key, uploadedAt: "", binnedAt: `2026-11-0${n + 1}` }]),
  );
};

test("the world is counted first, and what is shown has all places", async () => {
  places.open(SIZE);
  expect(last().request).toEqual({
    map: { south: -90, west: -180, north: 90, east: 180, rows: 32, columns: 32 },
    limit: 1,
  });
  expect(places.view.value).toBeUndefined();

  await last().answer(told(at(52.5, 13.4, "a", "b")));

  expect(latitudeAt(places.view.value!.y)).toBeCloseTo(52.5);
  expect(counts()).toEqual([2]);
  await vi.advanceTimersByTimeAsync(1000);
  expect(asked).toHaveLength(2); // and then what is in view, more closely
  expect(last().request.map!.north - last().request.map!.south).toBeLessThan(20);
});

test("whoever moves the map is answered when they rest, and what they left is not asked for any more", async () => {
  places.open(SIZE);
  await last().answer(told(at(52.5, 13.4, "a")));
  await vi.advanceTimersByTimeAsync(1000);
  const before = last();
  for (let step = 0; step < 9; step += 1) {
    places.show(moved(places.view.value!, SIZE, 200, 0), SIZE);
    await vi.advanceTimersByTimeAsync(100);
  }
  expect(before.signal.aborted).toBe(true);
  expect(asked).toHaveLength(2);
  await vi.advanceTimersByTimeAsync(100);
  expect(asked).toHaveLength(3);

  await before.answer(told(at(0, 0, "x")));
  expect(counts()).toEqual([1]);
  expect(places.clusters.value[0]!.key).toBe("a"); // the late answer is of another view
  await last().answer(told());
  expect(counts()).toEqual([]);
  expect(places.none.value).toBe(false); // there are some elsewhere
});

test("a step within the same cells asks for nothing", async () => {
  places.open(SIZE);
  await last().answer(told(at(52.5, 13.4, "a")));
  await vi.advanceTimersByTimeAsync(1000);
  const number = asked.length;
  places.show(moved(places.view.value!, SIZE, 0.01, 0), SIZE);
  await vi.advanceTimersByTimeAsync(1000);
  expect(asked).toHaveLength(number);
});

test("all places are shown again, from wherever somebody is", async () => {
  places.open(SIZE);
  await last().answer(told(at(52.5, 13.4, "a")));
  const first = places.view.value;
  places.show(zoomed(places.view.value!, SIZE, 8, [300, 10]), SIZE);
  places.showAll();
  await last().answer(told(at(52.5, 13.4, "a")));
  expect(places.view.value).toEqual(first);
});

test("that no photo has a place is known when the index is whole", async () => {
  places.open(SIZE);
  await last().answer({ ...told(), building: true });
  expect([places.none.value, places.building.value]).toEqual([false, true]);
  await vi.advanceTimersByTimeAsync(1000);
  expect(asked).toHaveLength(2);
  await last().answer(told());
  expect([places.none.value, places.building.value]).toEqual([true, false]);
});

test("a failure is told and tried again, one that is the request's own is not", async () => {
  places.open(SIZE);
  await last().fail(new TypeError("no connection"));
  expect(places.problem.value).toBeTruthy();
  await vi.advanceTimersByTimeAsync(1000);
  await last().answer(told(at(52.5, 13.4, "a")));
  expect(places.problem.value).toBeUndefined();

  await vi.advanceTimersByTimeAsync(1000);
  const number = asked.length;
  await last().fail(new Refused("'map' is no part of the Earth."));
  await vi.advanceTimersByTimeAsync(60_000);
  expect(asked).toHaveLength(number);
  expect(places.problem.value).toBe("'map' is no part of the Earth.");
});

test("whoever comes back is shown what they left, counted anew", async () => {
  places.open(SIZE);
  await last().answer(told(at(52.5, 13.4, "a")));
  const view = places.view.value;
  places.close();
  places.open(SIZE);
  expect(places.view.value).toEqual(view);
  expect(counts()).toEqual([1]);
  await last().answer(told(at(52.5, 13.4, "a", "b")));
  expect(places.view.value).toEqual(view);
  expect(counts()).toEqual([2]);
});

test("what is in the bin is not counted, once it is known where it was taken", async () => {
  table = [
    { image: "b", metadata: { latitude: 52.5, longitude: 13.4 } } as unknown as Image,
    { image: "c", metadata: {} } as unknown as Image,
  ];
  bin("b", "c");
  places.open(SIZE);
  await last().answer(told(at(52.5, 13.4, "b", "a")));

  expect(read).toEqual([["c", "b"]]);
  expect(counts()).toEqual([1]);
  expect(places.clusters.value[0]!.images).toEqual(["a"]);
  bin("c");
  expect(counts()).toEqual([2]);
  bin("b", "c");
  expect(counts()).toEqual([1]);
  expect(read).toHaveLength(1);
});

test("the map has an address of the page", () => {
  expect(routeOf("ann", "#/places")).toEqual({ list: "places" });
  expect(routeOf("ann", "#/places/x").list).toBeUndefined();
});
