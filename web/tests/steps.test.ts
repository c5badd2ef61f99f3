import { expect, test } from "vitest";

import type { Image } from "../src/cloud/records";
import { stepsOf } from "../src/ui/steps";

function image(steps: string[], kind?: string): Image {
  return {
    image: "users/ann/a.jpg",
    version: "1",
    kind,
    status: "processing",
    bytes: 1,
    uploaded_at: "2026-11-24T08:00:00Z",
    steps: Object.fromEntries(steps.map((name) => [name, { state: "pending" }])),
    renditions: {},
  };
}

test("a step that the page has never heard of is shown with a label", () => {
  expect(stepsOf(image(["face-search"]))).toEqual([["Face search", { state: "pending" }]]);
});

test("steps keep their order when the table returns them in another", () => {
  const names = ["watermark", "faces", "quota", "thumbnail"];
  const labels = (order: string[]) => stepsOf(image(order)).map(([label]) => label);

  expect(labels(names)).toEqual(labels(names.toReversed()));
  expect(labels(names)).toHaveLength(4);
});

test("a file of no known kind has no steps to show", () => {
  expect(stepsOf(image(["thumbnail", "metadata"], "other"))).toEqual([]);
  expect(stepsOf(image(["thumbnail", "metadata"], "picture"))).toHaveLength(2);
});
