import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";

import type { Cursor } from "../src/cloud/cloud";
import { type Entry, entryOf } from "../src/cloud/photo-index";
import type { Image, Status, Step } from "../src/cloud/records";
import type { GalleryStore } from "../src/store/gallery";
import { binOf, favouritesOf } from "../src/store/lists";
import { SelectionStore } from "../src/store/selection";
import { galleryOver, photo } from "./photos";

const LONG_AGO = "2026-11-24T08:00:00Z";

function image(
  name: string,
  { version = "1", status = "processed" as Status, at = LONG_AGO, done = 1 } = {},
): Image {
  const states: Step["state"][] = ["done", "done", "done"].map((state, index) =>
    index < done ? (state as Step["state"]) : "pending",
  );
  const steps = Object.fromEntries(states.map((state, index) => [`step-${index}`, { state }]));
  return photo(name, { version, status, uploaded_at: at, steps });
}

let deleted: string[];
let table: Image[];
let gallery: GalleryStore;

beforeEach(() => {
  deleted = [];
  table = [];
  vi.useRealTimers();
  gallery = galleryOver({
    deleteImage: async (key: string) => void deleted.push(key),
    // Two entries a page, those that were uploaded last first.
    photoIndex: async (from?: { at: number }) => {
      const all = table.toSorted((a, b) => (a.uploaded_at < b.uploaded_at ? 1 : -1));
      const at = from?.at ?? 0;
      const next = at + 2 < all.length ? { at: at + 2 } : undefined;
      return { entries: all.slice(at, at + 2).map(entryOf), next };
    },
    imagesOf: async (keys: readonly string[]) => ({
      images: table.filter((one) => keys.includes(one.image)),
      unread: [],
    }),
  });
});

/** Let so many milliseconds pass. */
function pass(milliseconds: number): void {
  const now = Date.now();
  vi.useFakeTimers({ toFake: ["Date"] });
  vi.setSystemTime(now + milliseconds);
}

const names = () => gallery.keys.value.map((key) => key.split("/").at(-1));

test("photos keep the order in which their uploads started when S3 finished them in another", () => {
  gallery.put([
    image("20261124T080000001-0123456789ab/first.jpg", { at: "2026-11-24T08:00:09Z" }),
    image("20261124T080000002-0123456789ab/second.jpg", { at: "2026-11-24T08:00:05Z" }),
  ]);

  expect(names()).toEqual(["second.jpg", "first.jpg"]);
});

test("a photo does not go back when an older state of it arrives late", () => {
  gallery.put([image("a.jpg", { version: "2", status: "processing", done: 2 })]);

  gallery.put([image("a.jpg", { version: "2", status: "processing", done: 1 })]);
  gallery.put([image("a.jpg", { version: "1", done: 3 })]);

  const [shown] = gallery.images.value.values();
  expect(shown?.version).toBe("2");
  expect(Object.values(shown?.steps ?? {}).filter(({ state }) => state === "done")).toHaveLength(2);
});

test("a photo stays deleted when the table still holds it, and comes back when it is uploaded anew", async () => {
  gallery.put([image("a.jpg", { version: "1" })]);

  await gallery.delete("users/ann/a.jpg");
  gallery.set({ images: [image("a.jpg", { version: "1" })] });
  expect(names()).toEqual([]);

  gallery.put([image("a.jpg", { version: "2" })]);
  expect(names()).toEqual(["a.jpg"]);
  expect(deleted).toEqual(["users/ann/a.jpg"]);
});

test("a photo that the newest page lacks is dropped, unless it is older or the index may lag behind", () => {
  gallery.put([
    image("new.jpg", { at: new Date(Date.now() + 5_000).toISOString() }), // by the clock of S3
    image("gone.jpg", { at: "2026-11-24T09:00:00Z" }),
    image("older.jpg", { at: "2026-11-24T07:00:00Z" }),
  ]);

  pass(9_000);
  gallery.set({ images: [image("page.jpg", { at: LONG_AGO })], next: {} });
  expect(names()).toContain("gone.jpg");
  pass(2_000);
  gallery.put([image("late.jpg", { at: "2026-11-24T08:30:00Z" })]); // it waited in a queue
  gallery.set({ images: [image("page.jpg", { at: LONG_AGO })], next: {} });

  expect(names()).toEqual(["new.jpg", "late.jpg", "page.jpg", "older.jpg"]);
});

