import { beforeEach, expect, test, vi } from "vitest";

import {
  deleteKeptIndex,
  type Entry,
  entryOf,
  keepIndex,
  readKeptIndex,
} from "../src/cloud/photo-index";
import type { Image } from "../src/cloud/records";

const ENTRIES: Entry[] = [
  { key: "users/ann/a/b.jpg", uploadedAt: "2026-11-24T08:00:00Z" },
  {
    key: "users/ann/c.csv",
    uploadedAt: "2026-11-24T09:00:00Z",
    takenAt: "1999-12-31",
    kind: "table",
    colour: "#aabbcc",
  },
  {
    key: "users/ann/d.jpg",
    uploadedAt: "2026-11-24T10:00:00Z",
    favourite: true,
    binnedAt: "2026-11-25T10:00:00Z",
    binUntil: "2026-12-25T10:00:00Z",
    albums: { "0a1b2c3d4e5f": "i00000" },
  },
];
let isFull: boolean;

/** A browser's cache of answers, as far as it is used here. */
function cache() {
  const held = new Map<string, Response>();
  return {
    match: async (address: string) => held.get(address)?.clone(),
    delete: async (address: string) => held.delete(address),
    put: async (address: string, answer: Response) => {
      if (isFull) throw new DOMException("full", "QuotaExceededError");
      held.set(address, answer);
    },
  };
}

beforeEach(() => {
  isFull = false;
  const only = cache();
  vi.stubGlobal("caches", { open: async () => only });
});

test("what is kept is found as it was, by its owner alone, until it is deleted", async () => {
  await keepIndex("ann", { entries: ENTRIES, readAt: 7 });

  expect(await readKeptIndex("ann")).toEqual({ entries: ENTRIES, readAt: 7 });
  expect(await readKeptIndex("bob")).toBeUndefined();

  deleteKeptIndex("ann");
  await vi.waitFor(async () => expect(await readKeptIndex("ann")).toBeUndefined());
});

test("nothing old is kept when the browser has no room for the new, and none is missed without a cache", async () => {
  await keepIndex("ann", { entries: ENTRIES, readAt: 7 });
  isFull = true;
  await keepIndex("ann", { entries: [], readAt: 8 });
  await vi.waitFor(async () => expect(await readKeptIndex("ann")).toBeUndefined());

  vi.stubGlobal("caches", undefined);
  await keepIndex("ann", { entries: ENTRIES, readAt: 9 });
  expect(await readKeptIndex("ann")).toBeUndefined();
});

test("an entry says when a photo was taken, from the table and from a live message", () => {
  const image = { image: "users/ann/a.jpg", uploaded_at: "2026-11-24T08:00:00Z" } as Image;

  expect(entryOf({ ...image, metadata: { taken_at: "2020", lens: "50 mm" } }).takenAt).toBe("2020");
  expect(entryOf({ ...image, taken_at: "2020" }).takenAt).toBe("2020");
  expect(entryOf({ ...image, metadata: {} }).takenAt).toBeUndefined();
});

test("an entry says when its photo was moved to the bin, and until when it is there", () => {
  const image = { image: "users/ann/a.jpg", uploaded_at: "2026-11-24T08:00:00Z" } as Image;
  const [binned_at, bin_until] = ["2026-11-25T10:00:00Z", "2026-12-25T10:00:00Z"];

  expect(entryOf({ ...image, binned_at, bin_until })).toMatchObject({
    binnedAt: binned_at,
    binUntil: bin_until,
  });
});
