/** The user's albums: names, and photos in orders of their own. */

import { batch, computed, signal } from "@preact/signals";

import type { Cloud } from "../cloud/cloud";
import type { AlbumMessage } from "../cloud/live-socket";
import type { Entry } from "../cloud/photo-index";
import type { Album } from "../cloud/records";
import { Explained } from "../problems";
import { ownPath } from "../uploads/keys";
import { words } from "../words/language";
import { placed } from "./days";
import type { GalleryStore } from "./gallery";
import { OwnList, unnamedDay } from "./lists";
import { rankBetween, ranks } from "./ranks";
import { type Change, Said } from "./said";

/** What the stack takes: so many albums of an owner, so many of a photo, and so long a name. */
export const MOST_ALBUMS = 500;
const MOST_OF_PHOTO = 50;
export const MOST_NAME = 100;
const ID_LENGTH = 12;
const ID_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz";

export class AlbumStore {
  readonly #table = signal<ReadonlyMap<string, Album>>(new Map());
  readonly #said = new Said<Album>({
    held: () => this.#table.peek(),
    read: () => this.read(),
  });
  /** The live connection during which it was read last, by number. */
  #readDuring: number | undefined;
  /** Whether the table has been read. */
  readonly loaded = signal(false);
  readonly all = computed(() => this.#said.over(this.#table.value));
  /** All albums, newest first. */
  readonly list = computed(() =>
    [...this.all.value.values()].sort((one, other) =>
      one.made_at + one.album_id < other.made_at + other.album_id ? 1 : -1,
    ),
  );
  /** The photos of each album, in its order. */
  readonly photos = computed<ReadonlyMap<string, string[]>>(() => {
    const found = new Map<string, Entry[]>();
    for (const entry of this.gallery.entries.value.values()) {
      for (const id of Object.keys(entry.albums ?? {})) {
        const photos = found.get(id);
        if (photos) photos.push(entry);
        else found.set(id, [entry]);
      }
    }
    return new Map(
      [...found].map(([id, entries]) => [id, inOrder(entries, id).map(({ key }) => key)]),
    );
  });

  constructor(
    readonly cloud: Cloud,
    readonly gallery: GalleryStore,
  ) {}

  /** Read all albums. */
  async read(): Promise<void> {
    const albums = await this.cloud.albums();
    batch(() => {
      this.#table.value = new Map(albums.map((album) => [album.album_id, album]));
      this.loaded.value = true;
    });
  }

  /** Read all albums, unless that was done since the live connection was opened last, by number. */
  async readOnce(connection: number): Promise<void> {
    if (this.#readDuring === connection) return;
    await this.read();
    this.#readDuring = connection;
  }

  /** The page is signed out. */
  stop(): void {
    this.#said.stop();
  }

  /** Take an album as it has become. */
  onMessage(message: AlbumMessage): void {
    const table = new Map(this.#table.peek());
    const { type, ...album } = message;
    if (type === "album") table.set(album.album_id, album as Album);
    else table.delete(album.album_id);
    this.#table.value = table;
  }

  /** The photos of an album as a list. */
  listOf(id: string): OwnList {
    const days = computed(() => unnamedDay(this.photos.value.get(id) ?? []));
    return new OwnList(this.gallery, days);
  }

  /** The photo that stands for an album: the one that was chosen, or else the first. */
  coverOf({ album_id, cover }: Album): string | undefined {
    const photos = this.photos.value.get(album_id) ?? [];
    return cover && this.gallery.entries.value.has(cover) ? cover : photos[0];
  }

  /** Make an album: its id, and what resolves once it is written. */
  make(name: string): { id: string; written: Promise<void> } {
    const bytes = crypto.getRandomValues(new Uint8Array(ID_LENGTH));
    const id = [...bytes].map((byte) => ID_DIGITS[byte % ID_DIGITS.length]).join("");
    const album = { album_id: id, name, cover: "", made_at: new Date().toISOString() };
    const write = () => this.cloud.writeAlbum(id, { name });
    return { id, written: this.#say(id, "made", (held) => held ?? album, write) };
  }

  rename(id: string, name: string): Promise<void> {
    const write = () => this.cloud.writeAlbum(id, { name });
    return this.#say(id, "name", (album) => album && { ...album, name }, write);
  }

  setCover(id: string, cover: string): Promise<void> {
    const write = () => this.cloud.writeAlbum(id, { cover: ownPath(cover) });
    return this.#say(id, "cover", (album) => album && { ...album, cover }, write);
  }

  /** Delete an album, and none of its photos. */
  delete(id: string): Promise<void> {
    return this.#say(
      id,
      "made",
      () => undefined,
      () => this.cloud.deleteAlbum(id),
    );
  }

  /** Photos that can be added to an album: those that are not in it. */
  missingIn(id: string, keys: readonly string[]): string[] {
    const known = this.gallery.known.peek();
    return keys.filter((key) => known.get(key)?.albums?.[id] === undefined);
  }

  /** Add photos at the end of an album, in the order in which they were taken. */
  async add(id: string, keys: readonly string[]): Promise<void> {
    const known = this.gallery.known.peek();
    const entries = this.missingIn(id, keys).flatMap((key) => known.get(key) ?? []);
    const isFull = ({ albums = {} }: Entry) =>
      Object.keys(albums).filter((one) => this.all.peek().has(one)).length >= MOST_OF_PHOTO;
    if (entries.some(isFull)) throw new Explained(words().library.mostOfPhoto(MOST_OF_PHOTO));
    const moment = (entry: Entry) => `${placed(entry).at} ${entry.key}`;
    entries.sort((one, other) => (moment(one) < moment(other) ? -1 : 1));
    const photos = this.photos.peek().get(id) ?? [];
    await this.#place(
      id,
      [...photos, ...entries.map(({ key }) => key)],
      photos.length,
      entries.length,
    );
  }

  /**
   * Add those of these photos that are not in an album yet, once it is `made` and the place behind its
   * last one is known. `onShown` is told of them as soon as they show there: from then on they can be
   * taken out again.
   */
  async addAll(
    id: string,
    keys: readonly string[],
    { made, onShown }: { made?: Promise<void>; onShown: (added: readonly string[]) => void },
  ): Promise<void> {
    await made;
    await this.gallery.completeAnew();
    const added = this.missingIn(id, keys);
    const written = this.add(id, added);
    onShown(added);
    await written;
  }

  async takeOut(id: string, keys: readonly string[]): Promise<void> {
    await this.gallery.said.say(
      keys,
      `in/${id}`,
      () => ranked(id, undefined),
      (key) => this.cloud.takeOutOfAlbum(id, key),
    );
  }

  /** The ranks that photos have in an album. */
  ranksIn(id: string, keys: readonly string[]): ReadonlyMap<string, string> {
    const known = this.gallery.known.peek();
    return new Map(keys.map((key) => [key, known.get(key)?.albums?.[id] ?? ""]));
  }

  /** Give photos these ranks in an album, in which they need not be. */
  async rank(id: string, ranks: ReadonlyMap<string, string>): Promise<void> {
    await this.gallery.said.say(
      [...ranks.keys()],
      `in/${id}`,
      (key) => ranked(id, ranks.get(key)),
      (key) => this.cloud.putIntoAlbum(id, key, ranks.get(key) ?? ""),
    );
  }

  /** Move photos together, a place towards the beginning or the end of the album. */
  async move(id: string, keys: readonly string[], step: 1 | -1): Promise<void> {
    const before = this.photos.peek().get(id) ?? [];
    const { moved, others } = apart(before, keys);
    const edge = before.indexOf((step < 0 ? moved[0] : moved.at(-1)) ?? "");
    const passed = before.slice(0, edge).filter((key) => !moved.includes(key)).length;
    await this.moveTo(id, keys, Math.max(0, Math.min(others.length, passed + step)));
  }

  /** Move photos together to where so many of the other ones come before them. */
  async moveTo(id: string, keys: readonly string[], at: number): Promise<void> {
    const before = this.photos.peek().get(id) ?? [];
    const { moved, others } = apart(before, keys);
    const order = [...others.slice(0, at), ...moved, ...others.slice(at)];
    if (order.every((key, index) => key === before[index])) return;
    await this.#place(id, order, at, moved.length);
  }

  /** Write the ranks of so many photos from one on; those of all, if there are none between. */
  async #place(id: string, order: readonly string[], from: number, count: number): Promise<void> {
    const known = this.gallery.known.peek();
    const rankOf = (at: number) => known.get(order[at] ?? "")?.albums?.[id];
    const found = new Map<string, string>();
    let last = rankOf(from - 1);
    const next = rankOf(from + count);
    for (const key of order.slice(from, from + count)) {
      last = rankBetween(last, next);
      if (last === undefined) break;
      found.set(key, last);
    }
    if (found.size < count) {
      const all = ranks(order.length);
      order.forEach((key, at) => found.set(key, all[at] ?? ""));
    }
    await this.rank(id, found);
  }

  #say(id: string, about: string, change: Change<Album>, write: () => Promise<void>) {
    return this.#said.say([id], about, () => change, write);
  }
}

/** Those photos of an order that are moved, and the other ones. */
export function apart(order: readonly string[], keys: readonly string[]) {
  const all = new Set(keys);
  return {
    moved: order.filter((key) => all.has(key)),
    others: order.filter((key) => !all.has(key)),
  };
}

/** What an entry is with a rank in an album, or without one. */
function ranked(id: string, rank: string | undefined): Change<Entry> {
  return (entry) => {
    if (!entry) return undefined;
    const { [id]: _, ...albums } = entry.albums ?? {};
    return { ...entry, albums: rank === undefined ? albums : { ...albums, [id]: rank } };
  };
}

function inOrder(entries: Entry[], id: string): Entry[] {
  const place = ({ albums, key }: Entry) => `${albums?.[id]} ${key}`;
  return entries.sort((one, other) => (place(one) < place(other) ? -1 : 1));
}
