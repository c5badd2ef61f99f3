/** The photos that are selected, and what is done with all of them. */

import { computed, type ReadonlySignal, signal } from "@preact/signals";

import { answerOf } from "../cloud/requests";
import type { Cloud } from "../cloud/cloud";
import type { Entry } from "../cloud/photo-index";
import { tryAll } from "../parallel";
import { shownName } from "../uploads/keys";

export class SelectionStore {
  readonly #chosen = signal<ReadonlySet<string>>(new Set());
  /** What was chosen and is still there: a photo may be deleted elsewhere. */
  readonly keys = computed<ReadonlySet<string>>(() => {
    const chosen = this.#chosen.value;
    const entries = this.gallery.entries.value;
    const found = [...chosen].filter((key) => entries.has(key));
    return found.length === chosen.size ? chosen : new Set(found);
  });
  readonly isOn = computed(() => this.keys.value.size > 0);
  /** Where a range begins: the photo that was chosen last. */
  #anchor?: string;

  constructor(
    readonly cloud: Cloud,
    readonly gallery: {
      readonly keys: { peek(): readonly string[] };
      readonly entries: ReadonlySignal<ReadonlyMap<string, Entry>>;
      delete(key: string): Promise<void>;
    },
  ) {}

  /** Select a photo, or no longer. */
  toggle(key: string): void {
    const keys = new Set(this.keys.peek());
    if (!keys.delete(key)) keys.add(key);
    this.#chosen.value = keys;
    this.#anchor = key;
  }

  /** Select all photos from the one that was chosen last to this one. */
  extendTo(key: string): void {
    const order = this.gallery.keys.peek();
    const ends = [order.indexOf(this.#anchor ?? key), order.indexOf(key)].sort((a, b) => a - b);
    const [from = 0, to = 0] = ends;
    if (from < 0) {
      this.toggle(key);
      return;
    }
    const entries = this.gallery.entries.peek();
    const range = order.slice(from, to + 1).filter((one) => entries.has(one));
    this.#chosen.value = new Set([...this.keys.peek(), ...range]);
    this.#anchor = key;
  }

  /** The photo that was chosen last. */
  get last(): string | undefined {
    return this.#anchor;
  }

  /** The photo that comes after all that are selected, or else before them; undefined without any. */
  get beside(): string | undefined {
    const entries = this.gallery.entries.peek();
    const order = this.gallery.keys.peek();
    const selected = this.keys.peek();
    const isLeft = (key: string) => entries.has(key) && !selected.has(key);
    const end = order.findLastIndex((key) => selected.has(key));
    return order.slice(end + 1).find(isLeft) ?? order.slice(0, end + 1).findLast(isLeft);
  }

  clear(): void {
    this.#chosen.value = new Set();
  }

  /** Delete all selected photos; those that could not be deleted stay selected. */
  async delete(): Promise<void> {
    await tryAll([...this.keys.peek()], async (key) => {
      await this.gallery.delete(key);
      this.#drop(key);
    });
  }

  /** The originals of all selected photos in a zip file, as they come from S3. */
  async zip(): Promise<Blob> {
    const { downloadZip } = await import("client-zip");
    return downloadZip(this.#originals()).blob();
  }

  async *#originals() {
    const names = new Names();
    for (const key of this.keys.peek()) {
      const entry = this.gallery.entries.peek().get(key);
      if (!entry) continue; // it was deleted elsewhere meanwhile
      const answer = await answerOf(await this.cloud.original(key));
      yield {
        name: names.unused(shownName(key)),
        input: answer,
        lastModified: new Date(entry.uploadedAt),
      };
    }
  }

  #drop(key: string): void {
    const keys = new Set(this.keys.peek());
    keys.delete(key);
    this.#chosen.value = keys;
  }
}

/** Names in one folder: two photos may have the same. */
export class Names {
  readonly #used = new Set<string>();

  /** The name, or one like it that was not used before: `IMG_1 (2).jpg`. */
  unused(name: string): string {
    const flat = name.replaceAll("/", "-"); // no folders: a key of another client may have some
    const dot = flat.lastIndexOf(".");
    const stem = dot > 0 ? flat.slice(0, dot) : flat;
    const extension = dot > 0 ? flat.slice(dot) : "";
    let found = flat;
    // Case does not tell names apart on every disk.
    for (let n = 2; this.#used.has(found.toLowerCase()); n++) found = `${stem} (${n})${extension}`;
    this.#used.add(found.toLowerCase());
    return found;
  }
}
