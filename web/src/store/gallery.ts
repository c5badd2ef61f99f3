/**
 * The user's photos by the day on which they were taken, and uploads that will be photos.
 *
 * An entry for each photo gives it its place. The table has no order by day, and a gallery of many
 * photos is far longer than what is in view: so the entries are read whole, in small, and kept between
 * visits; the records, which say what a photo looks like, are read as they come into view.
 */

import { batch, computed, type ReadonlySignal, signal } from "@preact/signals";

import { type Cloud, type Cursor, type ImagePage, NEWEST } from "../cloud/cloud";
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
import { endInWords } from "../told";
import { shownName } from "../uploads/keys";
import type { UploadStore } from "../uploads/upload-store";
import { words } from "../words/language";
import { daysOf, hereAt, placed } from "./days";
import { beside } from "./lists";
import { readRecords } from "./read-records";
import { AT_ONCE, RecordReader } from "./record-reader";
import { Said } from "./said";
import { same } from "./same";

/** A side of a photo in the gallery, which begins with the newest. */
export type Side = "newer" | "older";

/** Photos in an order: the gallery, the results of a search, an album. */
export interface PhotoList {
  readonly keys: ReadonlySignal<readonly string[]>;
  /** Those that may be in it. */
  readonly entries: ReadonlySignal<ReadonlyMap<string, Entry>>;
  /** The key of the photo before or after another; undefined at either end. */
  neighbour(key: string, side: Side): Promise<string | undefined>;
}

/** The index of the images lags behind the table, which the live connection tells of, by less than this. */
const INDEX_LAG_MS = 10_000;
/** Entries that are kept are read anew after a day, for what changed while no page was open. */
const KEPT_FOR_MS = 24 * 3600 * 1000;
/** What has changed is kept after so long, with what changes meanwhile. */
const KEEP_AFTER_MS = 3_000;
/** Of a large gallery only so many records are held; those that came first go first. */
const MOST_RECORDS = 1_500;
/** The version of a photo that was deleted unseen: as text it is above all. */
const ANY_VERSION = "~";
/** After so long it is looked again whether the table holds what was just said. */
const LOOK_AGAIN_MS = 500;

