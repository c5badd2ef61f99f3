/** Where a user's photos were taken, as far as a map shows it: counted by the search. */

import { batch, computed, effect, signal, untracked } from "@preact/signals";

import type { Ask, Cell, MapWindow } from "../cloud/search";
import { Refused } from "../cloud/signed-api";
import { FIRST_PAUSE_MS, nextPause } from "../pauses";
import { sentenceOf } from "../problems";
import { clustersOf } from "./clusters";
import { type Files, type OwnFilters, sameFiles } from "./own-filters";
import { NO_QUERY } from "./search-query";
import { fitting, type Size, type View, viewOf, windowFor } from "./world";

/** Whoever moves a map is shown what is there when they rest. */
const REST_MS = 150;
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
  /** What is shown, the largest first. */
  readonly clusters = computed(() =>
    clustersOf(this.#found.value?.cells ?? [], this.#found.value?.scale ?? 1),
  );
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
  #stopWatching = () => {};
  /** What was left out of the last question. */
  #told: Files | undefined;

  constructor(
    readonly ask: Ask,
    readonly own: Pick<OwnFilters, "filesOf" | "told">,
  ) {}

  /** Somebody looks at a map of this size: count what is there now. */
  open(size: Size): void {
    this.#size = size;
    this.#stopWatching();
    const before = this.view.peek();
    if (before) {
      const view = fitting(before, size);
      this.view.value = view;
      this.#want(windowFor(view, size), view.scale);
    }
    this.retry();
    // What is in the bin does not count, and may be known, or put there, only later.
    this.#stopWatching = effect(() => {
      const files = this.own.filesOf(NO_QUERY);
      if (this.#told && !sameFiles(files, this.#told)) this.retry();
    });
  }

  /** Nobody looks any more. */
  close(): void {
    this.#stop();
    this.#stopWatching();
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
      const files = untracked(() => this.own.filesOf(NO_QUERY));
      this.#told = files;
      const told = await this.own.told(files);
      const answer = await this.ask({ ...told, map: this.#wanted, limit: 1 }, asked);
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
}
