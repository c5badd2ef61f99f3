import { expect, test } from "vitest";

import { contentType, refusal } from "../src/uploads/accepted-files";

const MOST = 100_000_000;

test.each([
  ["IMG_1.JPG", "image/jpeg", "image/jpeg"],
  ["IMG_1.HEIC", "", "image/heic"],
  ["scan.tif", "application/octet-stream", "image/tiff"],
  ["old.jpg", "image/pjpeg", "image/jpeg"],
])("type of %s is told when the system calls it %j", (name, type, expected) => {
  expect(contentType({ name, type })).toBe(expected);
});

test.each([
  ["notes.pdf", "application/pdf"],
  ["photo.jpg", "application/pdf"],
  ["photo", ""],
  ["photo.svg", "image/svg+xml"],
])("%s is refused when its type is %j", (name, type) => {
  expect(refusal({ size: 10 }, contentType({ name, type }), MOST)).toMatch(
    /cannot process this kind of file/,
  );
});

test("file is refused with both sizes when it is too large", () => {
  const reason = refusal({ size: 123_400_000 }, "image/jpeg", MOST);

  expect(reason).toContain("123 MB");
  expect(reason).toContain("100 MB");
});

test("file is taken when it is just as large as allowed", () => {
  expect(refusal({ size: MOST }, "image/jpeg", MOST)).toBeUndefined();
});

test("file is refused when it is empty", () => {
  expect(refusal({ size: 0 }, "image/jpeg", MOST)).toMatch(/empty/);
});
