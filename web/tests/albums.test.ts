import { beforeEach, expect, test, vi } from "vitest";

import type { Cloud } from "../src/cloud/cloud";
import type { Album } from "../src/cloud/records";
import { AlbumStore } from "../src/store/albums";
import type { GalleryStore } from "../src/store/gallery";
import { galleryOver, photo } from "./photos";

const ID = "0a1b2c3d4e5f";
const key = (name: string) => `users/ann/${name}`;

let written: string[];
let offline: boolean;
let table: Album[];
let gallery: GalleryStore;
let albums: AlbumStore;

beforeEach(async () => {
  written = [];
  offline = false;
  table = [album(ID, { name: "Summer" })];
  const say = async (...words: string[]) => {
    if (offline) throw new TypeError("Failed to fetch");
    written.push(words.join(" "));
  };
  gallery = galleryOver({
    albums: async () => table,
    writeAlbum: (id: string, said: object) => say("write", id, JSON.stringify(said)),
    deleteAlbum: (id: string) => say("delete", id),
    putIntoAlbum: (id: string, photo: string, rank: string) => say("put", id, photo, rank),
    takeOutOfAlbum: (id: string, photo: string) => say("take", id, photo),
  });
  albums = new AlbumStore(gallery.cloud, gallery);
  await albums.read();
});

const album = (album_id: string, part: Partial<Album> = {}): Album => ({
  album_id,
  name: "",
  cover: "",
  made_at: "2026-11-24T08:00:00Z",
  ...part,
});
const inAlbum = (...names: string[]) =>
  gallery.put(names.map((name, at) => photo(name, { albums: { [ID]: `b${at}` } })));
const shown = (id = ID) => (albums.photos.value.get(id) ?? []).map((one) => one.split("/").at(-1));

test("photos are added behind the others in the order in which they were taken", async () => {
  inAlbum("first");
  gallery.put([
    photo("late", { taken_at: "2025-06-02T10:00:00" }),
    photo("early", { taken_at: "2025-06-01T10:00:00" }),
  ]);

  const adding = albums.add(ID, [key("late"), key("early"), key("first")]);
  expect(shown()).toEqual(["first", "early", "late"]); // at once
  await adding;

  expect(written.map((line) => line.split(" ").slice(0, 3).join(" "))).toEqual([
    `put ${ID} users/ann/early`,
    `put ${ID} users/ann/late`,
  ]);
});

test.each([
  [["c"], -1, ["a", "c", "b", "d"]],
  [["b"], 1, ["a", "c", "b", "d"]],
  [["b", "c"], 1, ["a", "d", "b", "c"]],
  [["b", "d"], -1, ["b", "d", "a", "c"]],
  [["a"], -1, ["a", "b", "c", "d"]],
  [["d"], 1, ["a", "b", "c", "d"]],
] as [string[], 1 | -1, string[]][])(
  "%j moved by %i makes the order %j",
  async (moved, step, order) => {
    inAlbum("a", "b", "c", "d");

    await albums.move(ID, moved.map(key), step);

    expect(shown()).toEqual(order);
    expect(written.length).toBe(shown().join() === "a,b,c,d" ? 0 : moved.length);
  },
);

test.each([
  [["d"], 0, ["d", "a", "b", "c"]],
  [["a"], 3, ["b", "c", "d", "a"]],
  [["a", "d"], 1, ["b", "a", "d", "c"]],
  [["d", "a"], 1, ["b", "a", "d", "c"]], // in the order that they have
  [["b"], 1, ["a", "b", "c", "d"]],
  [["gone"], 1, ["a", "b", "c", "d"]],
] as [string[], number, string[]][])(
  "%j moved behind %i others makes the order %j, by a write for each that was moved",
  async (moved, at, order) => {
    inAlbum("a", "b", "c", "d");

    await albums.moveTo(ID, moved.map(key), at);

    expect(shown()).toEqual(order);
    expect(written.length).toBe(shown().join() === "a,b,c,d" ? 0 : moved.length);
  },
);

test("all get new ranks when there is none between two of them", async () => {
  gallery.put(["a", "b", "c"].map((name) => photo(name, { albums: { [ID]: "same" } })));

  await albums.move(ID, [key("c")], -1);

  expect(shown()).toEqual(["a", "c", "b"]);
  expect(written).toHaveLength(3);
});

