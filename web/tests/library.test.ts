import { afterEach, beforeEach, expect, test, vi } from "vitest";

import type { Cloud } from "../src/cloud/cloud";
import { Explained } from "../src/problems";
import type { GalleryStore } from "../src/store/gallery";
import { LibraryStore } from "../src/store/library";
import { galleryOver, photo } from "./photos";

const PHOTO = photo("a.jpg");
const KEY = PHOTO.image;

let write: () => Promise<void>;
let gallery: GalleryStore;
let library: LibraryStore;

beforeEach(() => {
  vi.useFakeTimers({ now: Date.parse("2026-11-25T08:00:00Z") });
  write = async () => {};
  gallery = galleryOver({ deployment: { binDays: 30 }, setBinned: () => write() });
  library = new LibraryStore(gallery.cloud, gallery);
  gallery.put([PHOTO]);
});
afterEach(() => vi.useRealTimers());

test("what is moved to the bin says until when it is there, and says it no more once it is out", async () => {
  await library.bin([KEY]);
  expect(gallery.binned.value.get(KEY)).toMatchObject({
    binnedAt: "2026-11-25T08:00:00.000Z",
    binUntil: "2026-12-25T08:00:00.000Z",
  });

  gallery.put([{ ...PHOTO, binned_at: "2026-11-25T08:00:01Z", bin_until: "2026-12-25T08:00:01Z" }]); // as the table holds it
  await library.restore([KEY]);
  expect(gallery.entries.value.get(KEY)).toMatchObject({
    binnedAt: undefined,
    binUntil: undefined,
  });
});

test("the bin is shown as long as something is in it, also where nothing is moved there any more", () => {
  expect(library.hasBin.value).toBe(true);

  const deployment = { ...library.cloud.deployment, binDays: 0 };
  library = new LibraryStore({ ...library.cloud, deployment } as Cloud, gallery);
  expect(library.hasBin.value).toBe(false);
  gallery.put([{ ...PHOTO, binned_at: "2026-11-20T08:00:00Z" }]);
  expect(library.hasBin.value).toBe(true);
});

test("it is known that something is being written until that is over, also when it fails", async () => {
  let refuse = () => {};
  write = () =>
    new Promise((_, reject) => (refuse = () => reject(new Explained("It was refused."))));

  const binning = library.bin([KEY]);
  await vi.advanceTimersByTimeAsync(0);
  expect(library.writing.value).toBe(1);
  refuse();
  await binning;

  expect(library.writing.value).toBe(0);
  expect(library.notice.value?.isProblem).toBe(true);
});
