import { expect, test } from "vitest";

import { isRestorable, leftInWords } from "../src/ui/bin-words";

const UNTIL = "2026-12-01T12:00:00Z";

test.each([
  ["2026-11-01T12:00:00Z", "30 days left", true],
  ["2026-11-01T13:00:00Z", "30 days left", true],
  ["2026-11-30T13:00:00Z", "1 day left", true],
  ["2026-12-01T12:00:00Z", "Goes soon", false],
  ["2026-12-02T12:00:00Z", "Goes soon", false],
])("at %s it says %s, and whether it can come out is %s", (now, words, can) => {
  expect(leftInWords(UNTIL, Date.parse(now))).toBe(words);
  expect(isRestorable({ binUntil: UNTIL }, Date.parse(now))).toBe(can);
});
