import { beforeEach, expect, test, vi } from "vitest";

import {
  deleteRecentPhotos,
  readRecentPhotos,
  storeRecentPhotos,
} from "../src/cloud/recent-photos";
import type { Image } from "../src/cloud/records";

function image(number: number): Image {
  return {
    image: `users/ann/${number}.jpg`,
    version: "1",
    status: "processed",
    bytes: 1,
    uploaded_at: "2026-11-24T08:00:00Z",
    steps: {},
    renditions: {},
    metadata: { latitude: 48.1 },
  };
}

/** A browser's storage with room for so many characters. */
function storage(room: number): Storage {
  const held = new Map<string, string>();
  return {
    getItem: (name: string) => held.get(name) ?? null,
    removeItem: (name: string) => void held.delete(name),
    setItem: (name: string, value: string) => {
      if (value.length > room) throw new DOMException("full", "QuotaExceededError");
      held.set(name, value);
    },
  } as Storage;
}

beforeEach(() => vi.stubGlobal("localStorage", storage(1_000_000)));

test("the newest photos are found without the places where they were taken", () => {
  storeRecentPhotos(
    "ann",
    Array.from({ length: 40 }, (_, number) => image(number)),
  );

  const found = readRecentPhotos("ann");
  expect(found.map((one) => one.image)).toEqual(
    Array.from({ length: 24 }, (_, number) => `users/ann/${number}.jpg`),
  );
  expect(JSON.stringify(found)).not.toContain("48.1");
});

test("no photos are found of another user or after a sign-out", () => {
  storeRecentPhotos("ann", [image(1)]);
  expect(readRecentPhotos("bob")).toEqual([]);

  deleteRecentPhotos("ann");
  expect(readRecentPhotos("ann")).toEqual([]);
});

test("no photos are found when there was no room for newer ones", () => {
  vi.stubGlobal("localStorage", storage(200));
  storeRecentPhotos("ann", [image(1)]);
  expect(readRecentPhotos("ann")).toHaveLength(1);

  storeRecentPhotos("ann", [image(1), image(2)]);
  expect(readRecentPhotos("ann")).toEqual([]);
});

test("no photos are found when the stored text cannot be read", () => {
  localStorage.setItem("darkroom.photos.ann", "{");
  expect(readRecentPhotos("ann")).toEqual([]);
});
