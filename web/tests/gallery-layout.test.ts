import { describe, expect, test } from "vitest";

import type { Day } from "../src/store/days";
import {
  gapAt,
  gapBehind,
  layOut,
  partsBetween,
  photoAt,
  photoBelow,
  photoTowards,
  spotOf,
  topOf,
} from "../src/ui/gallery-layout";

const MEASURES = { width: 430, column: 100, gap: 10, heading: 40, caption: 20 }; // four columns
const ROW = 100 + 20 + 10;

function day(name: string, photos: number): Day {
  return { name, keys: Array.from({ length: photos }, (_, index) => `${name}#${index}`) };
}

const days = [
  day("2026-11-20", 1),
  day("2026-11-19", 2),
  day("2026-11-18", 2),
  day("2026-10-31", 1),
  day("2026-10-30", 9),
];
const layout = layOut(days, MEASURES);

test("days with few photos lie side by side, within one month", () => {
  expect(layout.columns).toBe(4);
  expect(layout.side).toBe(100);
  expect(layout.blocks.map(({ top, column }) => [top, column])).toEqual([
    [0, 0],
    [0, 1],
    [40 + ROW, 0],
    [2 * (40 + ROW), 0],
    [3 * (40 + ROW), 0],
  ]);
  expect(layout.height).toBe(3 * (40 + ROW) + 40 + 3 * ROW);
});

test("no two photos lie over one another, and none sticks out", () => {
  const many = Array.from({ length: 200 }, (_, index) =>
    day(`2026-${String(12 - Math.floor(index / 20)).padStart(2, "0")}-${index}`, (index * 7) % 11),
  ).filter(({ keys }) => keys.length > 0);
  for (const width of [90, 335, 366, 430, 1400]) {
    const laid = layOut(many, { ...MEASURES, width });
    const taken = new Set<string>();
    for (const block of laid.blocks)
      for (const number of block.day.keys.keys()) {
        const { left, top } = spotOf(laid, number);
        const x = block.column * (laid.side + laid.gap) + left;
        expect(x + laid.side).toBeLessThanOrEqual(width + 0.001);
        expect(top + laid.side).toBeLessThan(block.bottom - block.top);
        taken.add(`${Math.round(x)} ${Math.round(block.top + top)}`);
      }
    expect(taken.size).toBe(many.flatMap(({ keys }) => keys).length);
  }
});

test("only what lies between two heights is drawn, and the one that has the focus", () => {
  const parts = partsBetween(layout, 3 * (40 + ROW) + 40 + ROW, 3 * (40 + ROW) + 40 + 2 * ROW);
  expect(parts.map(({ block, numbers }) => [block.day.name, numbers])).toEqual([
    ["2026-10-30", [4, 5, 6, 7]],
  ]);

  const also = partsBetween(layout, 0, 10, "2026-10-30#8");
  expect(also.map(({ block, numbers }) => [block.day.name, numbers])).toEqual([
    ["2026-11-20", []],
    ["2026-11-19", []],
    ["2026-10-30", [8]],
  ]);
});

test("the photo at a height is the one that begins there", () => {
  for (const { keys } of days) {
    const [first = ""] = keys;
    const top = topOf(layout, first) ?? NaN;
    expect(topOf(layout, photoAt(layout, top + 1) ?? "")).toBe(top);
  }
  expect(photoAt(layout, 1e9)).toBe("2026-10-30#8");
});

test("the arrow keys go up and down through all days", () => {
  const downwards = ["2026-11-19#1"];
  for (let next = photoBelow(layout, downwards[0] ?? "", 1); next;)
    next = photoBelow(layout, downwards[downwards.push(next) - 1] ?? "", 1);
  expect(downwards).toEqual([
    "2026-11-19#1",
    "2026-11-18#1",
    "2026-10-31#0",
    "2026-10-30#0",
    "2026-10-30#4",
    "2026-10-30#8",
  ]);

  expect(photoBelow(layout, "2026-10-30#6", 1)).toBe("2026-10-30#8");
  expect(photoBelow(layout, "2026-10-30#3", -1)).toBe("2026-10-31#0");
  expect(photoBelow(layout, "2026-11-18#1", -1)).toBe("2026-11-19#0");
  expect(photoBelow(layout, "2026-11-20#0", -1)).toBeUndefined();
});

test("an arrow key leads past uploads, which cannot be gone to, and nowhere where there are no more", () => {
  const isPhoto = (key: string) => !/11-20|11-18|10-30#[0-4]/.test(key);
  const towards = (key: string, arrow: string) => photoTowards(layout, key, arrow, isPhoto);

  expect(towards("2026-11-19#1", "ArrowRight")).toBe("2026-10-31#0");
  expect(towards("2026-10-31#0", "ArrowLeft")).toBe("2026-11-19#1");
  expect(towards("2026-11-19#0", "ArrowDown")).toBe("2026-10-31#0");
  expect(towards("2026-10-31#0", "ArrowDown")).toBe("2026-10-30#8");
  expect(towards("2026-11-19#0", "ArrowLeft")).toBeUndefined();
  expect(towards("2026-11-19#0", "ArrowUp")).toBeUndefined();
  expect(towards("2026-11-19#0", "Home")).toBeUndefined();
});

describe("gaps between the photos of a list", () => {
  const list = layOut([day("", 10)], { ...MEASURES, heading: 0 }); // rows of 4, 4 and 2

  test.each([
    [-30, -30, 0, -5, 0], // outside of it, as far as one likes
    [40, 50, 0, -5, 0],
    [60, 50, 1, 105, 0],
    [430, 50, 4, 435, 0], // at the end of a row
    [0, ROW + 1, 4, -5, ROW], // and at the beginning of the next one
    [170, ROW, 6, 215, ROW],
    [400, 2 * ROW, 10, 215, 2 * ROW], // behind the last one
    [0, 9999, 8, -5, 2 * ROW],
  ])("the one nearest to %i, %i comes behind %i photos", (left, top, before, middle, row) => {
    expect(gapAt(list, left, top)).toEqual({ before, left: middle, top: row });
  });

  test.each([
    [0, -5, 0],
    [4, -5, ROW],
    [10, 215, 2 * ROW],
  ])("the one behind %i photos is there", (before, left, top) => {
    expect(gapBehind(list, before)).toEqual({ before, left, top });
  });

  test("the last one is at the end of a row that is full", () => {
    const full = layOut([day("", 8)], { ...MEASURES, heading: 0 });
    expect(gapBehind(full, 8)).toEqual({ before: 8, left: 435, top: ROW });
    expect(gapAt(full, 430, 9999)).toEqual({ before: 8, left: 435, top: ROW });
  });
});