export class GalleryStore implements PhotoList {
  /** All photos that are known, by key, as the table holds them. */
  readonly #table = signal<ReadonlyMap<string, Entry>>(new Map());
  /** What this page has said of them. */
  readonly said = new Said<Entry>({
    held: () => this.#table.peek(),
    read: (keys) => this.#readAgain(keys),
  });
  /** All photos that are known, by key. */
  readonly known = computed(() => this.said.over(this.#table.value));
  /** Those that are in the bin. */
  readonly binned = computed(() => {
    const binned = new Map<string, Entry>();
    for (const [key, entry] of this.known.value) if (entry.binnedAt) binned.set(key, entry);
    return binned;
  });
  /** The others. */
  readonly entries = computed(() => {
    const known = this.known.value;
    const binned = this.binned.value;
    if (binned.size === 0) return known;
    return new Map([...known].filter(([key]) => !binned.has(key)));
  });
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
  /** When that began, in milliseconds since 1970. */
  #beganAt = Date.now();
  #reading: Promise<void> | undefined;
  #readAt = 0;
  #keeping: ReturnType<typeof setTimeout> | undefined;
  #stopped = false;
  /** The entries as they are kept for the next visit. */
  #kept: ReadonlyMap<string, Entry> | undefined;
  #isCounted = false;
  /** Whether what is known is what an earlier visit has kept. */
  #isKept = false;
  #restored: Promise<void> = Promise.resolve();
  /** Records that may have changed while nobody told this page. */
  readonly #outdated = new Set<string>();
  /** Versions deleted here by key. The table and the live connection report them a little longer. */
  readonly #deleted = new Map<string, string>();
  /** When records were first heard of, in milliseconds since 1970: a read may have begun before. */
  readonly #heardAt = new Map<string, number>();

  /** Photos and uploads by day, newest first. */
  readonly days = computed(() => {
    const entries = this.entries.value;
    const photos = [...entries.values()].map(placed);
    for (const [key, start] of this.uploads.starts.value)
      if (!this.known.value.has(key)) photos.push({ key, at: hereAt(start) });
    return daysOf(photos);
  });

  /** Keys of photos and of uploads, newest first. */
  readonly keys = computed(() => this.days.value.flatMap(({ keys }) => keys));

  /** Whether there is nothing: no photo, not in the bin either, and no upload. */
  readonly isEmpty = computed(() => this.known.value.size === 0 && this.keys.value.length === 0);

  /** What all that is shown is called, one of it: what is of no known kind counts where it is kept. */
  readonly noun = computed(() => {
    const isKept = this.cloud.deployment.limits.other !== undefined;
    const kinds = [...this.entries.value.values()].map(kindOf);
    return nounOf(isKept ? kinds : kinds.filter((kind) => kind !== "other"));
  });

  /** Whether a photo is being processed. */
  readonly processing = computed(() =>
    [...this.images.value.values()].some((image) => image.status === "processing"),
  );

  constructor(
    readonly cloud: Cloud,
    readonly uploads: UploadStore,
  ) {
    this.records = new RecordReader(cloud, {
      isKnown: (key) => this.images.peek().has(key) || !this.#table.peek().has(key),
      outdated: () => (this.loaded.peek() ? this.#outdated : []), // the newest page may have them
      put: (images) => this.put(images),
      drop: (keys) => this.#drop(keys),
    });
  }

  /** Show the photos that this browser saw last, until the table has been read. */
  restore(): void {
    const recent = readRecentPhotos(this.cloud.session.identityId);
    this.put(recent);
    this.#heardAt.clear(); // in an earlier visit
    for (const { image } of recent) this.#outdated.add(image);
    this.#restored = readKeptIndex(this.cloud.session.identityId).then((kept) => {
      if (!kept) return;
      this.#add(kept.entries);
      this.#readAt = kept.readAt;
      this.complete.value = Date.now() - kept.readAt < KEPT_FOR_MS;
      this.#isKept = this.complete.peek();
    });
  }

  /** Store the newest photos, and all entries, for the next visit. */
  store(): void {
    if (!this.loaded.peek()) return;
    const newest = this.keys.peek().slice(0, NEWEST);
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
    this.said.stop();
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
    const entries = this.#table.peek();
    if (this.#stopped || !this.complete.peek() || entries === this.#kept) return;
    this.#kept = entries;
    await keepIndex(identityId, { entries: [...entries.values()], readAt: this.#readAt });
    if (this.#stopped) deleteKeptIndex(identityId); // somebody has signed out meanwhile
  }

  async read(): Promise<ImagePage> {
    const [page] = await Promise.all([this.cloud.newest(), this.#restored]);
    return page;
  }

  /**
   * Take the newest page as the table's index held it when it was asked for, in milliseconds since 1970;
   * whether anything has changed.
   */
  set({ images: page, next }: ImagePage, askedAt = Date.now()): boolean {
    const before = [this.#table.peek(), this.images.peek()];
    const oldest = page.at(-1);
    const found = new Set(page.map((image) => image.image));
    batch(() => {
      // The page holds all that are newer than its last one. One that is missing was deleted.
      const from = oldest && next ? oldest.uploaded_at : "";
      this.#dropMissing((entry) => found.has(entry.key), from, askedAt);
      for (const key of this.#deleted.keys()) if (!found.has(key)) this.#deleted.delete(key);
      if (!next) this.#setComplete();
      else if (oldest && !this.#table.peek().has(oldest.image)) {
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
    return before[0] !== this.#table.peek() || before[1] !== this.images.peek();
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
    if (this.complete.peek() && this.#table.peek().size !== photos) this.#beginAnew();
  }

  /** Nobody has told this page for a while what has changed: all of it is read anew. */
  onMissed(): void {
    for (const key of this.images.peek().keys()) this.#outdated.add(key);
    this.#beginAnew();
  }

  /** Read all entries that are not known yet. An attempt goes on where the one before it failed. */
  completeIndex(): Promise<void> {
    this.#reading ??= this.#readIndex().finally(() => (this.#reading = undefined));
    return this.#reading;
  }

  /**
   * Read all entries, those of an earlier visit anew: what was said of a photo elsewhere changes neither
   * the newest page nor how many there are.
   */
  async completeAnew(): Promise<void> {
    await this.#restored;
    if (this.#isKept) this.#beginAnew();
    await this.completeIndex();
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
            const image = this.#outdated.has(entry.key) ? undefined : known.get(entry.key);
            return image ? entryOf(image) : entry;
          }),
        );
        if (next) return;
        this.#dropMissing((entry) => found.has(entry.key), "", this.#beganAt);
        this.#setComplete();
      });
    }
  }

  #beginAnew(from?: Cursor): void {
    this.#isKept = false;
    this.complete.value = false;
    this.#next = from;
    this.#found = new Map();
    this.#beganAt = Date.now();
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

  async neighbour(key: string, side: Side): Promise<string | undefined> {
    await this.completeIndex();
    const entries = this.entries.peek();
    const keys = this.keys.peek().filter((one) => entries.has(one));
    return beside(keys, key, side);
  }

  /** Whether a photo is still there, and not in the bin. */
  async has(key: string): Promise<boolean> {
    if (this.#deleted.has(key)) return false;
    const known = this.known.peek().get(key);
    if (known) return !known.binnedAt;
    const image = await this.cloud.image(key);
    return image !== undefined && !image.binned_at;
  }

  /** Read the records of these anew. */
  async #readAgain(keys: readonly string[]): Promise<void> {
    await readRecords(this.cloud, keys, {
      put: (images) => this.put(images),
      isWanted: () => !this.#stopped,
    });
  }

  /** Take images as they have become, in their order, unless what is known of them is newer. */
  put(found: readonly Image[]): void {
    const images = new Map(this.images.peek());
    const changed = new Map<string, Image>();
    for (const image of found) {
      const key = image.image;
      this.#outdated.delete(key);
      const known = images.get(key);
      const deleted = this.#deleted.get(key);
      if ((deleted !== undefined && image.version <= deleted) || isOlder(image, known)) continue;
      const metadata =
        image.metadata ?? (known?.version === image.version ? known.metadata : undefined);
      if (!this.#table.peek().has(key)) this.#heardAt.set(key, Date.now());
      const merged = same(known, metadata ? { ...image, metadata } : image);
      if (merged === known) continue;
      images.set(key, merged);
      changed.set(key, merged);
      this.#deleted.delete(key); // it was uploaded anew
      if (known?.status === "processing" && merged.status !== "processing") this.#announce(merged);
    }
    if (changed.size > 0) {
      this.#trim(images, new Set(found.map(({ image }) => image)));
      const entries = [...changed.values()].map(entryOf);
      batch(() => {
        this.images.value = images;
        this.#add(entries);
        // While the entries are read, this one may be newer than the page that would have it.
        if (!this.complete.peek()) for (const entry of entries) this.#found.set(entry.key, entry);
      });
    }
    this.uploads.dismissRecorded(this.#table.peek());
  }

  /**
   * Whether a photo is gone: deleted at once here and in S3. One that is shown in the bin is not, if it
   * is there no longer: somebody has restored it elsewhere.
   */
  async delete(key: string): Promise<boolean> {
    if (this.binned.peek().has(key)) {
      const image = await this.#readBinned(key);
      if (!image) return true; // somebody has
      if (!image.binned_at) return false;
    }
    await this.cloud.deleteImage(key);
    this.#deleted.set(key, this.images.peek().get(key)?.version ?? ANY_VERSION);
    this.#drop([key]);
    return true;
  }

  /** What the table holds of a photo in the bin, once it holds what this page has said of it. */
  async #readBinned(key: string): Promise<Image | undefined> {
    for (;;) {
      const image = await this.cloud.image(key);
      if (image) this.put([image]);
      else this.#drop([key]);
      if (!image || image.binned_at || !this.said.has(key, "binned")) return image;
      await new Promise((done) => setTimeout(done, LOOK_AGAIN_MS));
    }
  }

  /** A version was deleted elsewhere. */
  onDeleted(key: string, version: string): void {
    if ((this.images.peek().get(key)?.version ?? "") <= version) this.#drop([key]);
  }

  /** Take entries as they are now. */
  #add(found: readonly Entry[]): void {
    const before = this.#table.peek();
    const fresh = found.filter(
      (entry) => !this.#deleted.has(entry.key) && same(before.get(entry.key), entry) === entry,
    );
    if (fresh.length === 0) return;
    const entries = new Map(before);
    for (const entry of fresh) entries.set(entry.key, entry);
    this.#table.value = entries;
    this.#keepSoon();
  }

  /**
   * Drop what a read lacks of all that were uploaded after `oldest`, if the index must have had it when
   * the read began.
   */
  #dropMissing(isFound: (entry: Entry) => boolean, oldest: string, beganAt: number): void {
    const last = beganAt - INDEX_LAG_MS;
    for (const [key, at] of this.#heardAt) if (at < last) this.#heardAt.delete(key);
    const isNew = ({ key, uploadedAt }: Entry) =>
      this.#heardAt.has(key) || Date.parse(uploadedAt) > last;
    const gone = [...this.#table.peek().values()].filter(
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
    const entries = new Map(this.#table.peek());
    const images = new Map(this.images.peek());
    for (const key of keys) {
      entries.delete(key);
      images.delete(key);
      this.#outdated.delete(key);
    }
    batch(() => {
      if (entries.size !== this.#table.peek().size) {
        this.#table.value = entries;
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
    const { ended, statuses } = words().gallery;
    const end =
      image.status === "processed"
        ? statuses.processed
        : endInWords(image.status, nounOf([kindOf(image)]), image);
    this.announcement.value = ended(shownName(image.image), end ?? statuses[image.status]);
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
