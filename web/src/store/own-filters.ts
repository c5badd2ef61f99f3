/**
 * Filters that the search does not know: what its user has said of files. The page knows favourites,
 * albums and the bin, as they are now, and tells the search which files they leave.
 */

import type { ReadonlySignal } from "@preact/signals";

import type { Entry } from "../cloud/photo-index";
import type { Album } from "../cloud/records";
import type { SearchRequest } from "../cloud/search";
import { ownPath } from "../uploads/keys";
import type { Query } from "./search-query";

/** So many files the search takes. Of what is in the bin beyond that the page hides what is found. */
const MOST_FILES = 100_000;
const NUMBER_BYTES = 8;
const CHUNK = 0x2000;

export interface Files {
  /** Keys of the only ones that count; undefined for all but some. */
  among?: readonly string[];
  /** Keys of those that do not. */
  without: readonly string[];
}

type Told = Pick<SearchRequest, "among" | "without">;

/** What the page knows of all files and albums. */
export interface KnownFiles {
  entries: ReadonlySignal<ReadonlyMap<string, Entry>>;
  binned: ReadonlySignal<ReadonlyMap<string, Entry>>;
  albums: ReadonlySignal<ReadonlyMap<string, Album>>;
  /** Read all that is not known yet of files, and of albums. */
  readFiles(): Promise<void>;
  readAlbums(): Promise<void>;
}

export class OwnFilters {
  readonly #numbers = new Map<string, Uint8Array>();

  constructor(readonly known: KnownFiles) {}

  /** Resolves once all is known that a query asks of it; undefined where it asks nothing. */
  know(query: Query): Promise<unknown> | undefined {
    if (!isOwn(query)) return undefined;
    const albums = query.albums.length > 0 && this.known.readAlbums();
    return Promise.all([this.known.readFiles(), albums]);
  }

  /** Whether a file that is not in the bin is one of those that a query is limited to. */
  filterOf(query: Query): (entry: Entry) => boolean {
    if (!isOwn(query)) return () => true;
    const { favourites, albums } = query;
    // What a file says of an album that is no more means nothing.
    const there = albums.filter((id) => this.known.albums.value.has(id));
    return (entry) =>
      (!favourites || entry.favourite === true) &&
      (albums.length === 0 || there.some((id) => entry.albums?.[id] !== undefined));
  }

  /** The files that a query is limited to, as far as they are known. */
  filesOf(query: Query): Files {
    if (!isOwn(query)) return { without: [...this.known.binned.value.keys()].slice(0, MOST_FILES) };
    const entries = [...this.known.entries.value.values()];
    return { among: entries.filter(this.filterOf(query)).map(({ key }) => key), without: [] };
  }

  /** What the search is told of files; undefined where all count. */
  told({ among, without }: Files): Promise<Told> | undefined {
    if (among) return this.#numbered(among).then((numbers) => ({ among: numbers }));
    if (without.length === 0) return undefined;
    return this.#numbered(without).then((numbers) => ({ without: numbers }));
  }

  /** The numbers of files, one after the other, in base64. */
  async #numbered(keys: readonly string[]): Promise<string> {
    const numbers = await Promise.all(keys.map((key) => this.#numberOf(key)));
    const bytes = new Uint8Array(numbers.length * NUMBER_BYTES);
    numbers.forEach((number, at) => bytes.set(number, at * NUMBER_BYTES));
    let text = "";
    for (let at = 0; at < bytes.length; at += CHUNK)
      text += String.fromCharCode(...bytes.subarray(at, at + CHUNK));
    return btoa(text);
  }

  async #numberOf(key: string): Promise<Uint8Array> {
    const known = this.#numbers.get(key);
    if (known) return known;
    const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(ownPath(key)));
    const number = new Uint8Array(digest, 0, NUMBER_BYTES);
    this.#numbers.set(key, number.slice());
    return number;
  }
}

/** Whether a query asks for what its user has said of files. */
export function isOwn({ favourites, albums }: Query): boolean {
  return favourites || albums.length > 0;
}

/** Those of some files that do not count. */
export function leftOut(keys: readonly string[], { among, without }: Files): string[] {
  const named = new Set(among ?? without);
  return keys.filter((key) => named.has(key) !== (among !== undefined));
}

/** Whether both say the same of which files count. */
export function sameFiles(one: Files, other: Files): boolean {
  const isSame = (some: readonly string[] = [], others: readonly string[] = []) =>
    some.length === others.length && some.every((key, at) => key === others[at]);
  return isSame(one.among, other.among) && isSame(one.without, other.without);
}
