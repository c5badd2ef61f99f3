/** What people say of their photos: that they are favourites, and that they belong into the bin. */

import { computed, signal } from "@preact/signals";

import type { Cloud } from "../cloud/cloud";
import { kindOf, type Noun, nounOf } from "../kinds";
import { sentenceOf } from "../problems";
import { words } from "../words/language";
import type { GalleryStore } from "./gallery";
import { NotWritten } from "./said";

const DAY_MS = 24 * 3600 * 1000;

/** A sentence that is shown for a while, with a way back where there is one. */
interface Notice {
  text: string;
  isProblem?: boolean;
  undo?: () => void;
}

export class LibraryStore {
  /** The last thing that was told. */
  readonly notice = signal<Notice | undefined>(undefined);
  /** How many things are being written. */
  readonly writing = signal(0);
  /** So many days something stays in the bin; 0 if there is none. */
  readonly binDays: number;
  /** Whether the bin is shown: without days there may still be something in it from before. */
  readonly hasBin = computed(() => this.binDays > 0 || this.gallery.binned.value.size > 0);

  constructor(
    readonly cloud: Cloud,
    readonly gallery: GalleryStore,
  ) {
    this.binDays = cloud.deployment.binDays;
  }

  tell(notice: Notice | undefined): void {
    this.notice.value = notice;
  }

  /** Do what is shown already; where it could not be written, say so. `notDone` says what. */
  async attempt(
    work: Promise<void>,
    notDone: (ids: readonly string[]) => string,
  ): Promise<boolean> {
    this.writing.value += 1;
    try {
      await work;
      return true;
    } catch (error) {
      const ids = error instanceof NotWritten ? error.ids : [];
      const cause = error instanceof NotWritten ? error.cause : error;
      this.tell({ text: `${notDone(ids)} ${sentenceOf(cause)}`, isProblem: true });
      return false;
    } finally {
      this.writing.value -= 1;
    }
  }

  /** What these photos are called. */
  nounOf(keys: readonly string[]): Noun {
    const known = this.gallery.known.peek();
    return nounOf(keys.map((key) => kindOf(known.get(key) ?? {})));
  }

  async setFavourite(keys: readonly string[], favourite: boolean): Promise<void> {
    const work = this.gallery.said.say(
      keys,
      "favourite",
      () => (entry) => entry && { ...entry, favourite: favourite || undefined },
      (key) => this.cloud.setFavourite(key, favourite),
    );
    const say = words().library;
    const notDone = favourite ? say.notFavourites : say.stillFavourites;
    await this.attempt(work, (ids) => notDone(ids.length, this.nounOf(ids)));
  }

  /** Move photos to the bin, with a way back. */
  async bin(keys: readonly string[]): Promise<void> {
    this.tell({
      text: words().library.binned(keys.length, this.nounOf(keys)),
      undo: () => void this.#restore(keys),
    });
    const now = Date.now();
    const binnedAt = new Date(now).toISOString();
    const binUntil = new Date(now + this.binDays * DAY_MS).toISOString();
    const work = this.gallery.said.say(
      keys,
      "binned",
      () => (entry) => entry && (entry.binnedAt ? entry : { ...entry, binnedAt, binUntil }),
      (key) => this.cloud.setBinned(key, true),
    );
    await this.attempt(work, (ids) => words().library.notBinned(ids.length, this.nounOf(ids)));
  }

  /** Take photos out of the bin. */
  async restore(keys: readonly string[]): Promise<void> {
    this.tell({ text: words().library.restored(keys.length, this.nounOf(keys)) });
    await this.#restore(keys);
  }

  async #restore(keys: readonly string[]): Promise<void> {
    const work = this.gallery.said.say(
      keys,
      "binned",
      () => (entry) => entry && { ...entry, binnedAt: undefined, binUntil: undefined },
      (key) => this.cloud.setBinned(key, false),
    );
    await this.attempt(work, (ids) => words().library.notRestored(ids.length, this.nounOf(ids)));
  }
}
