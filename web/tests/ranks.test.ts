import { expect, test } from "vitest";

import { LONGEST, rankBetween, ranks } from "../src/store/ranks";

const RANK = /^[0-9a-z]{1,40}$/;

test("ranks of many photos are short, in order, and none is there twice", () => {
  const found = ranks(10_000);

  expect(found.toSorted()).toEqual(found);
  expect(new Set(found).size).toBe(found.length);
  expect(Math.max(...found.map((one) => one.length))).toBe(6);
});

test.each([
  ["behind a rank", "zzzzzz", undefined],
  ["before a rank", undefined, "000001"],
  ["before another client's rank", undefined, "1"],
  ["behind another client's rank", "z", undefined],
  ["between neighbours", "a", "b"],
  ["between a rank and a longer one", "a", "a1"],
  ["between digits and letters", "9", "a"],
])("there is one %s", (_, before, after) => {
  const found = rankBetween(before, after);

  expect(found).toMatch(RANK);
  if (before !== undefined) expect(found! > before).toBe(true);
  if (after !== undefined) expect(found! < after).toBe(true);
});

test.each([
  ["a", "a"],
  ["b", "a"],
  ["a", "a0"],
  ["a", `a${"0".repeat(39)}`],
])("there is none between %s and %s", (before, after) => {
  expect(rankBetween(before, after)).toBeUndefined();
});

test("photos can be put into the same place more than a hundred times, and never with too long a rank", () => {
  const [before, first] = ranks(2);
  let last = first;
  let times = 0;
  for (; last !== undefined; times++) {
    expect(last).toMatch(RANK);
    last = rankBetween(before, last);
  }
  expect(times).toBeGreaterThan(100);
  expect(LONGEST).toBe(40);
});

test("the order is kept whatever is put where", () => {
  let seed = 7;
  const random = (below: number) => (seed = (seed * 48271) % 2147483647) % below;
  const order: string[] = [];
  for (let n = 0; n < 500; n++) {
    const at = random(order.length + 1);
    order.splice(at, 0, rankBetween(order[at - 1], order[at])!);
  }

  expect(order.toSorted()).toEqual(order);
  expect(new Set(order).size).toBe(500);
});
