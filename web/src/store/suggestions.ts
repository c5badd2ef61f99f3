/** What one may be looking for, while one types. */

import { computed, signal } from "@preact/signals";

import type { Ask, Counted, Facets } from "../cloud/search";
import { words } from "../words/language";
import type { OwnFilters } from "./own-filters";
import {
  cleaned,
  COLOURS,
  type List,
  NO_QUERY,
  type Orientation,
  ORIENTATIONS,
  type Query,
  requestOf,
  searchOf,
} from "./search-query";

/** Whoever types fast is asked after when they rest. */
const REST_MS = 120;
const MOST_KEPT = 50;
const MOST_FILTERS = 4;
const MOST_WORDS = 5;

/** What a suggestion is: a filter by its list, or another way to search. */
export type Suggested = List | "text" | "orientation" | "time" | "word" | "duplicates";

export interface Suggestion {
  kind: Suggested;
  /** The value of a filter, the text, or the word. */
  value: string;
  /** How many files match, if that is known. */
  files?: number;
  query: Query;
}

export class Suggester {
  readonly #base = signal<Query>(NO_QUERY);
  readonly #answer = signal<{ query: string; facets: Facets; total: number } | undefined>(
    undefined,
  );
  /** Suggestions for what has been typed. Until they are counted anew they are of what was known. */
  readonly suggestions = computed(() => {
    const query = this.#base.value;
    const answer = this.#answer.value;
    const isOfThis = answer?.query === searchOf(query);
    return suggest(query, answer?.facets ?? {}, isOfThis ? answer.total : undefined);
  });

  #asked = new AbortController();
  #timer: ReturnType<typeof setTimeout> | undefined;
  readonly #known = new Map<string, { query: string; facets: Facets; total: number }>();

  constructor(
    readonly ask: Ask,
    readonly own: Pick<OwnFilters, "know" | "filesOf" | "told">,
  ) {}

  /** Suggest for a text, typed into a search for this. */
  type(within: Query, text: string): void {
    const query = { ...within, text: cleaned(text) };
    const address = searchOf(query);
    this.#base.value = query;
    this.stop();
    const known = this.#known.get(address);
    if (known) {
      this.#answer.value = known;
      return;
    }
    const asked = new AbortController();
    this.#asked = asked;
    this.#timer = setTimeout(() => void this.#ask(query, asked.signal), text ? REST_MS : 0);
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#asked.abort();
  }

  /** What was found may have changed. */
  forget(): void {
    this.#known.clear();
  }

  async #ask(query: Query, signal: AbortSignal): Promise<void> {
    try {
      const knowing = this.own.know(query);
      if (knowing) await knowing;
      const told = this.own.told(this.own.filesOf(query));
      const request = { ...requestOf(query), ...(told && (await told)), facets: true, limit: 1 };
      if (signal.aborted) return;
      const { facets = {}, total, building } = await this.ask(request, signal);
      if (signal.aborted) return;
      const answer = { query: searchOf(query), facets, total };
      if (!building) this.#keep(answer);
      this.#answer.value = answer;
    } catch {
      // The text can be searched for without: the results say what is wrong.
    }
  }

  #keep(answer: { query: string; facets: Facets; total: number }): void {
    if (this.#known.size >= MOST_KEPT) this.#known.clear();
    this.#known.set(answer.query, answer);
  }
}

/** Suggestions for the text of a query. `facets` are of it, or of one that was typed before it. */
export function suggest(query: Query, facets: Facets, total?: number): Suggestion[] {
  const typed = query.text.trim();
  if (!typed) return beginnings(query, facets);
  const text = { kind: "text" as const, value: typed, files: total, query };
  const named = filters(query, facets).slice(0, MOST_FILTERS);
  const names = new Set(named.map(({ value }) => folded(value)));
  const others = (facets.words ?? []).filter(([word]) => !names.has(folded(word)));
  return [text, ...named, ...wholeWords(query, others).slice(0, MOST_WORDS)];
}

