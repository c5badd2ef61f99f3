import { expect, test } from "vitest";

import { nextInterval } from "../src/store/refresher";

test("intervals grow to their longest while nothing changes", () => {
  const quiet = { changed: false, failed: false, waiting: false, live: false };
  const intervals = [400];
  while (intervals.length < 20) intervals.push(nextInterval(intervals.at(-1) ?? 0, quiet));

  expect(intervals).toEqual([...intervals].sort((a, b) => a - b));
  expect(intervals.at(-1)).toBe(30_000);
});

test("interval is short again when something changed", () => {
  expect(nextInterval(30_000, { changed: true, failed: false, waiting: false, live: false })).toBe(
    400,
  );
});

test("intervals stay short when a photo is being processed", () => {
  expect(nextInterval(30_000, { changed: false, failed: false, waiting: true, live: false })).toBe(
    3_000,
  );
});

test.each([true, false])("a failure is made good within seconds when live is %s", (live) => {
  const failed = { changed: false, failed: true, waiting: false, live };

  for (const before of [400, 10_000, 300_000]) {
    expect(nextInterval(before, failed)).toBeLessThanOrEqual(5_000);
  }
});

test("intervals are long when changes are told live", () => {
  expect(nextInterval(400, { changed: true, failed: false, waiting: false, live: true })).toBe(
    300_000,
  );
});