test("a photo stays when it was told of while a read was on its way for long", () => {
  const askedAt = Date.now();
  pass(1_000);
  gallery.put([image("told.jpg")]);
  pass(60_000);

  gallery.set({ images: [] }, askedAt);
  expect(names()).toEqual(["told.jpg"]);

  gallery.set({ images: [] });
  expect(names()).toEqual([]);
});

test("metadata stays known when a live message comes without it", () => {
  gallery.put([{ ...image("a.jpg"), metadata: { camera: "X100" } }]);

  gallery.put([{ ...image("a.jpg"), width: 100 }]);

  const [shown] = gallery.images.value.values();
  expect(shown).toMatchObject({ width: 100, metadata: { camera: "X100" } });
});

test("a photo is announced with its name and reason when it has been processed", () => {
  gallery.put([image("a.jpg", { status: "processing" })]);
  gallery.put([{ ...image("a.jpg", { status: "rejected" }), message: "It is cut off." }]);

  expect(gallery.announcement.value).toBe("a.jpg: It is cut off.");
});

test("nothing is drawn again when a read finds what is known, in any order of its maps", () => {
  const steps: Record<string, Step> = { a: { state: "done" }, b: { state: "done" } };
  const reversed = Object.fromEntries(Object.entries(steps).toReversed());
  gallery.set({ images: [{ ...image("a.jpg"), steps }] });
  const before = gallery.images.value;

  expect(gallery.set({ images: [{ ...image("a.jpg"), steps: reversed }] })).toBe(false);
  expect(gallery.images.value).toBe(before);
});

/** So many images, each uploaded a day after the next one. */
const many = (count: number) =>
  Array.from({ length: count }, (_, index) =>
    image(`${index}.jpg`, { at: `2026-10-${String(30 - index).padStart(2, "0")}T08:00:00Z` }),
  );
const after = (at: number) => ({ at }) as unknown as Cursor;

test("all photos have their places when the entries have been read, and what is gone has none", async () => {
  table = many(9);
  gallery.put([image("deleted-elsewhere.jpg", { at: "2026-10-23T09:00:00Z" })]);
  pass(20_000);
  gallery.set({ images: table.slice(0, 3), next: after(3) });
  expect(gallery.complete.value).toBe(false);

  await gallery.completeIndex();

  expect(gallery.complete.value).toBe(true);
  expect(names()).toEqual(table.map((one) => one.image.split("/").at(-1)));
  expect(gallery.images.value.size).toBe(3); // records are read as they come into view
});

test("a photo that comes while the entries are read stays, and one that is deleted then does not come back", async () => {
  table = many(6);
  gallery.set({ images: table.slice(0, 2), next: after(2) });
  const reading = gallery.completeIndex();
  gallery.put([image("new.jpg", { at: "2026-10-31T08:00:00Z" })]);
  await gallery.delete("users/ann/4.jpg");
  await reading;

  expect(names()).toEqual(["new.jpg", "0.jpg", "1.jpg", "2.jpg", "3.jpg", "5.jpg"]);
});

test("a photo stays on the day that it found while the entries were read", async () => {
  table = many(6);
  gallery.set({ images: table.slice(0, 2), next: after(2) });
  const reading = gallery.completeIndex();
  gallery.put([
    { ...image("2.jpg", { at: "2026-10-28T08:00:00Z" }), taken_at: "1999-12-31T23:59:59" },
  ]);
  await reading;

  expect(gallery.days.value.at(-1)).toEqual({ name: "1999-12-31", keys: ["users/ann/2.jpg"] });
});

