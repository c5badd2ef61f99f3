import { expect, test } from "vitest";

import { day, moment } from "../src/format";

test("a day alone is that day in every time zone", () => {
  expect(moment("1993-07-04")).toBe(day(new Date(1993, 6, 4)));
});

test("a year or a month alone stays as it is", () => {
  expect(moment("1993")).toBe("1993");
  expect(moment("1993-07")).toBe("1993-07");
});

test("a time is shown as date and time, other text as it is", () => {
  expect(moment("1993-07-04T05:06:07")).toContain("1993");
  expect(moment("yesterday")).toBe("yesterday");
});
