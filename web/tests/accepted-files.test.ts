import { expect, test } from "vitest";

import { acceptOf, offer, refusal, takenFor, told } from "../src/uploads/accepted-files";
import { nounFor, whatItIs } from "../src/ui/what-it-is";

const LIMITS = { picture: 100_000_000, table: 1_000_000_000 };
const SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
const KEEPING = { ...LIMITS, other: 50_000_000_000 };
const ONLY_PICTURES = { picture: 100_000_000, table: undefined };

test.each([
  ["IMG_1.JPG", "image/jpeg", "picture", "image/jpeg"],
  ["IMG_1.HEIC", "", "picture", "image/heic"],
  ["scan.tif", "application/octet-stream", "picture", "image/tiff"],
  ["old.jpg", "image/pjpeg", "picture", "image/jpeg"],
  ["houses.csv", "text/csv", "table", "text/csv"],
  ["houses.CSV", "application/vnd.ms-excel", "table", "text/csv"],
  ["my.houses.tsv", "text/plain", "table", "text/tab-separated-values"],
  ["houses.csv.gz", "application/x-gzip", "table", "application/gzip"],
  ["houses.xlsx", SHEET, "table", SHEET],
  ["houses.xlsx", "application/zip", "table", SHEET],
  ["houses.XLSM", "", "table", "application/vnd.ms-excel.sheet.macroenabled.12"],
  ["houses.jsonl", "", "table", "application/jsonl"],
  ["houses.NDJSON", "application/x-ndjson", "table", "application/jsonl"],
  ["houses.jsonl", "application/json", "table", "application/jsonl"],
  ["houses.ndjson.gz", "application/gzip", "table", "application/gzip"],
])("%s is told when the system calls it %j", (name, type, kind, contentType) => {
  expect(told({ name, type })).toEqual({ kind, contentType });
});

test.each([
  ["notes.pdf", "application/pdf"],
  ["photo.jpg", "application/pdf"],
  ["houses.csv", "application/pdf"],
  ["houses.xls", "application/vnd.ms-excel"],
  ["backup.tar.gz", "application/gzip"],
  ["settings.json", "application/json"],
  ["letter.docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"],
  ["photos.zip", "application/zip"],
  ["photo", ""],
  ["photo.svg", "image/svg+xml"],
])("%s is refused when its type is %j", (name, type) => {
  expect(refusal({ size: 10 }, told({ name, type }), LIMITS)).toMatch(
    /cannot process this kind of file.*photos: .*tables: /,
  );
});

test("a table is refused with what is taken instead when the stack processes none", () => {
  const reason = refusal({ size: 10 }, told({ name: "a.csv", type: "text/csv" }), ONLY_PICTURES);

  expect(reason).toMatch(/^This Darkroom takes no tables\. It takes photos: JPEG/);
  expect(acceptOf(ONLY_PICTURES)).not.toContain("csv");
  expect(offer(ONLY_PICTURES)).not.toContain("ables");
});

test.each([
  [ONLY_PICTURES, /^Darkroom keeps your photos, makes every size/, "photo"],
  [LIMITS, /^Darkroom keeps your photos and tables, makes what/, "file"],
  [{ ...LIMITS, video: 1 }, /^Darkroom keeps your photos, videos and tables, makes what/, "file"],
])("it is said what the page is for when the stack takes %j", (limits, words, noun) => {
  expect(whatItIs(limits)).toMatch(words);
  expect(nounFor(limits)).toBe(noun);
});

test.each([
  ["notes.pdf", "application/pdf", "other", "application/pdf"],
  ["photo", "", "other", "application/octet-stream"],
  ["film.mp4", "video/mp4", "other", "video/mp4"], // where videos are off
  ["IMG_1.JPG", "image/jpeg", "picture", "image/jpeg"],
])("%s is taken when the stack keeps other files", (name, type, kind, contentType) => {
  const what = takenFor(told({ name, type }), { type }, KEEPING);

  expect(what).toEqual({ kind, contentType });
  expect(refusal({ size: 50_000_000 }, what, KEEPING)).toBeUndefined();
});

test("a file is refused all the same when it is empty, a picture when it is too large", () => {
  const other = { kind: "other", contentType: "" } as const;

  expect(refusal({ size: 0 }, other, KEEPING)).toMatch(/empty/);
  expect(refusal({ size: KEEPING.other + 1 }, other, KEEPING)).toMatch(/At most 50 GB/);
  expect(refusal({ size: 100_000_001 }, { ...other, kind: "picture" }, KEEPING)).toMatch(/100 MB/);
});

test("all files are offered when the stack keeps them", () => {
  expect(acceptOf(KEEPING)).toBeUndefined();
  expect(offer(KEEPING)).toMatch(/^JPEG.* Any other file is kept as it is; up to 50 GB each\.$/);
  expect(whatItIs(KEEPING)).toMatch(/^Darkroom keeps your photos, tables and other files, makes/);
  expect(nounFor(KEEPING)).toBe("file");
});

test("the chooser offers the formats of all kinds that are processed", () => {
  const offered = acceptOf(LIMITS)?.split(",");

  expect(offered).toEqual(
    expect.arrayContaining(["image/jpeg", ".heic", "text/csv", ".csv", ".gz", ".jsonl", ".xlsx"]),
  );
});

test.each([
  ["picture", 123_400_000, "123 MB", "100 MB"],
  ["table", 1_200_000_000, "1.2 GB", "1 GB"],
] as const)("a %s is refused with both sizes when it is too large", (kind, size, own, most) => {
  const reason = refusal({ size }, { kind, contentType: "" }, LIMITS);

  expect(reason).toContain(own);
  expect(reason).toContain(most);
});

test.each(["picture", "table"] as const)(
  "a %s is taken when it is just as large as allowed",
  (kind) => {
    expect(refusal({ size: LIMITS[kind] }, { kind, contentType: "" }, LIMITS)).toBeUndefined();
  },
);

test("file is refused when it is empty", () => {
  expect(refusal({ size: 0 }, { kind: "picture", contentType: "" }, LIMITS)).toMatch(/empty/);
});
