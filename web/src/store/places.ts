/** Where a user's photos were taken, as far as a map shows it: counted by the search. */

import { batch, computed, effect, type ReadonlySignal, signal } from "@preact/signals";

import type { Ask, Cell, MapWindow } from "../cloud/search";
import { Refused } from "../cloud/signed-api";
import type { Cloud } from "../cloud/cloud";
import type { Entry } from "../cloud/photo-index";
import type { Image } from "../cloud/records";
import { FIRST_PAUSE_MS, nextPause } from "../pauses";
import { sentenceOf } from "../problems";
import { clustersOf, type Hidden, without } from "./clusters";
import { readRecords } from "./read-records";
import { fitting, type Size, type View, viewOf, windowFor } from "./world";

/** Whoever moves a map is shown what is there when they rest. */
const REST_MS = 150;
/** Of so many photos in the bin, those put there last, the places are read: they are not counted. */
const MOST_HIDDEN = 1_000;
const WORLD: MapWindow = { south: -90, west: -180, north: 90, east: 180, rows: 32, columns: 32 };

/** What a window holds, at the scale of the view that it is for. */
interface Found {
  cells: readonly Cell[];
  scale: number;
}

export class PlacesStore {
  /** What the map shows; undefined until it is known where photos are. */
  readonly view = signal<View | undefined>(undefined);
  /** Why the last attempt failed, as a sentence. */
  readonly problem = signal<string | undefined>(undefined);
  /** The index is being made. */
  readonly building = signal(false);
  /** The address of the cluster that was opened last, until somebody has come back from it. */
  left: string | undefined;
  readonly #found = signal<Found | undefined>(undefined);
  /** Where photos of the bin were taken, by key; null where they do not say it. */
  readonly #places = signal<ReadonlyMap<string, Hidden | null>>(new Map());
  readonly #cells = computed(() => {
    const places = this.#places.value;
    const hidden = [...this.gallery.binned.value.keys()].flatMap((key) => places.get(key) ?? []);
    return without(this.#found.value?.cells ?? [], hidden);
  });
  /** What is shown, the largest first. */
  readonly clusters = computed(() => clustersOf(this.#cells.value, this.#found.value?.scale ?? 1));
  /** Whether no photo at all has a place, as far as the index is made. */
  readonly none = computed(
    () => this.#found.value !== undefined && this.view.value === undefined && !this.building.value,
  );

  #asked = new AbortController();
  #wanted = WORLD;
  #scale = 1;
  #size: Size | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** Whether the next answer says what the map shows: all places. */
  #isAll = true;
  #stopReading = () => {};
  /** The keys of photos of the bin that are being read. */
  readonly #reading = new Set<string>();

  constructor(
    readonly ask: Ask,
    readonly cloud: Pick<Cloud, "imagesOf">,
    readonly gallery: { readonly binned: ReadonlySignal<ReadonlyMap<string, Entry>> },
  ) {}

  /** Somebody looks at a map of this size: count what is there now. */
  open(size: Size): void {
    this.#size = size;
    this.#stopReading();
    this.#stopReading = effect(() => {
      void this.#readPlaces([...this.gallery.binned.value.values()]);
    });
    const before = this.view.peek();
    if (before) {
      const view = fitting(before, size);
      this.view.value = view;
      this.#want(windowFor(view, size), view.scale);
    }
    this.retry();
  }

  /** Nobody looks any more. */
  close(): void {
    this.#stop();
    this.#stopReading();
  }

  /** Show this on a map of this size, and count it, once whoever moves the map rests. */
  show(view: View, size: Size): void {
    this.#size = size;
    this.view.value = view;
    this.#isAll = false;
    const wanted = windowFor(view, size);
    if (JSON.stringify(wanted) === JSON.stringify(this.#wanted)) return;
    this.#want(wanted, view.scale);
    this.#stop();
    this.#timer = setTimeout(() => this.retry(), REST_MS);
  }

  /** Show all places there are. */
  showAll(): void {
    this.#isAll = true;
    this.#want(WORLD, 1);
    this.retry();
  }

  /** Ask again now. */
  retry(): void {
    this.#stop();
    this.problem.value = undefined;
    this.#asked = new AbortController();
    void this.#count(this.#asked.signal, FIRST_PAUSE_MS);
  }

  #want(wanted: MapWindow, scale: number): void {
    this.#wanted = wanted;
    this.#scale = scale;
  }

  #stop(): void {
    clearTimeout(this.#timer);
    this.#asked.abort();
  }

  /** Ask until there is an answer, and as long as the index is being made. */
  async #count(asked: AbortSignal, pause: number): Promise<void> {
    const again = () => {
      this.#timer = setTimeout(() => void this.#count(asked, nextPause(pause)), pause);
    };
    try {
      const answer = await this.ask({ map: this.#wanted, limit: 1 }, asked);
      if (asked.aborted) return;
      const cells = answer.cells ?? [];
      const all = this.#isAll && this.#size ? viewOf(cells, this.#size) : undefined;
      batch(() => {
        this.problem.value = undefined;
        this.building.value = answer.building ?? false;
        this.#found.value = { cells, scale: all?.scale ?? this.#scale };
        if (all && this.#size) this.show(all, this.#size);
      });
      if (answer.building) again();
    } catch (error) {
      if (asked.aborted) return;
      this.problem.value = sentenceOf(error);
      if (!(error instanceof Refused)) again();
    }
  }

  /** Read where these photos of the bin were taken, as far as it is not known: they are not counted. */
  async #readPlaces(binned: readonly Entry[]): Promise<void> {
    const known = this.#places.peek();
    const unknown = binned
      .toSorted((one, other) => ((one.binnedAt ?? "") < (other.binnedAt ?? "") ? 1 : -1))
      .slice(0, MOST_HIDDEN)
      .flatMap(({ key }) => (known.has(key) || this.#reading.has(key) ? [] : key));
    for (const key of unknown) this.#reading.add(key);
    const put = (found: readonly (readonly [string, Hidden | null])[]) => {
      this.#places.value = new Map([...this.#places.peek(), ...found]);
    };
    try {
      await readRecords(this.cloud, unknown, {
        put: (images) => put(images.map((image) => [image.image, placeOf(image)])),
        isWanted: () => true,
      });
    } catch {
      // They are counted until the map is looked at the next time.
    }
    for (const key of unknown) this.#reading.delete(key);
  }
}

/** Where a photo was taken; null if it does not say it. */
function placeOf({ image: key, metadata }: Image): Hidden | null {
  const { latitude, longitude } = metadata ?? {};
  if (typeof latitude !== "number" || typeof longitude !== "number") return null;
  return { key, latitude, longitude };
}
