import { expect, test } from "vitest";

import type { Cell } from "../src/cloud/search";
import { clustersOf } from "../src/store/clusters";
import { kilometresBetween, spotAt } from "../src/store/world";

const cell = (name: string, files: number, latitude: number, longitude: number): Cell => ({
  files,
  latitude,
  longitude,
  south: latitude - 0.1,
  north: latitude + 0.1,
  west: longitude - 0.1,
  east: longitude + 0.1,
  images: [`${name}1`, `${name}2`].slice(0, files),
});
const BERLIN = cell("berlin", 30, 52.5, 13.4);
const POTSDAM = cell("potsdam", 2, 52.4, 13.1);
const TOKYO = cell("tokyo", 40, 35.7, 139.7);
/** So large that Berlin and Potsdam are some 17 pixels from each other; and so that they are 170. */
const [FAR, NEAR] = [20_000, 200_000];

test("what would lie over each other is one cluster, where most of it is", () => {
  const [tokyo, berlin, ...others] = clustersOf([POTSDAM, TOKYO, BERLIN], FAR);

  expect(others).toEqual([]);
  expect([tokyo!.files, berlin!.files]).toEqual([40, 32]);
  expect(berlin!.spot).toEqual(spotAt(52.5, 13.4));
  expect(berlin!.key).toBe("berlin1");
  expect(berlin!.images).toEqual(["berlin1", "berlin2", "potsdam1", "potsdam2"]);
});

test("the largest comes first, though small ones make it so", () => {
  const around = [cell("a", 6, 52.6, 13.4), cell("b", 6, 52.4, 13.4)];
  const found = clustersOf([TOKYO, BERLIN, ...around], FAR);

  expect(found.map(({ files }) => files)).toEqual([42, 40]);
});

test("clusters come apart as the map is zoomed, and keep their keys", () => {
  expect(clustersOf([POTSDAM, BERLIN], NEAR).map(({ key, files }) => [key, files])).toEqual([
    ["berlin1", 30],
    ["potsdam1", 2],
  ]);
});

test("across the antimeridian there is one cluster, too", () => {
  const [cluster, ...others] = clustersOf(
    [cell("fiji", 3, -17, 179.95), cell("taveuni", 1, -17, -179.95)],
    NEAR / 10,
  );

  expect(others).toEqual([]);
  expect(cluster!.files).toBe(4);
  expect(cluster!.near.kilometres).toBeLessThan(40);
});

test("all of a cluster is in its circle, of a round radius", () => {
  const { near } = clustersOf([BERLIN, POTSDAM], FAR)[0]!;

  for (const { south, west, north, east } of [BERLIN, POTSDAM])
    for (const corner of [
      [south, west],
      [north, east],
    ] as const)
      expect(kilometresBetween([near.latitude, near.longitude], corner)).toBeLessThan(
        near.kilometres,
      );
  expect(near.kilometres).toBe(Math.round(near.kilometres * 10) / 10);
  const alone = { ...TOKYO, south: 35.7, north: 35.7, west: 139.7, east: 139.7 };
  expect(clustersOf([alone], FAR)[0]!.near.kilometres).toBe(0.1);
});
