/** The search: what users ask of their own files, and what the stack answers. */

import type { Deployment } from "./deployment";
import type { Session } from "./session";
import { SignedApi } from "./signed-api";

/** What is asked for. What is left out does not matter; a list names what may be. */
export interface SearchRequest {
  text?: string;
  kinds?: readonly string[];
  states?: readonly string[];
  cameras?: readonly string[];
  lenses?: readonly string[];
  places?: readonly string[];
  colours?: readonly string[];
  orientation?: string;
  /** The first and the last day, or the month or year. */
  from?: string;
  to?: string;
  near?: Near;
  /**
   * The numbers of the only files that count, and of those that do not: the first 8 bytes of the SHA-256
   * of each path, one after the other, in base64.
   */
  among?: string;
  without?: string;
  /** The key of a photo that all others are to look like. */
  like?: string;
  duplicates?: boolean;
  order?: "newest" | "relevance";
  limit?: number;
  after?: string;
  facets?: boolean;
  /** Count where what matches was taken. */
  map?: MapWindow;
}

/** A part of the world in degrees, and a grid on it. It reaches over the antimeridian if west > east. */
export interface MapWindow {
  south: number;
  west: number;
  north: number;
  east: number;
  rows: number;
  columns: number;
}

/** The files of a cell: the edges of the smallest box around them, and the mean of their places. */
export interface Cell {
  files: number;
  south: number;
  west: number;
  north: number;
  east: number;
  latitude: number;
  longitude: number;
  /** The keys of the newest few. */
  images: readonly string[];
}

export interface Near {
  latitude: number;
  longitude: number;
  kilometres: number;
}

/** A value, and how many files have it. */
export type Counted = readonly [value: string, files: number];

/** The most frequent values of what was found, and words that one may be typing. */
export interface Facets {
  kinds?: readonly Counted[];
  cameras?: readonly Counted[];
  lenses?: readonly Counted[];
  places?: readonly Counted[];
  colours?: readonly Counted[];
  years?: readonly Counted[];
  words?: readonly Counted[];
}

/** A photo that looks the same as others. */
export interface Copy {
  image: string;
  bytes: number;
  /** Null where the file does not say it. */
  width: number | null;
  height: number | null;
}

export interface SearchAnswer {
  total: number;
  /** Keys. */
  hits?: readonly string[];
  /** Where the next page begins. */
  next?: string;
  facets?: Facets;
  groups?: readonly (readonly Copy[])[];
  /** With a map: the cells that have files. */
  cells?: readonly Cell[];
  /** The index is being made: what it will hold is not found yet. */
  building?: boolean;
}

export type Ask = (request: SearchRequest, signal: AbortSignal) => Promise<SearchAnswer>;

/** Asks the stack at this address. */
export function askAt(searchUrl: string, deployment: Deployment, session: Session): Ask {
  const api = new SignedApi(deployment, session);
  return (request, signal) => api.ask<SearchAnswer>("POST", searchUrl, request, signal);
}
