import { afterEach, beforeEach, expect, test, vi } from "vitest";

import { ALONE_MS, FirstPicture } from "../src/ui/first-picture";

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

/** Whether others may be loaded, as it turns out. */
function othersOf(first: FirstPicture): { may: boolean } {
  const others = { may: false };
  void first.turnOfOthers.then(() => (others.may = true));
  return others;
}

test("others wait for the first picture, and come when it is there", async () => {
  const first = new FirstPicture();
  const others = othersOf(first);

  await vi.advanceTimersByTimeAsync(ALONE_MS - 1);
  expect(others.may).toBe(false);

  first.settle();
  await vi.advanceTimersByTimeAsync(0);
  expect(others.may).toBe(true);
});

test("others do not wait for long where there is no first picture", async () => {
  const first = new FirstPicture();
  const others = othersOf(first);

  await vi.advanceTimersByTimeAsync(ALONE_MS);
  expect(others.may).toBe(true);
});

test("others do not wait at all once the first picture was there", async () => {
  const first = new FirstPicture();
  first.settle();
  const others = othersOf(first);

  await vi.advanceTimersByTimeAsync(0);
  expect(others.may).toBe(true);
});