test("the entries are read anew when more has come than the newest page holds", async () => {
  table = many(9);
  gallery.set({ images: table.slice(6) });
  expect(gallery.complete.value).toBe(true);

  gallery.set({ images: table.slice(0, 2), next: after(2) });
  expect(gallery.complete.value).toBe(false);
  await gallery.completeIndex();

  expect(names()).toHaveLength(9);
});

test("the entries are read anew when that happens while they are read", async () => {
  table = many(9);
  gallery.set({ images: table.slice(4, 6), next: after(6) });
  const reading = gallery.completeIndex();
  gallery.set({ images: table.slice(0, 2), next: after(2) });
  await reading;

  expect(names()).toHaveLength(9);
});

test("the entries are read anew, once, when they are not as many as there are", async () => {
  table = many(9);
  gallery.set({ images: table.toSpliced(4, 1) });

  gallery.expect(9);
  expect(gallery.complete.value).toBe(false);
  await gallery.completeIndex();

  expect(names()).toHaveLength(9);
  gallery.expect(8);
  expect(gallery.complete.value).toBe(true);
});

test("the way to the photo beside one leads through those that were not read", async () => {
  table = many(5);
  gallery.set({ images: table.slice(0, 2), next: after(2) });

  expect(await gallery.neighbour("users/ann/1.jpg", "older")).toBe("users/ann/2.jpg");
  expect(await gallery.neighbour("users/ann/1.jpg", "newer")).toBe("users/ann/0.jpg");
  expect(await gallery.neighbour("users/ann/4.jpg", "older")).toBeUndefined();
});

test("records are read as they are wanted, and a photo that has none is gone", async () => {
  table = many(5);
  gallery.set({ images: table.slice(0, 2), next: after(2) });
  await gallery.completeIndex();
  table = table.filter((one) => one.image !== "users/ann/3.jpg");

  gallery.records.want(["users/ann/3.jpg", "users/ann/4.jpg"]);

  await vi.waitFor(() => expect(names()).toEqual(["0.jpg", "1.jpg", "2.jpg", "4.jpg"]));
  expect([...gallery.images.value.keys()]).toContain("users/ann/4.jpg");
  expect([...gallery.images.value.keys()]).not.toContain("users/ann/2.jpg");
});

test("a photo moves to its day when a live message says when it was taken, without other metadata", () => {
  gallery.put([image("now.jpg"), image("old.jpg", { at: "2026-11-24T08:00:01Z" })]);
  expect(names()).toEqual(["old.jpg", "now.jpg"]);

  gallery.put([
    { ...image("old.jpg", { at: "2026-11-24T08:00:01Z" }), taken_at: "1999-12-31T23:59:59" },
  ]);

  expect(names()).toEqual(["now.jpg", "old.jpg"]);
  expect(gallery.days.value.at(-1)?.name).toBe("1999-12-31");
});

test("of a large gallery only some records are held: those that came last, and all being processed", () => {
  gallery.put([image("first.jpg"), image("busy.jpg", { status: "processing", done: 0 })]);
  for (let batch = 0; batch < 60; batch++)
    gallery.put(Array.from({ length: 30 }, (_, index) => image(`${batch * 30 + index}.jpg`)));

  expect(gallery.images.value.size).toBe(1500);
  expect(gallery.images.value.has("users/ann/first.jpg")).toBe(false);
  expect(gallery.images.value.has("users/ann/busy.jpg")).toBe(true);
  expect(gallery.images.value.has("users/ann/1799.jpg")).toBe(true);
  expect(names()).toHaveLength(1802);
});

test("a record of an earlier visit is read anew when the newest page does not have it", async () => {
  const stored = [image("old.jpg", { status: "processing", done: 0 }), image("gone.jpg")];
  vi.stubGlobal("localStorage", { getItem: () => JSON.stringify(stored) });
  gallery.restore();
  vi.unstubAllGlobals();
  table = [image("new.jpg", { at: "2026-11-25T08:00:00Z" }), image("old.jpg")];

  gallery.set({ images: table.slice(0, 1), next: after(1) });

  await vi.waitFor(() => expect(names()).toEqual(["new.jpg", "old.jpg"]));
  expect(gallery.images.value.get("users/ann/old.jpg")?.status).toBe("processed");
});