/** What there is most of, for whoever has typed nothing yet. */
function beginnings(query: Query, facets: Facets): Suggestion[] {
  const first = (list: List, counted: readonly Counted[] = [], most = 2): Suggestion[] =>
    counted
      .filter(([value]) => !query[list].includes(String(value)))
      .slice(0, most)
      .map((one) => byList(query, list, one));
  const years = (facets.years ?? []).slice(0, 2).map((one) => byTime(query, one));
  const found = [
    ...first("places", facets.places, 3),
    ...first("cameras", facets.cameras),
    ...(query.from ? [] : years),
    ...first("kinds", facets.kinds).filter(({ value }) => value !== "picture"),
  ];
  if (searchOf(query) !== "") return found;
  const duplicates = { ...NO_QUERY, duplicates: true };
  return [...found, { kind: "duplicates", value: "", query: duplicates }];
}

/** Filters that are called like the last words of the text, which they then stand for. */
function filters(query: Query, facets: Facets): Suggestion[] {
  const say = words().search;
  const found: Suggestion[] = [];
  const parts = query.text.trim().split(" ");
  // The more words are meant, the surer it is what is meant.
  for (let from = 0; from < parts.length; from++) {
    const meant = folded(parts.slice(from).join(" "));
    const rest = { ...query, text: parts.slice(0, from).join(" ") };
    const isMeant = (name: string) => ` ${folded(name)}`.includes(` ${meant}`);
    const take = (list: List, counted: readonly Counted[] = []) => {
      for (const one of counted) {
        if (isMeant(String(one[0])) && !query[list].includes(String(one[0])))
          found.push(byList(rest, list, one));
      }
    };
    take("places", facets.places);
    take("cameras", facets.cameras);
    take("lenses", facets.lenses);
    if (meant.length < 2) continue; // of a letter alone nobody can tell what it means
    for (const colour of COLOURS)
      if (isMeant(say.colours[colour]) && !query.colours.includes(colour))
        found.push(byList(rest, "colours", [colour, 0]));
    for (const [word, kind] of say.typed)
      if (isMeant(word) && !query.kinds.includes(kind))
        found.push(byList(rest, "kinds", [kind, 0]));
    for (const one of ORIENTATIONS)
      if (isMeant(say.shapes[one]) && query.orientation !== one)
        found.push(byOrientation(rest, one));
    if (/^(19|20)\d\d$/.test(meant) && !query.from) found.push(byTime(rest, [meant, 0]));
  }
  const names = found.map(({ kind, value }) => `${kind} ${value}`);
  return found.filter((_, at) => names.indexOf(names[at] ?? "") === at);
}

/** The text with its last word whole. */
function wholeWords(query: Query, counted: readonly Counted[]): Suggestion[] {
  const parts = query.text.trim().split(" ");
  const typed = parts.pop() ?? "";
  if (query.text.endsWith(" ")) return [];
  return counted
    .filter(([word]) => folded(word).startsWith(folded(typed)) && folded(word) !== folded(typed))
    .map(([word, files]) => {
      const value = [...parts, word].join(" ");
      return { kind: "word", value, files, query: { ...query, text: cleaned(`${value} `) } };
    });
}

function byList(query: Query, list: List, [value, files]: Counted): Suggestion {
  const values = [...query[list], String(value)];
  return {
    kind: list,
    value: String(value),
    files: files || undefined,
    query: { ...plain(query), [list]: values },
  };
}

function byOrientation(query: Query, orientation: Orientation): Suggestion {
  return { kind: "orientation", value: orientation, query: { ...plain(query), orientation } };
}

function byTime(query: Query, [year, files]: Counted): Suggestion {
  const value = String(year);
  return {
    kind: "time",
    value,
    files: files || undefined,
    query: { ...plain(query), from: value, to: value },
  };
}

/** A query that is not of duplicates: filters lead from those to photos. */
function plain(query: Query): Query {
  return { ...query, duplicates: false };
}

/** A text without accents and case, as the search compares. */
function folded(text: string): string {
  return text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
}
