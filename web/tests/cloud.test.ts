import { expect, test } from "vitest";

import { attachment } from "../src/cloud/cloud";

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
