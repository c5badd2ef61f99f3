/**
 * The index of a user's photos: of each only what gives it its place in the gallery. The browser keeps
 * it between visits, so that all of a large gallery is there at once.
 */

import { ownPath } from "../uploads/keys";
import type { Kind } from "../kinds";
import type { Image } from "./records";

export interface Entry {
  key: string;
  uploadedAt: string;
  /** When it was taken, as its camera wrote it. */
  takenAt?: string;
  /** A picture where there is none. */
  kind?: Kind;
  colour?: string;
  favourite?: boolean;
  /** When it was moved to the bin, if it is there. */
  binnedAt?: string;
  /** Until when it can come out of the bin, if it is there: after that it is deleted. */
  binUntil?: string;
  /** Its ranks in albums, by their ids. */
  albums?: Record<string, string>;
}

/** An index as it was when it was read whole. */
export interface KeptIndex {
  entries: Entry[];
  readAt: number;
}

const CACHE = "darkroom-photos";
/** Keys without their user's prefix, and attributes without names, take a third of the room. */
type Row = [
  path: string,
  uploadedAt: string,
  takenAt?: string,
  kind?: Kind,
  colour?: string,
  said?: Pick<Entry, "favourite" | "binnedAt" | "binUntil" | "albums">,
];

export function entryOf(image: Image): Entry {
  const taken = image.metadata?.["taken_at"] ?? image.taken_at;
  return {
    key: image.image,
    uploadedAt: image.uploaded_at,
    takenAt: taken === undefined ? undefined : String(taken),
    kind: image.kind,
    colour: image.dominant_colour,
    favourite: image.favourite,
    binnedAt: image.binned_at,
    binUntil: image.bin_until,
    albums: image.albums,
  };
}

/** The index that this browser keeps of a user's photos; undefined if it keeps none. */
export async function readKeptIndex(identityId: string): Promise<KeptIndex | undefined> {
  try {
    const kept = await (await caches.open(CACHE)).match(address(identityId));
    if (!kept) return undefined;
    const { readAt, rows } = (await kept.json()) as { readAt: number; rows: Row[] };
    const entries = rows.map(([path, uploadedAt, takenAt, kind, colour, said]) => ({
      key: `users/${identityId}/${path}`,
      uploadedAt,
      takenAt: takenAt ?? undefined, // JSON has null for what is left out
      kind: kind ?? undefined,
      colour: colour ?? undefined,
      ...said,
    }));
    return { entries, readAt };
  } catch {
    return undefined; // no cache in this browser: the index is read from the table
  }
}

export async function keepIndex(identityId: string, { entries, readAt }: KeptIndex): Promise<void> {
  const rows = entries.map(({ key, uploadedAt, takenAt, kind, colour, ...said }): Row => {
    const hasSaid = Object.values(said).some((one) => one !== undefined);
    const path = ownPath(key);
    if (!hasSaid) return [path, uploadedAt, takenAt, kind, colour]; // most have nothing more
    return [path, uploadedAt, takenAt, kind, colour, said];
  });
  try {
    const kept = new Response(JSON.stringify({ readAt, rows }));
    await (await caches.open(CACHE)).put(address(identityId), kept);
  } catch {
    deleteKeptIndex(identityId); // the browser has no room for it: rather none than an old one
  }
}

export function deleteKeptIndex(identityId: string): void {
  if (typeof caches === "undefined") return; // pages without TLS have no cache
  void caches
    .open(CACHE)
    .then((cache) => cache.delete(address(identityId)))
    .catch(() => {});
}

/** A cache holds answers by their address. This one is of no server. */
function address(identityId: string): string {
  return `/photos/${encodeURIComponent(identityId)}`;
}
