import { LAND } from "virtual:land";
import { expect, test } from "vitest";

import { inOnePiece, pathOf, type Point } from "../plugins/land.ts";
import { HEIGHT, shiftsFor, spotOn, WIDTH, windowAround } from "../src/ui/map-window";

/** The longitude and latitude of the corner at the lower right. */
function lowerRight(latitude: number, longitude: number): [number, number] {
  const { west, north, squeeze } = windowAround(latitude, longitude);
  return [west + WIDTH / squeeze, north - HEIGHT];
}

test("on the equator a map is 72° wide and has the sides of a screen", () => {
  const { west, north } = windowAround(0, 20);

  expect([west, north]).toEqual([-16, 20.25]);
  expect(lowerRight(0, 20)).toEqual([56, -20.25]);
});

test("where a degree of longitude is half as long, twice as many are shown", () => {
  const { west, north } = windowAround(60, 20); // the cosine of 60° is a half

  expect(west).toBeCloseTo(20 - 72);
  expect(north).toBe(60 + 20.25);
  expect(lowerRight(60, 20)[0]).toBeCloseTo(20 + 72);
});

test("a map ends at the poles", () => {
  expect(windowAround(85, 0).north).toBe(90);
  expect(windowAround(90, 0)).toEqual(windowAround(75, 0));
  expect(lowerRight(-85, 0)[1]).toBe(-90);
  expect(lowerRight(-90, 0)[1]).toBe(-90);
});

test.each([
  ["on the equator", 0, 20, HEIGHT / 2],
  ["in the north", 52.5, 13.4, HEIGHT / 2],
  ["on the antimeridian", -17, 180, HEIGHT / 2],
  ["nearly at the north pole", 89, -30, 1],
  ["at the south pole", -90, 0, HEIGHT],
])("%s the spot is in the middle, but for what the poles take", (_, latitude, longitude, y) => {
  const [x, down] = spotOn(windowAround(latitude, longitude), latitude, longitude);

  expect(x).toBeCloseTo(WIDTH / 2);
  expect(down).toBeCloseTo(y);
});

test("the land is drawn once, and twice where a map reaches over the antimeridian", () => {
  expect(shiftsFor(windowAround(0, 0))).toEqual([0]);
  expect(shiftsFor(windowAround(0, 179))).toEqual([0, 360]);
  expect(shiftsFor(windowAround(0, -179))).toEqual([-360, 0]);
  // The window begins at 175° west, where what Asia has beyond the antimeridian is seen.
  expect(shiftsFor(windowAround(0, -139))).toEqual([-360, 0]);
  expect(shiftsFor(windowAround(0, -129))).toEqual([0]);
});

test("a ring that crosses the antimeridian goes on beyond it", () => {
  const ring: Point[] = [
    [160, 60],
    [-170, 60],
    [-170, 70],
    [160, 70],
    [160, 60],
  ];

  expect(inOnePiece(ring).map(([longitude]) => longitude)).toEqual([160, 190, 190, 160, 160]);
  // The same ring from its other side: most of it decides where it is.
  const mostlyWest: Point[] = [
    [-170, 60],
    [175, 60],
    [-150, 70],
    [-170, 60],
  ];
  expect(inOnePiece(mostlyWest).map(([longitude]) => longitude)).toEqual([-170, -185, -150, -170]);
});

test("a ring around a pole is closed along it", () => {
  const ring: Point[] = [
    [-180, -80],
    [90, -70],
    [0, -70],
    [-90, -70],
    [-180, -80],
  ];

  expect(inOnePiece(ring)).toEqual([
    [180, -80],
    [90, -70],
    [0, -70],
    [-90, -70],
    [-180, -80],
    [-180, -90],
    [180, -90],
  ]);
});

test("a path goes in tenths of a degree, downwards, and leaves out what is nearer", () => {
  const ring: Point[] = [
    [10, 50],
    [10.04, 50],
    [12, 49.5],
    [9, 51],
    [10, 50],
  ];

  expect(pathOf(ring)).toBe("M100-500l20 5-30-15 10 10z");
});

/** The corners of each ring of the land, in degrees. */
function rings(): Point[][] {
  return LAND.split("z")
    .filter(Boolean)
    .map((path) => {
      const steps = [...path.matchAll(/-?\d+/g)].map(Number);
      let [x, y] = [0, 0];
      const corners: Point[] = [];
      for (let at = 0; at < steps.length; at += 2) {
        [x, y] = [x + steps[at]!, y + steps[at + 1]!];
        corners.push([x / 10, -y / 10]);
      }
      return corners;
    });
}

/** Whether there is land: a ray to the east crosses coasts an odd number of times. */
function isLand(latitude: number, longitude: number): boolean {
  let inside = false;
  for (const ring of rings()) {
    ring.forEach(([x, y], at) => {
      const [beforeX, beforeY] = ring.at(at - 1)!;
      if (y > latitude === beforeY > latitude) return;
      if (x + ((latitude - y) / (beforeY - y)) * (beforeX - x) > longitude) inside = !inside;
    });
  }
  return inside;
}

test.each([
  ["Berlin", 52.5, 13.4, true],
  ["Alice Springs", -23.7, 133.9, true],
  ["Manaus", -3.1, -60, true],
  ["the south pole", -89.9, 0, true],
  ["Anadyr", 66, 176, true],
  ["Chukotka, beyond the antimeridian", 66.5, 186, true],
  ["the middle of the Atlantic", 30, -40, false],
  ["the Caspian Sea", 41.5, 51, false],
  ["the north pole", 89.9, 0, false],
])("the outline knows %s", (_, latitude, longitude, land) => {
  expect(isLand(latitude, longitude)).toBe(land);
});

test("all of the land is between the pole and as far beyond the antimeridian as maps look", () => {
  const corners = rings().flat();

  expect(Math.min(...corners.map(([x]) => x))).toBeGreaterThan(-191);
  expect(Math.max(...corners.map(([x]) => x))).toBeLessThan(191);
  expect(Math.min(...corners.map(([, y]) => y))).toBe(-90);
  expect(Math.max(...corners.map(([, y]) => y))).toBeLessThan(84); // the north of Greenland
});
