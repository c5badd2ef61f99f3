/** The results of a search: found by the stack, and shown from the photos that the page knows. */

import { batch, computed, effect, type ReadonlySignal, signal, untracked } from "@preact/signals";

import type { Ask, Copy, Facets, SearchAnswer } from "../cloud/search";
import { Refused } from "../cloud/signed-api";
import type { Cloud } from "../cloud/cloud";
import type { Entry } from "../cloud/photo-index";
import type { Image } from "../cloud/records";
import { FIRST_PAUSE_MS, nextPause } from "../pauses";
import { Explained, sentenceOf } from "../problems";
import { type Day, daysOf, placed } from "./days";
import type { PhotoList, Side } from "./gallery";
import { beside, unnamedDay } from "./lists";
import { type Files, leftOut, type OwnFilters, sameFiles } from "./own-filters";
import { readRecords } from "./read-records";
import { isRanked, NO_QUERY, type Query, requestOf, searchOf } from "./search-query";

export const PAGE = 200;
/** The most that one request asks for. */
const MOST = 1000;
/** So many answers are kept for whoever goes back. */
const MOST_KEPT = 8;

/** What has been found. */
interface Found {
  query: Query;
  /** The query as an address; undefined before anything has been found. */
  address?: string;
  hits: readonly string[];
  /** Keys of what was found before, and is left out now: it is shown again if its user says otherwise. */
  left: readonly string[];
  total: number;
  next?: string;
  facets: Facets;
  groups: readonly (readonly Copy[])[];
  building: boolean;
}

const NOTHING: Found = {
  query: NO_QUERY,
  hits: [],
  left: [],
  total: 0,
  facets: {},
  groups: [],
  building: false,
};

export interface KnownPhotos {
  readonly entries: ReadonlySignal<ReadonlyMap<string, Entry>>;
  /** These, and those that are in no list: what is in the bin. */
  readonly known: ReadonlySignal<ReadonlyMap<string, Entry>>;
  put(images: readonly Image[]): void;
}

