/**
 * The user's photos by the day on which they were taken, and uploads that will be photos.
 *
 * An entry for each photo gives it its place. The table has no order by day, and a gallery of many
 * photos is far longer than what is in view: so the entries are read whole, in small, and kept between
 * visits; the records, which say what a photo looks like, are read as they come into view.
 */

import { batch, computed, signal } from "@preact/signals";

import type { Cloud, Cursor, ImagePage } from "../cloud/cloud";
import {
  deleteKeptIndex,
  type Entry,
  entryOf,
  keepIndex,
  readKeptIndex,
} from "../cloud/photo-index";
import { readRecentPhotos, storeRecentPhotos } from "../cloud/recent-photos";
import type { Image } from "../cloud/records";
import { kindOf, nounOf } from "../kinds";
import { shownName } from "../uploads/keys";
import type { UploadStore } from "../uploads/upload-store";
import { daysOf, hereAt, placed } from "./days";
import { AT_ONCE, RecordReader } from "./record-reader";
import { same } from "./same";

/** A side of a photo in the gallery, which begins with the newest. */
export type Side = "newer" | "older";

const PAGE = 48;
/** The index of the images lags behind the table by less than this. */
const INDEX_LAG_MS = 10_000;
/** Entries that are kept are read anew after a day, for what changed while no page was open. */
const KEPT_FOR_MS = 24 * 3600 * 1000;
/** What has changed is kept after so long, with what changes meanwhile. */
const KEEP_AFTER_MS = 3_000;
/** Of a large gallery only so many records are held; those that came first go first. */
const MOST_RECORDS = 1_500;
/** The version of a photo that was deleted unseen: as text it is above all. */
const ANY_VERSION = "~";

export class GalleryStore {
  /** All photos that are known, by key. */
  readonly entries = signal<ReadonlyMap<string, Entry>>(new Map());
  /** Whether the entries are all that there are. */
  readonly complete = signal(false);
  /** The records that are known, by key. */
  readonly images = signal<ReadonlyMap<string, Image>>(new Map());
  /** Whether the table has been read. Until then the photos are those of an earlier visit. */
  readonly loaded = signal(false);
  /** The last photo that was finished and how, for screen readers. */
  readonly announcement = signal("");
  /** Reads the records of the photos that are in view. */
  readonly records: RecordReader;

  /** How far the entries were read: those found, and where the next page begins. */
  #found = new Map<string, Entry>();
  #next?: Cursor;
  #reading: Promise<void> | undefined;
  #readAt = 0;
  #keeping: ReturnType<typeof setTimeout> | undefined;
  #stopped = false;
  /** The entries as they are kept for the next visit. */
  #kept: ReadonlyMap<string, Entry> | undefined;
  #isCounted = false;
  #restored: Promise<void> = Promise.resolve();
  /** Records that may have changed while nobody told this page. */
  readonly #outdated = new Set<string>();
  /** Versions deleted here by key. The table and the live connection report them a little longer. */
  readonly #deleted = new Map<string, string>();

  /** Photos and uploads by day, newest first. */
  readonly days = computed(() => {
    const entries = this.entries.value;
    const photos = [...entries.values()].map(placed);
    for (const [key, start] of this.uploads.starts.value)
      if (!entries.has(key)) photos.push({ key, at: hereAt(start) });
    return daysOf(photos);
  });

  /** Keys of photos and of uploads, newest first. */
  readonly keys = computed(() => this.days.value.flatMap(({ keys }) => keys));

  /** What all that is shown is called, one of it: what is of no known kind is not asked. */
  readonly noun = computed(() =>
    nounOf([...this.entries.value.values()].map(kindOf).filter((kind) => kind !== "other")),
  );

  /** Whether a photo is being processed. */
  readonly processing = computed(() =>
    [...this.images.value.values()].some((image) => image.status === "processing"),
  );

