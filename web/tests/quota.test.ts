import { expect, test } from "vitest";

import { currentPeriod, nextPeriod, tooLarge, overQuota, usageOf } from "../src/store/quota";

const quota = {
  storedBytes: 1_000_000,
  uploadedBytes: 5_000_000,
  uploadedObjects: 300,
  minimumBytes: 100_000,
  period: "month",
} as const;
const now = new Date("2026-12-31T23:59:59Z");

const usage = (total: object, current: object = {}) =>
  usageOf(
    [
      { period: "total", ...total },
      { period: "2026-12", ...current },
      { period: "2026-11", uploaded_bytes: 9_000_000 },
    ],
    quota,
    now,
  );

test("there is room when usage meets its limit exactly", () => {
  expect(overQuota(usage({ stored_bytes: 1_000_000 }), quota, now)).toBeUndefined();
});

test("storage is full when what is held goes over the limit", () => {
  const reason = overQuota(usage({ stored_bytes: 900_000, held_bytes: 300_000 }), quota, now);

  expect(reason).toMatch(/storage of 1 MB is full.*deleted at least 200 kB/);
});

test("allowance is used up, until the next year, when the last byte of December is used", () => {
  const reason = overQuota(usage({}, { uploaded_bytes: 5_000_000 }), quota, now);

  expect(reason).toMatch(/this month.*2027/);
});

test("a user's own limits count when their rows have them", () => {
  const rows = { stored_bytes: 1_500_000, limit_stored_bytes: 2_000_000 };

  expect(overQuota(usage(rows), quota, now)).toBeUndefined();
});

test("nothing is over when usage is only counted", () => {
  const tracked = { period: "month", minimumBytes: 0 } as const;
  const rows = [{ period: "total", stored_bytes: 1e12, limit_stored_bytes: 1 }];

  expect(overQuota(usageOf(rows, tracked, now), tracked, now)).toBeUndefined();
});

test("file does not fit when those on their way take the room", () => {
  const held = usage({ stored_bytes: 400_000 });

  expect(tooLarge(held, quota, 300_000, [], now)).toBeUndefined();
  expect(tooLarge(held, quota, 300_000, [150_000, 250_000], now)).toMatch(/only 200 kB/);
});

test("small file counts for the smallest charge, and so do those on their way", () => {
  const held = usage({ stored_bytes: 750_000 });

  expect(tooLarge(held, quota, 1, [1], now)).toBeUndefined();
  expect(tooLarge(held, quota, 1, [1, 1], now)).toMatch(/counts for 100 kB, but only 50 kB/);
});

test("allowance is used up when as many files were uploaded as a period has", () => {
  expect(overQuota(usage({}, { uploaded_objects: 299 }), quota, now)).toBeUndefined();
  expect(overQuota(usage({}, { uploaded_objects: 300 }), quota, now)).toMatch(/300 uploads/);
  const own = { uploaded_objects: 300, limit_uploaded_objects: 301 };
  expect(overQuota(usage({}, own), quota, now)).toBeUndefined();
});

test.each([
  ["month", "2026-12", "2027-01-01"],
  ["day", "2026-12-31", "2027-01-01"],
] as const)("period of a %s is told in UTC", (period, current, next) => {
  expect(currentPeriod(period, now)).toBe(current);
  expect(nextPeriod(period, now).toISOString().slice(0, 10)).toBe(next);
});
