import { expect, test } from "vitest";

import { typeOf, typeOfHead } from "../src/uploads/signature";

const bytes = (text: string) => Uint8Array.from(text, (c) => c.charCodeAt(0));

test.each([
  ["image/jpeg", "\xff\xd8\xff\xe1"],
  ["image/png", "\x89PNG\r\n\x1a\n"],
  ["image/gif", "GIF89a"],
  ["image/webp", "RIFF\0\0\0\0WEBPVP8 "],
  ["image/tiff", "MM\0*\0\0\0\x08\0\0"],
  ["image/bmp", "BM\0\0\0\0\0\0\0\0\0\0\0\0\x28\0\0\0"],
  ["image/heic", "\0\0\0\x18ftypheic\0\0\0\0mif1heic"],
  ["image/heif", "\0\0\0\x18ftypmif1\0\0\0\0mif1miaf"],
  ["image/avif", "\0\0\0\x1cftypmif1\0\0\0\0mif1avifmiaf"],
  ["", "%PDF-1.7"],
  ["", "BM, said the letter, and no more"],
  ["", "II*\0\x10\0\0\0CR\x02\0"],
  ["video/mp4", "\0\0\0\x18ftypisom\0\0\0\0isommp42"],
  ["video/quicktime", "\0\0\0\x14ftypqt  \0\0\0\0qt  "],
  ["video/3gpp", "\0\0\0\x18ftyp3gp5\0\0\0\x003gp5isom"],
  ["video/webm", "\x1aE\xdf\xa3\x9fB\x86\x81\x01\x42\x82\x84webm"],
  ["video/x-matroska", "\x1aE\xdf\xa3\x9fB\x86\x81\x01\x42\x82\x88matroska"],
  ["video/x-msvideo", "RIFF\0\0\0\0AVI LIST"],
  ["", "\0\0\0\x18ftypM4A \0\0\0\0M4A mp42"],
  ["", "\x1aE\xdf\xa3 and no more"],
  ["", "BM"],
  ["", ""],
])("%j is told by the bytes %j", (type, head) => {
  expect(typeOfHead(bytes(head))).toBe(type);
});

test("a file that cannot be read is of no type", async () => {
  const gone = { slice: () => ({ arrayBuffer: () => Promise.reject(new Error("gone")) }) };

  expect(await typeOf(gone as unknown as Blob)).toBe("");
});
