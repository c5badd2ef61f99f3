import { expect, test } from "vitest";

import { FIRST_PAUSE_MS, nextPause } from "../src/pauses";

test("what failed is tried again after a second, and never later than after five", () => {
  const pauses = [FIRST_PAUSE_MS];
  for (let failures = 1; failures < 20; failures += 1) pauses.push(nextPause(pauses.at(-1)!));

  expect(pauses[0]).toBe(1_000);
  expect(pauses).toEqual([...pauses].sort((a, b) => a - b));
  expect(Math.max(...pauses)).toBe(5_000);
});
