/** Photos of the gallery in lists of their own: favourites, the bin, an album. */

import { computed, type ReadonlySignal } from "@preact/signals";

import type { Entry } from "../cloud/photo-index";
import { type Day, daysOf, placed } from "./days";
import type { GalleryStore, PhotoList, Side } from "./gallery";

/** A list of photos that the gallery knows. */
export class OwnList implements PhotoList {
  readonly keys: ReadonlySignal<readonly string[]>;
  readonly entries: ReadonlySignal<ReadonlyMap<string, Entry>>;

  constructor(
    readonly gallery: GalleryStore,
    /** By day; all in one that has no name where their order is another. */
    readonly days: ReadonlySignal<readonly Day[]>,
  ) {
    this.keys = computed(() => days.value.flatMap(({ keys }) => keys));
    this.entries = computed(() => {
      const known = gallery.known.value;
      const entries = this.keys.value.flatMap((key) => known.get(key) ?? []);
      return new Map(entries.map((entry) => [entry.key, entry]));
    });
  }

  async neighbour(key: string, side: Side): Promise<string | undefined> {
    await this.gallery.completeAnew();
    return beside(this.keys.peek(), key, side);
  }
}

/** The key before or after another; undefined at either end. */
export function beside(keys: readonly string[], key: string, side: Side): string | undefined {
  const at = keys.indexOf(key);
  return at < 0 ? undefined : keys[at + (side === "newer" ? -1 : 1)];
}

/** Photos in an order that is not by day. */
export function unnamedDay(keys: string[]): readonly Day[] {
  return keys.length > 0 ? [{ name: "", keys }] : [];
}

export function favouritesOf(gallery: GalleryStore): OwnList {
  const days = computed(() =>
    daysOf([...gallery.entries.value.values()].filter(({ favourite }) => favourite).map(placed)),
  );
  return new OwnList(gallery, days);
}

/** What is in the bin: what was put there last comes first. */
export function binOf(gallery: GalleryStore): OwnList {
  const days = computed(() => {
    const binned = [...gallery.binned.value.values()];
    const moment = ({ binnedAt = "", key }: Entry) => `${binnedAt} ${key}`;
    binned.sort((one, other) => (moment(one) < moment(other) ? 1 : -1));
    return unnamedDay(binned.map(({ key }) => key));
  });
  return new OwnList(gallery, days);
}