test("a photo that was being processed is read anew when the newest page has it no more", async () => {
  table = [image("new.jpg", { at: "2026-11-25T08:00:00Z" }), image("old.jpg")];
  gallery.put([image("old.jpg", { status: "processing", done: 0 })]);

  gallery.set({ images: table.slice(0, 1), next: after(1) });

  await vi.waitFor(() => expect(gallery.processing.value).toBe(false));
});

describe("what is kept for the next visit", () => {
  let kept: Map<string, string>;
  /** Resolves when the browser has written what is kept. */
  let written: Promise<void>;

  beforeEach(() => {
    vi.useFakeTimers();
    kept = new Map();
    written = Promise.resolve();
    const cache = {
      delete: async (address: string) => kept.delete(address),
      put: async (address: string, answer: Response) => {
        const text = await answer.text();
        await written;
        kept.set(address, text);
      },
    };
    vi.stubGlobal("caches", { open: async () => cache });
  });

  afterEach(() => {
    vi.useRealTimers();
    vi.unstubAllGlobals();
  });

  test("all entries are kept a little after they have been read", async () => {
    gallery.set({ images: many(3) });

    await vi.advanceTimersByTimeAsync(10_000);

    expect([...kept.keys()]).toEqual(["/photos/ann"]);
  });

  test("nothing is kept when their owner signs out while they are read", async () => {
    table = many(9);
    gallery.set({ images: table.slice(0, 2), next: after(2) });
    const reading = gallery.completeIndex();
    gallery.stop();
    await reading;
    expect(names()).toHaveLength(4); // what was asked for already
    gallery.set({ images: many(3) }); // another answer that was under way

    await vi.advanceTimersByTimeAsync(10_000);

    expect([...kept.keys()]).toEqual([]);
  });

  test("nothing is kept when their owner signs out while they are written", async () => {
    let write = () => {};
    written = new Promise((resolve) => (write = resolve));
    gallery.set({ images: many(3) });
    await vi.advanceTimersByTimeAsync(10_000);

    gallery.stop();
    write();
    await vi.advanceTimersByTimeAsync(10_000);

    expect([...kept.keys()]).toEqual([]);
  });
});

const BINNED = "2026-11-25T08:00:00Z";

test("what is in the bin is in no other list, and what was put there last comes first", async () => {
  table = [
    { ...image("a.jpg"), binned_at: "2026-11-25T08:00:00Z", favourite: true },
    { ...image("b.jpg"), favourite: true },
    { ...image("c.jpg"), binned_at: "2026-11-26T08:00:00Z" },
  ];
  gallery.set({ images: table });

  expect(names()).toEqual(["b.jpg"]);
  expect(favouritesOf(gallery).keys.value).toEqual(["users/ann/b.jpg"]);
  const bin = binOf(gallery);
  expect(bin.keys.value).toEqual(["users/ann/c.jpg", "users/ann/a.jpg"]);
  expect(await bin.neighbour("users/ann/c.jpg", "older")).toBe("users/ann/a.jpg");
  expect(await bin.neighbour("users/ann/c.jpg", "newer")).toBeUndefined();
  expect(await gallery.has("users/ann/a.jpg")).toBe(false);
  expect(await gallery.has("users/ann/b.jpg")).toBe(true);
});

test("a photo that this page does not know is not there when the table has it in the bin", async () => {
  const seen = { ...image("a.jpg"), binned_at: BINNED };
  const cloud = gallery.cloud as { image?: (key: string) => Promise<Image | undefined> };
  cloud.image = async (key) => (key === seen.image ? seen : undefined);

  expect(await gallery.has(seen.image)).toBe(false);
  delete (seen as Partial<Image>).binned_at;
  expect(await gallery.has(seen.image)).toBe(true);
});

