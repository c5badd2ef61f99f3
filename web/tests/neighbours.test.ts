import { expect, test } from "vitest";

import { nearest } from "../src/ui/neighbours";

const HAD = ["a", "b", "c", "d", "e"];

test("the next on either side of what is gone is the nearest that is still there", () => {
  expect(nearest(HAD, ["a", "b", "d", "e"], "c", "older")).toBe("d");
  expect(nearest(HAD, ["a", "b", "d", "e"], "c", "newer")).toBe("b");
  expect(nearest(HAD, ["a", "e"], "c", "older")).toBe("e");
  expect(nearest(HAD, ["a", "e"], "c", "newer")).toBe("a");
});

test("there is none at the ends, and none of what never was in the list", () => {
  expect(nearest(HAD, HAD.slice(1), "a", "newer")).toBeUndefined();
  expect(nearest(HAD, HAD.slice(0, -1), "e", "older")).toBeUndefined();
  expect(nearest(HAD, HAD, "x", "older")).toBeUndefined();
  expect(nearest(HAD, HAD, "x", "newer")).toBeUndefined();
});
