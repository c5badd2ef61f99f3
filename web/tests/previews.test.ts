import { afterEach, expect, test, vi } from "vitest";

import { Previews } from "../src/uploads/previews";

afterEach(() => vi.restoreAllMocks());

const FILE = new Blob();

/** Previews that are drawn at once, and what the browser has been told to let go of. */
function previews() {
  const revoked: string[] = [];
  vi.spyOn(URL, "revokeObjectURL").mockImplementation((address) => void revoked.push(address));
  let drawn = 0;
  return { previews: new Previews(async () => `blob:${drawn++}`), revoked };
}

test("a preview is let go of when its photo is deleted, and all are when the page is left", async () => {
  const { previews: all, revoked } = previews();
  for (const key of ["a", "b", "c"]) await all.add(key, FILE, "image/jpeg");

  all.drop("b");
  expect(revoked).toEqual(["blob:1"]);
  expect(all.of("b")).toBeUndefined();
  expect(all.of("c")).toBe("blob:2");

  all.clear();
  expect(revoked).toEqual(["blob:1", "blob:0", "blob:2"]);
});

test("a preview is let go of when it is drawn after its upload was cancelled", async () => {
  const { previews: all, revoked } = previews();
  const drawing = all.add("a", FILE, "image/jpeg");

  all.drop("a");

  expect(await drawing).toBe(false);
  expect(revoked).toEqual(["blob:0"]);
  expect(all.of("a")).toBeUndefined();
});

test("of very many uploads only the latest previews are held", async () => {
  const { previews: all, revoked } = previews();
  for (let n = 0; n < 1000; n++) await all.add(String(n), FILE, "image/jpeg");

  expect(all.of("999")).toBe("blob:999");
  expect(all.of("0")).toBeUndefined();
  expect(revoked.length).toBeGreaterThan(700);
  expect(revoked).toEqual(Array.from(revoked, (_, n) => `blob:${n}`));
});

test("a preview is drawn once, and of pictures and videos alone", async () => {
  const { previews: all } = previews();

  expect(await all.add("a", FILE, "text/csv")).toBe(false);
  expect(await all.add("a", FILE, "video/mp4")).toBe(true);
  expect(await all.add("a", FILE, "video/mp4")).toBe(false);
  expect(all.of("a")).toBe("blob:0");
});
