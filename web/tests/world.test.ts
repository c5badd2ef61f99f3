import { LAND } from "virtual:land";
import { expect, test } from "vitest";

import type { MapWindow } from "../src/cloud/search";
import {
  apart,
  fitting,
  kilometresBetween,
  latitudeAt,
  linesFor,
  measureFor,
  MOST_CELLS,
  MOST_LATITUDE,
  moved,
  onMap,
  projected,
  type Size,
  spotAt,
  type View,
  viewOf,
  windowFor,
  worldsIn,
  zoomed,
} from "../src/store/world";

const DESKTOP: Size = { width: 1240, height: 580 };
const PHONE: Size = { width: 336, height: 560 };
const SIZES = [DESKTOP, PHONE, { width: 3840, height: 2000 }, { width: 300, height: 290 }];

const viewAt = (latitude: number, longitude: number, scale: number): View => ({
  ...spotAt(latitude, longitude),
  scale,
});
const box = (latitude: number, longitude: number) => ({
  south: latitude,
  north: latitude,
  west: longitude,
  east: longitude,
});

test("the world is a square with the equator in its middle", () => {
  expect(spotAt(0, 0)).toEqual({ x: 0.5, y: 0.5 });
  expect(spotAt(MOST_LATITUDE, -180).x).toBe(0);
  expect(spotAt(MOST_LATITUDE, 0).y).toBeCloseTo(0);
  expect(spotAt(-90, 180).x).toBe(1);
  expect(spotAt(-90, 180).y).toBeCloseTo(1);
});

test.each([-80, -33.9, 0, 52.5, 85])("a latitude of %d° is read where it is drawn", (latitude) => {
  expect(latitudeAt(spotAt(latitude, 0).y)).toBeCloseTo(latitude);
});

test("nothing is in a view twice, and it ends where the world does", () => {
  for (const size of SIZES) {
    const all = fitting({ x: 0.5, y: 0, scale: 1 }, size);

    expect(all.scale).toBe(Math.max(size.width, size.height));
    expect(onMap(all, size, { x: 0.5, y: 0 })[1]).toBeCloseTo(0);
  }
});

test("whoever goes on to the east comes back from the west", () => {
  const view = moved(viewAt(0, 179, 3600), DESKTOP, 20, 0);

  expect(view.x).toBeCloseTo(spotAt(0, -179).x);
  expect(onMap(view, DESKTOP, spotAt(0, 179))[0]).toBeCloseTo(DESKTOP.width / 2 - 20);
});

test("what is under a finger stays there while it zooms", () => {
  const view = viewAt(52.5, 13.4, 4000);
  const spot = spotAt(48.1, 11.6);
  const [left, top] = onMap(view, DESKTOP, spot);
  const near = zoomed(view, DESKTOP, 3, [left - DESKTOP.width / 2, top - DESKTOP.height / 2]);

  expect(near.scale).toBe(12_000);
  expect(onMap(near, DESKTOP, spot)[0]).toBeCloseTo(left);
  expect(onMap(near, DESKTOP, spot)[1]).toBeCloseTo(top);
});

test("zoom ends at 10 m to a pixel, and the view does not move on there", () => {
  const view = zoomed(viewAt(52.5, 13.4, 4_000_000), DESKTOP, 2, [300, 100]);

  expect(view.scale).toBe(4_000_000);
  expect(view.x).toBeCloseTo(spotAt(0, 13.4).x);
});

test("the first view has all places in it, whichever way around the world is shorter", () => {
  const places = [
    [-36.8, 174.8],
    [21.3, -157.9],
    [35.7, 139.7],
  ] as const;
  for (const size of SIZES) {
    const view = viewOf(
      places.map(([latitude, longitude]) => box(latitude, longitude)),
      size,
    )!;

    expect(view.scale).toBeGreaterThan(Math.max(size.width, size.height) - 1);
    for (const [latitude, longitude] of size === PHONE ? [] : places) {
      const [left, top] = onMap(view, size, spotAt(latitude, longitude));
      expect(left).toBeGreaterThan(0);
      expect(left).toBeLessThan(size.width);
      expect(top).toBeGreaterThan(0);
      expect(top).toBeLessThan(size.height);
    }
    expect(Math.abs(view.x - spotAt(0, 170.9).x)).toBeLessThan(0.001); // between 139.7 and 202.1
  }
});

