import { type Signal, signal } from "@preact/signals";
import { beforeEach, expect, test } from "vitest";

import type { Cloud } from "../src/cloud/cloud";
import type { Entry } from "../src/cloud/photo-index";
import { Names, SelectionStore } from "../src/store/selection";

const KEYS = ["e", "d", "c", "b", "a"];
let deleted: string[];
let refused: string[];
let entries: Signal<ReadonlyMap<string, Entry>>;
let selection: SelectionStore;

beforeEach(() => {
  deleted = [];
  refused = [];
  const recorded = KEYS.filter((key) => key !== "c"); // c is still being uploaded
  entries = signal(new Map(recorded.map((key) => [key, { key, uploadedAt: "" }])));
  selection = new SelectionStore({} as Cloud, {
    keys: signal(KEYS),
    entries,
    delete: async (key) => {
      if (refused.includes(key)) throw new Error("refused");
      deleted.push(key);
    },
  });
});

const selected = () => [...selection.keys.value].sort();

test("a range is everything between, whichever end comes first", () => {
  selection.toggle("d");
  selection.extendTo("a");
  expect(selected()).toEqual(["a", "b", "d"]);

  selection.clear();
  selection.toggle("a");
  selection.extendTo("d");
  expect(selected()).toEqual(["a", "b", "d"]);
});

test("a range begins at what was chosen last, and keeps what was selected before", () => {
  selection.toggle("e");
  selection.toggle("b");
  selection.extendTo("a");

  expect(selected()).toEqual(["a", "b", "e"]);
});

test("a photo that is deleted elsewhere is selected no longer", () => {
  selection.toggle("a");
  expect(selection.isOn.value).toBe(true);

  entries.value = new Map();

  expect(selected()).toEqual([]);
  expect(selection.isOn.value).toBe(false);
});

test("beside what is selected is the photo after it, or else the one before it", () => {
  selection.toggle("d");
  expect(selection.beside).toBe("b"); // c is being uploaded

  selection.toggle("b");
  expect(selection.beside).toBe("a");

  selection.toggle("a");
  expect(selection.beside).toBe("e");

  selection.toggle("e");
  expect(selection.beside).toBeUndefined();
});

test("what could not be deleted stays selected, and the reason is thrown", async () => {
  for (const key of ["a", "b", "d"]) selection.toggle(key);
  refused = ["b"];

  await expect(selection.delete()).rejects.toThrow("refused");

  expect(deleted.sort()).toEqual(["a", "d"]);
  expect(selected()).toEqual(["b"]);
});

test.each([
  [
    ["IMG_1.jpg", "IMG_1.jpg", "img_1.JPG"],
    ["IMG_1.jpg", "IMG_1 (2).jpg", "img_1 (3).JPG"],
  ],
  [
    ["a (2).png", "a.png", "a.png"],
    ["a (2).png", "a.png", "a (3).png"],
  ],
  [
    ["trip/a.jpg", ".hidden", ".hidden"],
    ["trip-a.jpg", ".hidden", ".hidden (2)"],
  ],
])("names in a zip file are told apart: %j", (names, unused) => {
  const folder = new Names();

  expect(names.map((name) => folder.unused(name))).toEqual(unused);
});
