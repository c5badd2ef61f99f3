import { expect, test } from "vitest";

import { shownName, startOf, storedName, uploadKey } from "../src/uploads/keys";

const bytes = (text: string) => new TextEncoder().encode(text).length;

test.each([
  ["markup", "<img src=x onerror=alert(1)>.jpg"],
  ["a right-to-left override", "cute\u202egpj.exe.jpg"],
  ["emoji with joiners", "👩‍👩‍👧‍👦 holiday.heic"],
  ["spaces, plus, percent and quotes", ` 100% "a+b" & 'c'?#.jpg`],
  ["a backslash", "C:\\photos\\1.jpg"],
])("name is stored and shown unchanged when it holds %s", (_, name) => {
  const key = uploadKey("us-east-1:1", name);

  expect(key.endsWith(`/${name}`)).toBe(true);
  expect(shownName(key)).toBe(name);
});

test("name stays one part of the key when it holds slashes", () => {
  const key = uploadKey("us-east-1:1", "../../other/photo.jpg");

  expect(key.split("/")).toHaveLength(4);
  expect(shownName(key)).toBe("..∕..∕other∕photo.jpg");
});

test.each(["", ".", ".."])("name is marked when URLs would resolve it: %j", (name) => {
  expect(storedName(name, 100)).toBe(`_${name}`);
});

test("name loses what XML cannot carry when it holds control characters", () => {
  expect(storedName("a\u0000b\nc.jpg", 100)).toBe("a\ufffdb\ufffdc.jpg");
});

test("name is well-formed when it holds half of a surrogate pair", () => {
  expect(() => encodeURIComponent(storedName("half \ud83d.jpg", 100))).not.toThrow();
});

test.each([
  ["one byte each", "a".repeat(2000)],
  ["four bytes each", "😀".repeat(600)],
])("key fits S3 and keeps its extension when the name is too long, %s", (_, stem) => {
  const key = uploadKey("us-east-1:0a1b2c3d-0000-4000-8000-000000000000", `${stem}.jpeg`);

  expect(bytes(key)).toBeLessThanOrEqual(1024);
  expect(bytes(key)).toBeGreaterThan(1016);
  expect(key.endsWith("….jpeg")).toBe(true);
  expect(key).not.toContain("\ufffd");
});

test("key is whole when the name fills it to the last byte", () => {
  const folder = bytes(uploadKey("us-east-1:1", "x")) - 1;
  const name = `${"n".repeat(1024 - folder - 4)}.jpg`;

  expect(shownName(uploadKey("us-east-1:1", name))).toBe(name);
});

test("keys differ when a camera calls two photos the same", () => {
  expect(uploadKey("us-east-1:1", "image.jpg")).not.toBe(uploadKey("us-east-1:1", "image.jpg"));
});

test("whole path is shown when another client made the key", () => {
  expect(shownName("users/us-east-1:1/2026/trip/a.jpg")).toBe("2026/trip/a.jpg");
});

test("a key says when its upload started, in a folder that is not shown", () => {
  const key = uploadKey("us-east-1:1", "a.jpg", new Date("2026-11-24T08:00:00.007Z"));

  expect(startOf(key)).toBe("2026-11-24T08:00:00.007Z");
  expect(shownName(key)).toBe("a.jpg");
});

test.each(["20261124T080000-0123456789ab/a.jpg", "from-phone/a.jpg"])(
  "a key says nothing of its start when it has no moment to the millisecond: %s",
  (path) => {
    expect(startOf(`users/us-east-1:1/${path}`)).toBeUndefined();
  },
);