test("a photo that was taken out comes back to its place", async () => {
  inAlbum("a", "b", "c");
  const ranks = albums.ranksIn(ID, [key("b")]);

  await albums.takeOut(ID, [key("b")]);
  expect(shown()).toEqual(["a", "c"]);
  await albums.rank(ID, ranks);

  expect(shown()).toEqual(["a", "b", "c"]);
});

test("what cannot be written is as it was", async () => {
  inAlbum("a", "b");
  offline = true;

  await expect(albums.takeOut(ID, [key("a")])).rejects.toThrow();
  await expect(albums.rename(ID, "Winter")).rejects.toThrow();
  const { id, written: made } = albums.make("New");
  expect(albums.all.value.get(id)?.name).toBe("New");
  await expect(made).rejects.toThrow();

  expect(shown()).toEqual(["a", "b"]);
  expect([...albums.all.value.values()].map(({ name }) => name)).toEqual(["Summer"]);
});

test("an album is made with an id of its own, shown first, changed and deleted, with what is live", async () => {
  const { id, written: made } = albums.make("New");
  await made;
  expect(id).toMatch(/^[0-9a-z]{12}$/);
  expect(albums.list.value.map(({ name }) => name)).toEqual(["New", "Summer"]);

  await albums.setCover(id, key("a"));
  expect(written.at(-1)).toBe(`write ${id} {"cover":"a"}`);
  albums.onMessage({ type: "album", ...album(ID, { name: "Told" }) });
  expect(albums.all.value.get(ID)?.name).toBe("Told");
  await albums.delete(id);
  albums.onMessage({ type: "album-removed", album_id: ID });
  expect(albums.list.value).toEqual([]);
});

test("the cover is the chosen photo as long as it is there, and else the first", () => {
  inAlbum("a", "b");
  expect(albums.coverOf(album(ID, { cover: key("b") }))).toBe(key("b"));
  expect(albums.coverOf(album(ID, { cover: key("gone") }))).toBe(key("a"));
  expect(albums.coverOf(album("none"))).toBeUndefined();
});

test("what is in the bin is in no album, and an album that is full of a photo's albums says so", async () => {
  const many = Object.fromEntries(
    Array.from({ length: 50 }, (_, at) => [`full${at}`, "a"] as const),
  );
  for (const id of Object.keys(many)) albums.onMessage({ type: "album", ...album(id) });
  gallery.put([
    photo("a", { albums: { [ID]: "a" }, binned_at: "2026-11-25T08:00:00Z" }),
    photo("b", { albums: many }),
  ]);

  expect(shown()).toEqual([]);
  await expect(albums.add(ID, [key("b")])).rejects.toThrow("50 albums at most");
  expect(written).toEqual([]);
});

test("what is added is said once it shows, when all are known, and can be taken out at once", async () => {
  inAlbum("first");
  gallery.put([photo("second")]);
  const waiting: (() => void)[] = [];
  const cloud = gallery.cloud as { photoIndex?: Cloud["photoIndex"] };
  cloud.photoIndex = () =>
    new Promise((done) => waiting.push(() => done({ entries: [...gallery.known.value.values()] })));
  let undone: Promise<void> | undefined;
  const told: (string | undefined)[][] = [];
  const adding = albums.addAll(ID, [key("first"), key("second")], {
    onShown: (added) => {
      told.push([...added], shown());
      undone = albums.takeOut(ID, added);
    },
  });
  await vi.waitFor(() => expect(waiting).toHaveLength(1));
  expect(told).toEqual([]);
  for (const read of waiting) read();
  await adding;
  await undone;

  expect(told).toEqual([[key("second")], ["first", "second"]]);
  expect(shown()).toEqual(["first"]);
  expect(written.map((line) => line.split(" ")[0])).toEqual(["put", "take"]);
});

test("albums are read once for each live connection where that is enough", async () => {
  let reads = 0;
  const cloud = gallery.cloud as { albums: Cloud["albums"] };
  cloud.albums = async () => {
    reads += 1;
    return table;
  };

  for (const connection of [0, 0, 1, 1]) await albums.readOnce(connection);

  expect(reads).toBe(2);
});
