import { expect, test, vi } from "vitest";

import type { Entry } from "../src/cloud/photo-index";
import { daysOf, hereAt, placed } from "../src/store/days";

const entry = (key: string, uploadedAt: string, takenAt?: string): Entry => ({
  key: `users/ann/${key}`,
  uploadedAt,
  takenAt,
});

test("a photo belongs to the day on its camera's clock, wherever that was", () => {
  expect(placed(entry("a", "2026-11-24T08:00:00Z", "2025-12-31T23:30:00-08:00")).at).toBe(
    "2025-12-31T23:30:00",
  );
  expect(placed(entry("a", "2026-11-24T08:00:00Z", "2026-01-01T00:10:00.5+13:00")).at).toBe(
    "2026-01-01T00:10:00.5",
  );
});

test("a photo that does not say when it was taken belongs to the day here on which it was sent", () => {
  const sent = "2026-11-24T08:00:01.000Z";
  expect(placed(entry("a.jpg", sent)).at).toBe(hereAt(sent));
  expect(placed(entry("20261124T080000001-0123456789ab/a.jpg", sent)).at).toBe(
    hereAt("2026-11-24T08:00:00.001Z"),
  );
  expect(placed(entry("a.jpg", sent, "yesterday")).at).toBe(hereAt(sent));
});

test("a key that only looks like one with a time has its place by the time of its upload", () => {
  const sent = "2026-11-24T08:00:01.000Z";
  expect(placed(entry("20261399T999999999-0123456789ab/a.jpg", sent)).at).toBe(hereAt(sent));
});

test("a video whose camera wrote UTC belongs to the day here, and one with a zone to its own", () => {
  vi.stubEnv("TZ", "America/New_York");
  const video = (takenAt: string) =>
    placed({ ...entry("a.mp4", "2026-11-24T08:00:00Z", takenAt), kind: "video" }).at;

  expect(video("2026-07-05T02:10:00.000000+00:00")).toBe("2026-07-04T22:10:00.000");
  expect(video("2026-07-05T02:10:00+09:00")).toBe("2026-07-05T02:10:00");
  expect(placed(entry("a.jpg", "2026-11-24T08:00:00Z", "2026-07-05T02:10:00+00:00")).at).toBe(
    "2026-07-05T02:10:00",
  );
  vi.unstubAllEnvs();
});

test("days come newest first; what is known to a month or a year alone comes at the end of it", () => {
  const days = daysOf([
    { key: "month", at: "2026-07" },
    { key: "morning", at: "2026-07-01T08:00" },
    { key: "year", at: "2026" },
    { key: "evening", at: "2026-07-01T20:00:00.250" },
    { key: "later", at: "2026-12-01T00:00:00" },
    { key: "before", at: "2025-12-31T23:59:59" },
  ]);

  expect(days.map(({ name, keys }) => [name, keys.join()])).toEqual([
    ["2026-12-01", "later"],
    ["2026-07-01", "evening,morning"],
    ["2026-07", "month"],
    ["2026", "year"],
    ["2025-12-31", "before"],
  ]);
});

test("photos of one moment keep their order, in whatever order they are known", () => {
  const photos = ["c", "a", "b"].map((key) => ({ key, at: "2026-07-01T08:00:00" }));

  expect(daysOf(photos)).toEqual(daysOf(photos.toReversed()));
});