  constructor(
    readonly cloud: Cloud,
    readonly uploads: UploadStore,
  ) {
    this.records = new RecordReader(cloud, {
      isKnown: (key) => this.images.peek().has(key) || !this.entries.peek().has(key),
      outdated: () => (this.loaded.peek() ? this.#outdated : []), // the newest page may have them
      put: (images) => this.put(images),
      drop: (keys) => this.#drop(keys),
    });
  }

  /** Show the photos that this browser saw last, until the table has been read. */
  restore(): void {
    const recent = readRecentPhotos(this.cloud.session.identityId);
    this.put(recent);
    for (const { image } of recent) this.#outdated.add(image);
    this.#restored = readKeptIndex(this.cloud.session.identityId).then((kept) => {
      if (!kept) return;
      this.#add(kept.entries);
      this.#readAt = kept.readAt;
      this.complete.value = Date.now() - kept.readAt < KEPT_FOR_MS;
    });
  }

  /** Store the newest photos, and all entries, for the next visit. */
  store(): void {
    if (!this.loaded.peek()) return;
    const newest = this.keys.peek().slice(0, PAGE);
    const images = newest.map((key) => this.images.peek().get(key));
    storeRecentPhotos(
      this.cloud.session.identityId,
      images.filter((image) => image !== undefined),
    );
    void this.#keepEntries();
  }

  /** The page is signed out: nothing is kept any more. */
  stop(): void {
    this.#stopped = true;
    this.#outdated.clear();
    clearTimeout(this.#keeping);
  }

  /** Keep the entries before long: a page that is left has no time for so much. */
  #keepSoon(): void {
    this.#keeping ??= setTimeout(() => {
      this.#keeping = undefined;
      void this.#keepEntries();
    }, KEEP_AFTER_MS);
  }

  async #keepEntries(): Promise<void> {
    const { identityId } = this.cloud.session;
    const entries = this.entries.peek();
    if (this.#stopped || !this.complete.peek() || entries === this.#kept) return;
    this.#kept = entries;
    await keepIndex(identityId, { entries: [...entries.values()], readAt: this.#readAt });
    if (this.#stopped) deleteKeptIndex(identityId); // somebody has signed out meanwhile
  }

  async read(): Promise<ImagePage> {
    const [page] = await Promise.all([this.cloud.images(PAGE), this.#restored]);
    return page;
  }

  /** Take the newest page as the table's index holds it; whether anything has changed. */
  set({ images: page, next }: ImagePage): boolean {
    const before = [this.entries.peek(), this.images.peek()];
    const oldest = page.at(-1);
    const found = new Set(page.map((image) => image.image));
    batch(() => {
      // The page holds all that are newer than its last one. One that is missing was deleted.
      this.#dropMissing((entry) => found.has(entry.key), oldest && next ? oldest.uploaded_at : "");
      for (const key of this.#deleted.keys()) if (!found.has(key)) this.#deleted.delete(key);
      if (!next) this.#setComplete();
      else if (oldest && !this.entries.peek().has(oldest.image)) {
        this.#beginAnew(next); // there may be others between this page and what is known
      }
      this.put(page);
      if (!this.complete.peek()) {
        for (const image of page) this.#found.set(image.image, entryOf(image));
        this.#next ??= next;
      }
      this.loaded.value = true;
    });
    this.#readOutdated(found);
    return before[0] !== this.entries.peek() || before[1] !== this.images.peek();
  }

  /** Read what the newest page lacks of records that it would have brought up to date. */
  #readOutdated(page: ReadonlySet<string>): void {
    const processing = [...this.images.peek().values()].filter(
      ({ image, status }) => status === "processing" && !page.has(image),
    );
    for (const { image } of processing.slice(0, AT_ONCE)) this.#outdated.add(image);
    if (this.#outdated.size > 0) this.records.look();
  }

  /**
   * Read all entries anew, once a visit, if those that were kept are not as many as the usage says: a
   * photo can come late, and be older than the newest page.
   */
  expect(photos: number): void {
    if (this.#isCounted) return;
    this.#isCounted = true;
    if (this.complete.peek() && this.entries.peek().size !== photos) this.#beginAnew();
  }

  /** Read all entries that are not known yet. An attempt goes on where the one before it failed. */
  completeIndex(): Promise<void> {
    this.#reading ??= this.#readIndex().finally(() => (this.#reading = undefined));
    return this.#reading;
  }

  async #readIndex(): Promise<void> {
    while (!this.complete.peek() && !this.#stopped) {
      const from = this.#next;
      const found = this.#found;
      const { entries, next } = await this.cloud.photoIndex(from);
      if (found !== this.#found) continue; // so many are new that it begins anew
      this.#next = next;
      for (const entry of entries) found.set(entry.key, entry);
      batch(() => {
        // A record that came live may be newer than this page.
        const known = this.images.peek();
        this.#add(
          entries.map((entry) => {
            const image = known.get(entry.key);
            return image ? entryOf(image) : entry;
          }),
        );
        if (next) return;
        this.#dropMissing((entry) => found.has(entry.key), "");
        this.#setComplete();
      });
    }
  }

  #beginAnew(from?: Cursor): void {
    this.complete.value = false;
    this.#next = from;
    this.#found = new Map();
  }

  #setComplete(): void {
    this.#found = new Map();
    this.#next = undefined;
    this.#readAt = Date.now();
    this.complete.value = true;
    this.#keepSoon();
  }

  /** Load one image with its metadata; whether there is one. */
  async load(key: string): Promise<boolean> {
    const image = await this.cloud.image(key);
    if (image) this.put([image]);
    return image !== undefined;
  }

  /** The key of the photo before or after another; undefined at either end of the gallery. */
  async neighbour(key: string, side: Side): Promise<string | undefined> {
    await this.completeIndex();
    const entries = this.entries.peek();
    const keys = this.keys.peek().filter((one) => entries.has(one));
    const at = keys.indexOf(key);
    return at < 0 ? undefined : keys[at + (side === "newer" ? -1 : 1)];
  }

  /** Whether a photo is still there. */
  async has(key: string): Promise<boolean> {
    if (this.#deleted.has(key)) return false;
    return this.entries.peek().has(key) || (await this.cloud.image(key)) !== undefined;
  }

  /** Take images as they have become, unless what is known of them is newer. */
  put(found: readonly Image[]): void {
    const images = new Map(this.images.peek());
    const changed: Image[] = [];
    for (const image of found) {
      const key = image.image;
      this.#outdated.delete(key);
      const known = images.get(key);
      const deleted = this.#deleted.get(key);
      if ((deleted !== undefined && image.version <= deleted) || isOlder(image, known)) continue;
      const metadata =
        image.metadata ?? (known?.version === image.version ? known.metadata : undefined);
      const merged = same(known, metadata ? { ...image, metadata } : image);
      if (merged === known) continue;
      images.set(key, merged);
      changed.push(merged);
      this.#deleted.delete(key); // it was uploaded anew
      if (known?.status === "processing" && merged.status !== "processing") this.#announce(merged);
    }
    if (changed.length > 0) {
      this.#trim(images, new Set(found.map(({ image }) => image)));
      batch(() => {
        this.images.value = images;
        this.#add(changed.map(entryOf));
        // While the entries are read, this one may be newer than the page that would have it.
        if (!this.complete.peek())
          for (const image of changed) this.#found.set(image.image, entryOf(image));
      });
    }
    this.uploads.dismissRecorded(this.entries.peek());
  }

  /** Delete a photo, at once here and in S3. */
  async delete(key: string): Promise<void> {
    await this.cloud.deleteImage(key);
    this.#deleted.set(key, this.images.peek().get(key)?.version ?? ANY_VERSION);
    this.#drop([key]);
  }

  /** A version was deleted elsewhere. */
  onDeleted(key: string, version: string): void {
    if ((this.images.peek().get(key)?.version ?? "") <= version) this.#drop([key]);
  }

  /** Take entries as they are now. */
  #add(found: readonly Entry[]): void {
    const before = this.entries.peek();
    const fresh = found.filter(
      (entry) => !this.#deleted.has(entry.key) && same(before.get(entry.key), entry) === entry,
    );
    if (fresh.length === 0) return;
    const entries = new Map(before);
    for (const entry of fresh) entries.set(entry.key, entry);
    this.entries.value = entries;
    this.#keepSoon();
  }

  /** Drop what a read lacks of all that were uploaded after `oldest`. A new one may come later. */
  #dropMissing(isFound: (entry: Entry) => boolean, oldest: string): void {
    const isNew = (entry: Entry) => Date.now() - Date.parse(entry.uploadedAt) < INDEX_LAG_MS;
    const gone = [...this.entries.peek().values()].filter(
      (entry) => entry.uploadedAt > oldest && !isFound(entry) && !isNew(entry),
    );
    this.#forget(gone.map(({ key }) => key));
  }

  /** Hold no more records than a large gallery needs. */
  #trim(images: Map<string, Image>, fresh: ReadonlySet<string>): void {
    for (const [key, { status }] of images) {
      if (images.size <= MOST_RECORDS) return;
      if (status !== "processing" && !fresh.has(key) && !this.records.isWanted(key))
        images.delete(key);
    }
  }

  #forget(keys: readonly string[]): void {
    const entries = new Map(this.entries.peek());
    const images = new Map(this.images.peek());
    for (const key of keys) {
      entries.delete(key);
      images.delete(key);
      this.#outdated.delete(key);
    }
    batch(() => {
      if (entries.size !== this.entries.peek().size) {
        this.entries.value = entries;
        this.#keepSoon();
      }
      if (images.size !== this.images.peek().size) this.images.value = images;
    });
  }

  #drop(keys: readonly string[]): void {
    this.#forget(keys);
    for (const key of keys) this.uploads.dismiss(key);
  }

  #announce(image: Image): void {
    const end = image.status === "processed" ? "ready" : (image.message ?? image.status);
    this.announcement.value = `${shownName(image.image)}: ${end}`;
  }
}

/** Whether an image is out of date: an older version, or one with fewer finished steps. */
function isOlder(image: Image, known?: Image): boolean {
  if (!known || image.version > known.version) return false;
  if (image.version < known.version) return true;
  return finishedSteps(image) < finishedSteps(known) && image.status === "processing";
}

function finishedSteps(image: Image): number {
  return Object.values(image.steps).filter((step) => step.state !== "pending").length;
}