export class SearchStore implements PhotoList {
  readonly query = signal<Query>(NO_QUERY);
  /** Why the last attempt failed, as a sentence. */
  readonly problem = signal<string | undefined>(undefined);
  /** Why there are not more results, as a sentence. */
  readonly moreProblem = signal<string | undefined>(undefined);
  readonly #found = signal<Found>(NOTHING);
  /** Whether what is shown was found by the present query. Until then it is what the last one found. */
  readonly fresh = computed(
    () => this.#isAsked.value && this.#found.value.address === searchOf(this.query.value),
  );
  readonly building = computed(() => this.#found.value.building);
  readonly facets = computed(() => this.#found.value.facets);
  /** The results that are still there. */
  readonly #present = computed(() => {
    const { hits, left, query } = this.#found.value;
    const entries = this.photos.entries.value;
    const isOne = this.own.filterOf(query);
    const keys = left.length > 0 ? [...new Set([...hits, ...left])] : hits;
    return keys.flatMap((key) => entries.get(key) ?? []).filter(isOne);
  });
  /** How many match, of which the first ones are read. */
  readonly total = computed(() => {
    const { total, hits } = this.#found.value;
    return Math.max(0, total - hits.length + this.#present.value.length);
  });
  /** Copies that are still there, with others beside them. */
  readonly groups = computed(() => {
    const { groups, query } = this.#found.value;
    const entries = this.photos.entries.value;
    const isOne = this.own.filterOf(query);
    const isThere = ({ image }: Copy) => {
      const entry = entries.get(image);
      return entry !== undefined && isOne(entry);
    };
    return groups.map((group) => group.filter(isThere)).filter((group) => group.length > 1);
  });
  /** The results by day; all in one that has no name where their order is another. */
  readonly days = computed<readonly Day[]>(() => {
    const present = this.#present.value;
    if (!isRanked(this.#found.value.query)) return daysOf(present.map(placed));
    return unnamedDay(present.map(({ key }) => key));
  });
  /** The keys of the results in their order. */
  readonly keys = computed<readonly string[]>(() =>
    this.#found.value.query.duplicates
      ? this.groups.value.flatMap((group) => group.map(({ image }) => image))
      : this.days.value.flatMap(({ keys }) => keys),
  );

  readonly #isAsked = signal(false);
  #asked = new AbortController();
  #timer: ReturnType<typeof setTimeout> | undefined;
  #reading: Promise<void> | undefined;
  readonly #kept = new Map<string, Found>();
  /** The files that the last question told of; undefined until it has been asked. */
  #told: Files | undefined;
  #stopWatching = () => {};

  constructor(
    readonly ask: Ask,
    readonly cloud: Pick<Cloud, "imagesOf">,
    readonly photos: KnownPhotos,
    readonly own: Pick<OwnFilters, "know" | "filesOf" | "filterOf" | "told">,
  ) {}

  get entries(): ReadonlySignal<ReadonlyMap<string, Entry>> {
    return this.photos.entries;
  }

  /** Search for this. What was found before is shown at once, and found anew. */
  open(query: Query): void {
    const address = searchOf(query);
    if (this.#isAsked.peek() && address === searchOf(this.query.peek())) return;
    const kept = this.#kept.get(address);
    this.#stop();
    batch(() => {
      this.query.value = query;
      this.#isAsked.value = true;
      if (kept) this.#found.value = kept;
    });
    this.retry();
    this.#watch();
  }

  /** Nobody wants results any more. */
  close(): void {
    this.#stopWatching();
    this.#stop();
    this.#isAsked.value = false;
  }

  /** Ask again now. */
  retry(): void {
    this.#stop();
    const asked = new AbortController();
    this.#asked = asked;
    this.problem.value = undefined;
    this.moreProblem.value = undefined;
    void this.#search(asked, FIRST_PAUSE_MS);
  }

  /** Read the next page, if there is one. */
  more(): Promise<void> {
    this.#reading ??= this.#readMore().finally(() => (this.#reading = undefined));
    return this.#reading;
  }

  get hasMore(): boolean {
    return this.fresh.value && this.#found.value.next !== undefined;
  }

  async neighbour(key: string, side: Side): Promise<string | undefined> {
    await this.#isFresh();
    if (side === "older" && this.keys.peek().at(-1) === key && this.hasMore) {
      await this.more();
      const problem = this.moreProblem.peek();
      if (problem) throw new Explained(problem);
    }
    return beside(this.keys.peek(), key, side);
  }

  #stop(): void {
    clearTimeout(this.#timer);
    this.#asked.abort();
    this.#told = undefined;
    this.#reading = undefined;
  }

  /**
   * Ask again when the user has said something of the files that the last question told of. Of copies
   * what is left is known without.
   */
  #watch(): void {
    this.#stopWatching();
    this.#stopWatching = effect(() => {
      const query = this.query.value;
      const files = this.own.filesOf(query);
      if (this.#told && !query.duplicates && !sameFiles(files, this.#told))
        untracked(() => this.retry());
    });
  }

  /** Search until it succeeds, and as long as the index is being made. */
  async #search(asked: AbortController, pause: number): Promise<void> {
    const again = () => {
      this.#timer = setTimeout(() => void this.#search(asked, nextPause(pause)), pause);
    };
    const query = this.query.peek();
    const address = searchOf(query);
    const before = this.#found.peek();
    const { hits, left } = before.address === address ? before : NOTHING;
    const read = hits.length;
    try {
      const limit = Math.min(MOST, Math.max(PAGE, read));
      const knowing = this.own.know(query);
      if (knowing) await knowing;
      if (asked.signal.aborted) return;
      const files = this.own.filesOf(query);
      this.#told = files;
      const told = this.own.told(files);
      const request = { ...requestOf(query), ...(told && (await told)) };
      if (asked.signal.aborted) return;
      const answer = { ...(await this.ask({ ...request, facets: true, limit }, asked.signal)) };
      while (answer.next && answer.hits && answer.hits.length < read) {
        const more = await this.ask({ ...request, limit: MOST, after: answer.next }, asked.signal);
        answer.hits = [...new Set([...answer.hits, ...(more.hits ?? [])])];
        answer.next = more.next;
      }
      await this.#know(answer, asked.signal);
      if (asked.signal.aborted) return;
      batch(() => {
        this.problem.value = undefined;
        this.#take({
          query,
          address,
          hits: answer.hits ?? [],
          left: leftOut([...hits, ...left], files),
          total: answer.total,
          next: answer.next,
          facets: answer.facets ?? {},
          groups: answer.groups ?? [],
          building: answer.building ?? false,
        });
      });
      if (answer.building) again();
    } catch (error) {
      if (asked.signal.aborted) return;
      this.problem.value = sentenceOf(error);
      if (!(error instanceof Refused)) again();
    }
  }

  async #readMore(): Promise<void> {
    const asked = this.#asked;
    const found = this.#found.peek();
    if (!this.hasMore) return;
    this.moreProblem.value = undefined;
    try {
      const told = this.own.told(this.own.filesOf(found.query));
      const files = told && (await told);
      const request = { ...requestOf(found.query), ...files, limit: PAGE, after: found.next };
      const answer = await this.ask(request, asked.signal);
      await this.#know(answer, asked.signal);
      if (asked.signal.aborted || this.#found.peek() !== found) return;
      const hits = [...new Set([...found.hits, ...(answer.hits ?? [])])];
      this.#take({ ...found, hits, next: answer.next });
    } catch (error) {
      if (!asked.signal.aborted) this.moreProblem.value = sentenceOf(error);
    }
  }

  #take(found: Found): void {
    this.#found.value = found;
    const { address = "" } = found;
    this.#kept.delete(address); // the newest is the last
    this.#kept.set(address, found);
    for (const oldest of this.#kept.keys()) {
      if (this.#kept.size <= MOST_KEPT) break;
      this.#kept.delete(oldest);
    }
  }

  /**
   * Read the records of results that the page does not know: those that are not there then have been
   * deleted, and the index does not know it yet.
   */
  async #know({ hits = [], groups = [] }: SearchAnswer, signal: AbortSignal): Promise<void> {
    const copies = groups.flatMap((group) => group.map(({ image }) => image));
    const known = this.photos.known.peek();
    const unknown = [...hits, ...copies].filter((key) => !known.has(key));
    await readRecords(this.cloud, unknown, {
      put: (images) => this.photos.put(images),
      isWanted: () => !signal.aborted,
    });
  }

  /** Resolves once the results are those of the present query. */
  #isFresh(): Promise<void> {
    return new Promise((done) => {
      const stop = effect(() => {
        if (!this.fresh.value) return;
        done();
        queueMicrotask(() => stop());
      });
    });
  }
}
