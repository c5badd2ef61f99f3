import { afterEach, beforeEach, expect, test, vi } from "vitest";

import type { Image } from "../src/cloud/records";
import { readRecords } from "../src/store/read-records";

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

test("records are read a hundred at a time, and what was left unread after a pause", async () => {
  const asked: number[] = [];
  const found: string[] = [];
  const keys = Array.from({ length: 250 }, (_, number) => `${number}.jpg`);
  const cloud = {
    imagesOf: async (part: readonly string[]) => {
      asked.push(part.length);
      const unread = asked.length <= 3 ? part.slice(40) : [];
      const images = part
        .filter((key) => !unread.includes(key))
        .map((image) => ({ image }) as Image);
      return { images, unread: [...unread] };
    },
  };
  const put = (images: readonly Image[]) => found.push(...images.map(({ image }) => image));

  const reading = readRecords(cloud, keys, { put, isWanted: () => true });
  await vi.advanceTimersByTimeAsync(0);
  expect(asked).toEqual([100, 100, 50]);
  await vi.runAllTimersAsync();
  await reading;

  expect(asked).toEqual([100, 100, 50, 100, 30]);
  expect(found.sort()).toEqual(keys.toSorted());
});

test("nothing more is read once nobody wants it", async () => {
  let asked = 0;
  const cloud = {
    imagesOf: async (part: readonly string[]) => {
      asked += 1;
      return { images: [], unread: [...part] };
    },
  };

  await readRecords(cloud, ["a.jpg"], { put: () => {}, isWanted: () => false });

  expect(asked).toBe(1);
});