test("a single place is in the middle with its country around it, and none has no view", () => {
  const view = viewOf([box(52.5, 13.4)], DESKTOP)!;

  expect(view.x).toBeCloseTo(spotAt(0, 13.4).x);
  expect(latitudeAt(view.y)).toBeCloseTo(52.5);
  expect(view.scale).toBe(24_000);
  expect(viewOf([], DESKTOP)).toBeUndefined();
});

/** Whether a window has a place: longitudes behind 180° are west. */
function has({ south, north, west, east }: MapWindow, latitude: number, longitude: number) {
  const isAlong =
    west < east ? longitude >= west && longitude <= east : longitude >= west || longitude <= east;
  return isAlong && latitude >= south && latitude <= north;
}

test.each(SIZES)("a window has all that is in view, in few enough cells: %j", (size) => {
  for (const latitude of [-84, -40, 0, 52.5, 70, 84])
    for (const longitude of [-179.9, -60, 13.4, 179.5])
      for (let scale = 400; scale <= 4_000_000; scale *= 2.7) {
        const view = fitting(viewAt(latitude, longitude, scale), size);
        const window = windowFor(view, size);

        expect(window.rows * window.columns).toBeLessThanOrEqual(MOST_CELLS);
        expect(Math.min(window.rows, window.columns)).toBeGreaterThan(0);
        expect(Math.abs(window.west)).toBeLessThanOrEqual(180);
        expect(Math.abs(window.east)).toBeLessThanOrEqual(180);
        expect(window.south).toBeGreaterThanOrEqual(-90);
        expect(window.north).toBeLessThanOrEqual(90);
        for (const right of [-0.49, 0, 0.49])
          for (const down of [-0.49, 0, 0.49]) {
            const seen = moved(view, { width: 0, height: 0 }, right * size.width, 0);
            const y = view.y + (down * size.height) / view.scale;
            expect(has(window, latitudeAt(y), seen.x * 360 - 180)).toBe(true);
          }
      }
});

test("a map that is moved a little asks for the same cells", () => {
  const view = viewAt(10, 179.9, 9000);
  const [window, other] = [view, moved(view, DESKTOP, 3, -3)].map((one) => windowFor(one, DESKTOP));

  const wide = (one: MapWindow) => ((one.east - one.west + 360) % 360) / one.columns;
  expect(wide(other!)).toBeCloseTo(wide(window!));
  expect(((other!.west + 180) / wide(window!)) % 1).toBeCloseTo(0);
  expect(window!.west).toBeGreaterThan(window!.east); // it reaches over the antimeridian
});

test("the land is drawn as often as it is in view", () => {
  const narrow = { width: 100, height: 100 };
  expect(worldsIn(viewAt(0, 0, 360), narrow, 0)).toEqual([0]);
  expect(worldsIn(viewAt(0, 170, 360), narrow, 0)).toEqual([0, 1]);
  expect(worldsIn(viewAt(0, -170, 360), narrow, 0)).toEqual([-1, 0]);
});

test("distances are those on the Earth", () => {
  expect(kilometresBetween([52.52, 13.405], [48.137, 11.575])).toBeCloseTo(504, 0); // Berlin, Munich
  expect(kilometresBetween([0, 179.5], [0, -179.5])).toBeCloseTo(111.2, 1);
  expect(apart(spotAt(0, 179), spotAt(0, -179), 3600)).toBeCloseTo(20);
});

test("the measure is a round number, and no wider than it may be", () => {
  for (const latitude of [0, 52.5])
    for (let scale = 400; scale < 4_000_000; scale *= 1.7) {
      const { kilometres, pixels } = measureFor(viewAt(latitude, 0, scale), 110);

      expect(pixels).toBeLessThanOrEqual(110.001);
      expect(pixels).toBeGreaterThan(110 / 2.51);
      expect(String(kilometres)).toMatch(/^(0\.0*)?[125]0*$/);
    }
});

test("lines are at round degrees, and not close to each other", () => {
  const lines = linesFor(viewAt(52.5, 13.4, 24_000), DESKTOP);

  expect(lines).toContain("M"); // there are some
  const steps = [...lines.matchAll(/M(-?[\d.]+) 0v/g)].map(([, left]) => Number(left));
  expect(steps.length).toBeGreaterThan(3);
  steps.slice(1).forEach((left, at) => expect(left - steps[at]!).toBeGreaterThanOrEqual(90));
});

test("land is drawn where spots are", () => {
  expect(projected("M0 0l900 0 0-600z")).toBe("M500.00 500.00L750.00 500.00L750.00 290.40z");
  expect(projected(LAND).match(/M/g)).toHaveLength(LAND.match(/M/g)!.length);
  expect(projected(LAND)).not.toContain("NaN");
});
