import { beforeEach, expect, test, vi } from "vitest";

import {
  deleteRecentPhotos,
  readRecentPhotos,
  storeRecentPhotos,
} from "../src/cloud/recent-photos";
import { photo } from "./photos";

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
    Array.from({ length: 40 }, (_, number) =>
      photo(`${number}.jpg`, { metadata: { latitude: 48.1 } }),
    ),
  );

  const found = readRecentPhotos("ann");
  expect(found.map((one) => one.image)).toEqual(
    Array.from({ length: 24 }, (_, number) => `users/ann/${number}.jpg`),
  );
  expect(JSON.stringify(found)).not.toContain("48.1");
});

test("no photos are found of another user or after a sign-out", () => {
  storeRecentPhotos("ann", [photo("1.jpg")]);
  expect(readRecentPhotos("bob")).toEqual([]);

  deleteRecentPhotos("ann");
  expect(readRecentPhotos("ann")).toEqual([]);
});

test("no photos are found when there was no room for newer ones", () => {
  vi.stubGlobal("localStorage", storage(200));
  storeRecentPhotos("ann", [photo("1.jpg")]);
  expect(readRecentPhotos("ann")).toHaveLength(1);

  storeRecentPhotos("ann", [photo("1.jpg"), photo("2.jpg")]);
  expect(readRecentPhotos("ann")).toEqual([]);
});

test("no photos are found when the stored text cannot be read", () => {
  localStorage.setItem("darkroom.photos.ann", "{");
  expect(readRecentPhotos("ann")).toEqual([]);
});
