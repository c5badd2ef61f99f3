/** The user's photos, newest first, and uploads that will be photos. */

import { batch, computed, signal } from "@preact/signals";

import type { Cloud, Cursor, ImagePage, Side } from "../cloud/cloud";
import { readRecentPhotos, storeRecentPhotos } from "../cloud/recent-photos";
import type { Image } from "../cloud/records";
import { kindOf, nounOf } from "../kinds";
import { shownName, startOf } from "../uploads/keys";
import type { UploadStore } from "../uploads/upload-store";
import { same } from "./same";

const PAGE = 48;
/** The index of the images lags behind the table by less than this. */
const INDEX_LAG_MS = 10_000;

export class GalleryStore {
  /** The known images by key. */
  readonly images = signal<ReadonlyMap<string, Image>>(new Map());
  /** Whether the table has been read. Until then the images are those of an earlier visit. */
  readonly loaded = signal(false);
  readonly hasOlder = signal(false);
  /** How many pages of older photos have been read. */
  readonly pages = signal(0);
  /** The last photo that was finished and how, for screen readers. */
  readonly announcement = signal("");

  #older?: Cursor;
  /** When the oldest photo of the pages read so far was uploaded: no photo is missing down to it. */
  #readDownTo = "";
  /** Versions deleted here by key. The table and the live connection report them a little longer. */
  readonly #deleted = new Map<string, string>();

  /** Keys of photos and of uploads, newest first. */
  readonly keys = computed(() => {
    const startedAt = new Map(this.uploads.starts.value);
    for (const { image: key, uploaded_at } of this.images.value.values()) {
      if (!startedAt.has(key)) startedAt.set(key, startOf(key) ?? uploaded_at);
    }
    return [...startedAt].sort(([, a], [, b]) => (a < b ? 1 : a > b ? -1 : 0)).map(([key]) => key);
  });

  /** What all that is shown is called, one of it: what is of no known kind is not asked. */
  readonly noun = computed(() =>
    nounOf([...this.images.value.values()].map(kindOf).filter((kind) => kind !== "other")),
  );

  /** Whether a photo is being processed. */
  readonly processing = computed(() =>
    [...this.images.value.values()].some((image) => image.status === "processing"),
  );

  constructor(
    readonly cloud: Cloud,
    readonly uploads: UploadStore,
  ) {}

  /** Show the photos that this browser saw last, until the table has been read. */
  restore(): void {
    this.put(readRecentPhotos(this.cloud.session.identityId));
  }

  /** Store the newest photos for the next visit. */
  store(): void {
    if (!this.loaded.peek()) return;
    const images = this.keys.peek().map((key) => this.images.peek().get(key));
    storeRecentPhotos(
      this.cloud.session.identityId,
      images.filter((image) => image !== undefined),
    );
  }

  read(): Promise<ImagePage> {
    return this.cloud.images(PAGE);
  }

  /** Take the newest page as the table's index holds it; whether anything has changed. */
  set({ images: page, next }: ImagePage): boolean {
    const before = this.images.peek();
    const oldest = page.at(-1)?.uploaded_at ?? "";
    const found = new Set(page.map((image) => image.image));
    const images = new Map(before);
    for (const [key, image] of images) {
      // The page holds all that are newer than its last one. One that is missing was deleted, unless
      // it is so new that the index may lack it.
      const isNew = Date.now() - Date.parse(image.uploaded_at) < INDEX_LAG_MS;
      const inRange = !next || image.uploaded_at > oldest;
      if (!found.has(key) && inRange && !isNew) images.delete(key);
    }
    if (images.size !== before.size) this.images.value = images;
    for (const key of this.#deleted.keys()) if (!found.has(key)) this.#deleted.delete(key);
    if (!this.#older) this.#setOlder(next, oldest);
    this.put(page);
    this.loaded.value = true;
    return this.images.peek() !== before;
  }

  /** Read the next page of older photos, if `hasOlder`. */
  async loadOlder(): Promise<void> {
    const from = this.#older;
    if (!from) return;
    const page = await this.cloud.images(PAGE, from);
    if (from !== this.#older) return; // somebody else has read it meanwhile
    batch(() => {
      this.put(page.images);
      this.#setOlder(page.next, page.images.at(-1)?.uploaded_at ?? this.#readDownTo);
      this.pages.value += 1;
    });
  }

  /** Load one image with its metadata; whether there is one. It may be older than all that were read. */
  async load(key: string): Promise<boolean> {
    const image = await this.cloud.image(key);
    if (image) this.put([image]);
    return image !== undefined;
  }

  /** The key of the photo before or after another; undefined at either end of the gallery. */
  async neighbour(key: string, side: Side): Promise<string | undefined> {
    const image = this.images.peek().get(key);
    if (!image) return undefined;
    if (!this.loaded.peek() || !this.#isRead(image)) {
      // It was opened by its address, and pages between the newest photos and it have not been read.
      const found = await this.cloud.neighbour(image, side);
      if (found) this.put([found]);
      return found?.image;
    }
    for (;;) {
      const images = this.images.peek();
      const keys = this.keys.peek().filter((one) => images.has(one));
      const beside = images.get(keys[keys.indexOf(key) + (side === "newer" ? -1 : 1)] ?? "");
      if ((beside && this.#isRead(beside)) || side === "newer" || !this.#older)
        return beside?.image;
      await this.loadOlder();
    }
  }

  /** Whether all photos between the newest and this one have been read. */
  #isRead(image: Image): boolean {
    return image.uploaded_at >= this.#readDownTo;
  }

  /** Whether a photo is still there. */
  async has(key: string): Promise<boolean> {
    if (this.#deleted.has(key)) return false;
    return this.images.peek().has(key) || (await this.cloud.image(key)) !== undefined;
  }

  /** Take images as they have become, unless what is known of them is newer. */
  put(found: readonly Image[]): void {
    const images = new Map(this.images.peek());
    let changed = false;
    for (const image of found) {
      const key = image.image;
      const known = images.get(key);
      const deleted = this.#deleted.get(key);
      if ((deleted !== undefined && image.version <= deleted) || isOlder(image, known)) continue;
      const metadata =
        image.metadata ?? (known?.version === image.version ? known.metadata : undefined);
      const merged = same(known, metadata ? { ...image, metadata } : image);
      if (merged === known) continue;
      images.set(key, merged);
      changed = true;
      if (known?.status === "processing" && merged.status !== "processing") this.#announce(merged);
    }
    if (changed) this.images.value = images;
    this.uploads.dismissRecorded(new Set(images.keys()));
  }

  /** Delete a photo, at once here and in S3. */
  async delete(key: string): Promise<void> {
    await this.cloud.deleteImage(key);
    this.#deleted.set(key, this.images.peek().get(key)?.version ?? "");
    this.#drop(key);
  }

  /** A version was deleted elsewhere. */
  onDeleted(key: string, version: string): void {
    const known = this.images.peek().get(key);
    if (known && known.version <= version) this.#drop(key);
  }

  #setOlder(next: Cursor | undefined, oldest: string): void {
    this.#older = next;
    this.#readDownTo = next ? oldest : "";
    this.hasOlder.value = next !== undefined;
  }

  #drop(key: string): void {
    const images = new Map(this.images.peek());
    if (images.delete(key)) this.images.value = images;
    this.uploads.dismiss(key);
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
