import { expect, test, vi } from "vitest";

import { attachment, Cloud, type ImagePage } from "../src/cloud/cloud";
import type { Deployment } from "../src/cloud/deployment";
import type { Session } from "../src/cloud/session";

test("header holds nothing but printable ASCII when a name is hostile", () => {
  const header = attachment("a\"\r\nSet-Cookie: x\u202e 😀'.jpg");

  expect(header).toMatch(/^[\x20-\x7e]+$/);
  expect(header.match(/"/g)).toHaveLength(2);
});

test("name comes back whole when the header is read", () => {
  const name = "été 100% 'x' (1)*.jpg";
  const encoded = attachment(name).split("filename*=UTF-8''")[1] ?? "";

  expect(decodeURIComponent(encoded)).toBe(name);
});

test("newest images that were asked for ahead are those of one read", async () => {
  vi.stubGlobal("innerWidth", 360);
  const cloud = new Cloud({ region: "eu-north-1" } as Deployment, {} as Session);
  const pages: ImagePage[] = [{ images: [] }, { images: [] }];
  const read = vi.spyOn(cloud, "images");
  for (const page of pages) read.mockResolvedValueOnce(page);

  cloud.readAhead();
  const found = [await cloud.newest(), await cloud.newest()];

  expect(found[0]).toBe(pages[0]);
  expect(found[1]).toBe(pages[1]);
  expect(read.mock.calls).toEqual([[24], [48]]);
  vi.unstubAllGlobals();
});
