import { signal } from "@preact/signals";
import { beforeEach, expect, test } from "vitest";

import type { Cloud } from "../src/cloud/cloud";
import type { Image, Status, Step } from "../src/cloud/records";
import { GalleryStore } from "../src/store/gallery";
import type { UploadStore } from "../src/uploads/upload-store";

const LONG_AGO = "2026-11-24T08:00:00Z";

function image(
  name: string,
  { version = "1", status = "processed" as Status, at = LONG_AGO, done = 1 } = {},
): Image {
  const states: Step["state"][] = ["done", "done", "done"].map((state, index) =>
    index < done ? (state as Step["state"]) : "pending",
  );
  return {
    image: `users/ann/${name}`,
    version,
    status,
    bytes: 1,
    uploaded_at: at,
    steps: Object.fromEntries(states.map((state, index) => [`step-${index}`, { state }])),
    renditions: {},
  };
}

let deleted: string[];
let gallery: GalleryStore;

beforeEach(() => {
  deleted = [];
  const cloud = { deleteImage: async (key: string) => void deleted.push(key) };
  gallery = new GalleryStore(
    cloud as unknown as Cloud,
    {
      starts: signal(new Map()),
      dismissRecorded: () => {},
      dismiss: () => {},
    } as unknown as UploadStore,
  );
});

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
  const justNow = new Date().toISOString();
  gallery.put([
    image("new.jpg", { at: justNow }),
    image("gone.jpg", { at: "2026-11-24T09:00:00Z" }),
    image("older.jpg", { at: "2026-11-24T07:00:00Z" }),
  ]);

  gallery.set({ images: [image("page.jpg", { at: LONG_AGO })], next: {} });

  expect(names()).toEqual(["new.jpg", "page.jpg", "older.jpg"]);
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
