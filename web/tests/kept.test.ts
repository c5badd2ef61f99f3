import { beforeEach, expect, test, vi } from "vitest";

import { forget, keep, recall } from "../src/kept";
import type { Image } from "../src/records";

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

test("the newest are recalled, without what they say of where they were taken", () => {
  keep(
    "ann",
    Array.from({ length: 40 }, (_, number) => image(number)),
  );

  const recalled = recall("ann");
  expect(recalled.map((one) => one.image)).toEqual(
    Array.from({ length: 24 }, (_, number) => `users/ann/${number}.jpg`),
  );
  expect(JSON.stringify(recalled)).not.toContain("48.1");
});

test("nothing is recalled of another user, or of one who signed out", () => {
  keep("ann", [image(1)]);
  expect(recall("bob")).toEqual([]);

  forget("ann");
  expect(recall("ann")).toEqual([]);
});

test("nothing old is recalled when there was no room for what is new", () => {
  vi.stubGlobal("localStorage", storage(200));
  keep("ann", [image(1)]);
  expect(recall("ann")).toHaveLength(1);

  keep("ann", [image(1), image(2)]);
  expect(recall("ann")).toEqual([]);
});

test("nothing is recalled when what is there cannot be read", () => {
  localStorage.setItem("darkroom.photos.ann", "{");
  expect(recall("ann")).toEqual([]);
});
