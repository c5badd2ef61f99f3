import { afterEach, beforeEach, expect, test, vi } from "vitest";

import { ALONE_MS, FirstPicture } from "../src/ui/first-picture";

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

/** Whether a picture may be loaded, as it turns out. */
function turnOf(first: FirstPicture): { come: boolean } {
  const turn = { come: false };
  void first.turn().then(() => (turn.come = true));
  return turn;
}

test("the first picture waits for nothing, and others until it is there", async () => {
  const first = new FirstPicture();
  const turns = [turnOf(first), turnOf(first)];

  await vi.advanceTimersByTimeAsync(ALONE_MS - 1);
  expect(turns).toEqual([{ come: true }, { come: false }]);

  first.settle();
  await vi.advanceTimersByTimeAsync(0);
  expect(turns).toEqual([{ come: true }, { come: true }]);
});

test("others wait for a moment alone where the first picture does not come", async () => {
  const first = new FirstPicture();
  turnOf(first);
  const other = turnOf(first);

  await vi.advanceTimersByTimeAsync(ALONE_MS);
  expect(other.come).toBe(true);
});

test("nobody waits once a picture is there", async () => {
  const first = new FirstPicture();
  turnOf(first);
  first.settle();
  const other = turnOf(first);

  await vi.advanceTimersByTimeAsync(0);
  expect(other.come).toBe(true);
});
