import { type Signal, signal } from "@preact/signals";
import { afterEach, beforeEach, expect, test, vi } from "vitest";

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
/** The keys of what is in the bin. */
let binned: Signal<readonly string[]>;
let places: PlacesStore;

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal("navigator", { onLine: true });
  asked = [];
  binned = signal([]);
  places = new PlacesStore(
    (request, signal) =>
      new Promise((done, fail) => {
        asked.push({
          request,
          signal,
          answer: (found) => (done(found), settled()),
          fail: (error) => (fail(error), settled()),
        });
      }),
    {
      filesOf: () => ({ without: binned.value }),
      told: ({ without }) =>
        without.length > 0 ? Promise.resolve({ without: without.join(" ") }) : undefined,
    },
  );
});

afterEach(() => {
  places.close();
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

const last = () => asked.at(-1)!;
const settled = () => vi.advanceTimersByTimeAsync(0).then(() => {});
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
test("the world is counted first, and what is shown has all places", async () => {
  places.open(SIZE);
  await settled();
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
  await settled();
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
  await settled();
  await last().answer(told(at(52.5, 13.4, "a")));
  await vi.advanceTimersByTimeAsync(1000);
  const number = asked.length;
  places.show(moved(places.view.value!, SIZE, 0.01, 0), SIZE);
  await vi.advanceTimersByTimeAsync(1000);
  expect(asked).toHaveLength(number);
});

test("all places are shown again, from wherever somebody is", async () => {
  places.open(SIZE);
  await settled();
  await last().answer(told(at(52.5, 13.4, "a")));
  const first = places.view.value;
  places.show(zoomed(places.view.value!, SIZE, 8, [300, 10]), SIZE);
  places.showAll();
  await settled();
  await last().answer(told(at(52.5, 13.4, "a")));
  expect(places.view.value).toEqual(first);
});

test("that no photo has a place is known when the index is whole", async () => {
  places.open(SIZE);
  await settled();
  await last().answer({ ...told(), building: true });
  expect([places.none.value, places.building.value]).toEqual([false, true]);
  await vi.advanceTimersByTimeAsync(1000);
  expect(asked).toHaveLength(2);
  await last().answer(told());
  expect([places.none.value, places.building.value]).toEqual([true, false]);
});

test("a failure is told and tried again, one that is the request's own is not", async () => {
  places.open(SIZE);
  await settled();
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
  await settled();
  await last().answer(told(at(52.5, 13.4, "a")));
  const view = places.view.value;
  places.close();
  places.open(SIZE);
  await settled();
  expect(places.view.value).toEqual(view);
  expect(counts()).toEqual([1]);
  await last().answer(told(at(52.5, 13.4, "a", "b")));
  expect(places.view.value).toEqual(view);
  expect(counts()).toEqual([2]);
});

test("what is in the bin is left out of what is counted, whenever that changes", async () => {
  binned.value = ["b"];
  places.open(SIZE);
  await settled();
  expect(last().request.without).toBe("b");
  await last().answer(told(at(52.5, 13.4, "a")));
  expect(counts()).toEqual([1]);
  binned.value = [];
  await settled();
  expect(last().request.without).toBeUndefined();
  await last().answer(told(at(52.5, 13.4, "b", "a")));
  expect(counts()).toEqual([2]);
  const number = asked.length;
  places.close();
  binned.value = ["a"];
  await settled();
  expect(asked).toHaveLength(number);
});

test("the map has an address of the page", () => {
  expect(routeOf("ann", "#/places")).toEqual({ list: "places" });
  expect(routeOf("ann", "#/places/x").list).toBeUndefined();
});
