import { expect, test } from "vitest";

import { roughly } from "../src/format";
import { titleOf } from "../src/ui/upload-title";
import { Batch } from "../src/uploads/batch";
import type { Upload, UploadState } from "../src/uploads/upload-store";

function upload(name: string, sent: number, state: UploadState = "uploading", size = 100): Upload {
  return { id: name, key: name, name, size, sent, state, startedAt: name };
}

test("what has arrived stays in the sum when it is taken off the list", () => {
  const batch = new Batch();
  batch.update([upload("a", 100, "uploaded"), upload("b", 0, "waiting")]);
  batch.update([upload("a", 90), upload("b", 0, "waiting")]);
  batch.finish("a");

  expect(batch.update([upload("b", 50)])).toMatchObject({
    total: 2,
    done: 1,
    sent: 150,
    size: 200,
  });
});

test("the bar does not go back when files are added or one begins anew", () => {
  const batch = new Batch();
  const seen = [
    [upload("a", 80)],
    [upload("a", 0)],
    [upload("a", 10), upload("b", 0, "waiting"), upload("c", 0, "waiting")],
    [upload("a", 100), upload("b", 100), upload("c", 90)],
  ].map((uploads) => batch.update(uploads).fraction);

  expect(seen).toEqual([0.8, 0.8, 0.8, expect.closeTo(290 / 300)]);
});

test("a new batch begins when all of the last have arrived", () => {
  const batch = new Batch();
  batch.update([upload("a", 100)]);
  batch.finish("a");
  expect(batch.update([])).toMatchObject({ total: 1, done: 1, fraction: 1 });

  expect(batch.update([upload("b", 0, "waiting")])).toMatchObject({
    total: 1,
    done: 0,
    fraction: 0,
  });
});

test("a cancelled upload is no part of the batch any more", () => {
  const batch = new Batch();
  batch.update([upload("a", 10), upload("b", 10)]);

  expect(batch.update([upload("b", 10)])).toMatchObject({ total: 1, size: 100 });
});

test("the time that is left is told by the speed of the last seconds", () => {
  const batch = new Batch();
  let progress = batch.update([upload("a", 0, "uploading", 1000)], 0);
  expect(progress.msLeft).toBeUndefined();
  // A second of nothing long ago does not count any more.
  for (let second = 1; second <= 30; second++) {
    progress = batch.update(
      [upload("a", second < 12 ? 0 : (second - 12) * 20, "uploading", 1000)],
      second * 1000,
    );
  }

  expect(progress.msLeft).toBeCloseTo((1000 - 360) * 50, -3);
});

test.each([
  [["picture"], "2 photos uploaded"],
  [["table"], "2 tables uploaded"],
  [["picture", "table"], "2 files uploaded"],
] as const)("uploads of %j are called what they are", (kinds, line) => {
  const batch = new Batch();
  const ended = { total: 2, done: 2 };
  const uploads = ["a", "b"].map((name, at) => ({
    ...upload(name, 0),
    kind: kinds[at] ?? kinds[0],
  }));

  expect(titleOf([], { ...batch.update(uploads), ...ended })).toBe(line);
});

test.each([
  [4_000, "a few seconds"],
  [31_000, "about 40 seconds"],
  [70_000, "about 1 minute"],
  [125_000, "about 2 minutes"],
  [2 * 3_600_000, "about 2 hours"],
])("%i ms are told as: %s", (ms, words) => {
  expect(roughly(ms)).toBe(words);
});

const progress = {
  total: 30,
  done: 12,
  kinds: ["picture"],
  size: 3000,
  sent: 1300,
  fraction: 0.43,
  msLeft: 125_000,
};

test.each<[string, Upload[], string]>([
  [
    "they are sent",
    [upload("a", 1), upload("b", 0, "waiting")],
    "Uploading 12 of 30 photos, about 2 minutes left",
  ],
  ["they are paused", [upload("a", 1, "paused")], "Paused: 12 of 30 photos"],
  [
    "they are being paused",
    [upload("a", 1, "pausing"), upload("b", 1, "paused")],
    "Pausing: 12 of 30 photos",
  ],
  [
    "there is no connection",
    [upload("a", 1, "offline")],
    "Waiting for the connection: 12 of 30 photos",
  ],
  ["they failed", [upload("a", 1, "failed")], "1 photo not uploaded"],
  ["none is left", [upload("a", 1, "refused")], "12 photos uploaded, 1 file not accepted"],
])("the line is true when %s", (_, uploads, line) => {
  expect(titleOf(uploads, progress)).toBe(line);
});
