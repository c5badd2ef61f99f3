import { afterEach, beforeEach, expect, test, vi } from "vitest";

import type { Image } from "../src/cloud/records";
import { Explained } from "../src/problems";
import { RecordReader } from "../src/store/record-reader";

let isBroken: boolean;
let known: Set<string>;
let reader: RecordReader;

beforeEach(() => {
  vi.useFakeTimers();
  isBroken = true;
  known = new Set();
  const imagesOf = async (keys: readonly string[]) => {
    if (isBroken) throw new Explained("It is broken.");
    return { images: keys.map((image) => ({ image }) as Image), unread: [] };
  };
  reader = new RecordReader(
    { imagesOf },
    {
      isKnown: (key) => known.has(key),
      outdated: () => [],
      put: (images) => images.forEach(({ image }) => known.add(image)),
      drop: () => {},
    },
  );
});

afterEach(() => vi.useRealTimers());

test("records are read after a failure although what had failed is not wanted any more", async () => {
  reader.want(["far-down"]);
  await vi.advanceTimersByTimeAsync(100);
  expect(reader.problem.value).toBe("It is broken.");

  reader.want(["top"]); // somebody scrolls back, to what is known
  known.add("top");
  isBroken = false;
  await vi.advanceTimersByTimeAsync(10_000);
  expect(reader.problem.value).toBeUndefined();

  reader.want(["elsewhere"]);
  await vi.advanceTimersByTimeAsync(100);
  expect(known).toContain("elsewhere");
});