/** What the table holds of a photo, as the page reads one alone. */
function readOne(): void {
  const cloud = gallery.cloud as { image?: (key: string) => Promise<Image | undefined> };
  cloud.image = async (key) => table.find((one) => one.image === key);
}

test("a photo that is in the bin here alone is not deleted for good: it has been restored elsewhere", async () => {
  readOne();
  const binned = (name: string) => ({ ...image(name), binned_at: BINNED });
  gallery.set({ images: ["restored.jpg", "binned.jpg", "gone.jpg"].map(binned) });
  table = [image("restored.jpg"), binned("binned.jpg")];

  expect(await gallery.delete("users/ann/restored.jpg")).toBe(false);
  expect(await gallery.delete("users/ann/binned.jpg")).toBe(true);
  expect(await gallery.delete("users/ann/gone.jpg")).toBe(true);

  expect(deleted).toEqual(["users/ann/binned.jpg"]);
  expect(names()).toEqual(["restored.jpg"]);
  expect(gallery.binned.value.size).toBe(0);
});

test("what was just moved to the bin here is deleted for good once the table has it there", async () => {
  vi.useFakeTimers();
  readOne();
  table = [image("a.jpg")];
  gallery.set({ images: table });
  const bin = (entry?: Entry) => entry && { ...entry, binnedAt: BINNED };
  await gallery.said.say(
    ["users/ann/a.jpg"],
    "binned",
    () => bin,
    async () => {},
  );

  const deleting = gallery.delete("users/ann/a.jpg");
  await vi.advanceTimersByTimeAsync(2_000);
  expect(deleted).toEqual([]);
  table = [{ ...image("a.jpg"), binned_at: BINNED }];
  await vi.advanceTimersByTimeAsync(2_000);

  expect(await deleting).toBe(true);
  expect(deleted).toEqual(["users/ann/a.jpg"]);
  vi.useRealTimers();
});

test("what changed while nobody told this page is read anew, whatever it holds of it", async () => {
  table = many(9);
  gallery.set({ images: table });
  table = table.map((one, at) => (at === 7 ? { ...one, binned_at: BINNED } : one));

  gallery.onMissed();
  await gallery.completeIndex();
  expect([...gallery.binned.value.keys()]).toEqual(["users/ann/7.jpg"]);

  table = table.map((one, at) => (at === 8 ? { ...one, width: 7 } : one));
  gallery.set({ images: table.slice(0, 3), next: after(3) });
  await vi.waitFor(() => expect(gallery.images.value.get("users/ann/8.jpg")?.width).toBe(7));
});

test("of several states of a photo that come together the last one counts", () => {
  gallery.put([image("a.jpg")]);

  gallery.put([{ ...image("a.jpg"), favourite: true }, image("a.jpg")]);
  expect(gallery.entries.value.get("users/ann/a.jpg")?.favourite).toBeUndefined();

  gallery.put([image("a.jpg"), { ...image("a.jpg"), favourite: true }]);
  expect(gallery.entries.value.get("users/ann/a.jpg")?.favourite).toBe(true);
});

test("what is in no list any more is selected there no longer", () => {
  gallery.put([
    { ...image("a.jpg"), favourite: true },
    { ...image("b.jpg"), favourite: true },
  ]);
  const favourites = favouritesOf(gallery);
  const selection = new SelectionStore(gallery.cloud, {
    keys: favourites.keys,
    entries: favourites.entries,
    delete: async () => {},
  });
  selection.toggle("users/ann/a.jpg");
  selection.toggle("users/ann/b.jpg");

  gallery.put([image("a.jpg")]);

  expect([...selection.keys.value]).toEqual(["users/ann/b.jpg"]);
});

test("somebody whose photos are all in the bin has some", () => {
  expect(gallery.isEmpty.value).toBe(true);

  gallery.set({ images: [{ ...image("a.jpg"), binned_at: BINNED }] });

  expect(names()).toEqual([]);
  expect(gallery.isEmpty.value).toBe(false);
});
