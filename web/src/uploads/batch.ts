/** The progress of a batch: of all uploads that were added while others had not arrived. */

import type { Kind } from "../kinds";
import type { Upload } from "./upload-store";

/** The speed is that of the last seconds. */
const SPEED_OVER_MS = 15_000;
/** A time that is left is told when so much of the speed is known. */
const SPEED_KNOWN_MS = 3_000;
const SAMPLE_MS = 500;

export interface Progress {
  /** How many uploads the batch has, and how many of them have arrived. */
  total: number;
  done: number;
  /** What they are taken for. */
  kinds: readonly Kind[];
  /** Bytes of all, and what has been sent of them. */
  size: number;
  sent: number;
  /** From 0 to 1. It never goes back, also when files are added or one begins anew. */
  fraction: number;
  /** How long the rest takes at the speed of now; undefined while that is not known. */
  msLeft?: number;
}

interface Item {
  size: number;
  sent: number;
  done: boolean;
  kind: Kind;
}

export const NO_PROGRESS: Progress = {
  total: 0,
  done: 0,
  kinds: [],
  size: 0,
  sent: 0,
  fraction: 0,
};

export class Batch {
  /** By the moment at which they started, which is the same before and after Uppy has them. */
  readonly #items = new Map<string, Item>();
  #samples: { at: number; sent: number }[] = [];
  #fraction = 0;

  /** The progress with uploads as they are now. A refused one is no part of it. */
  update(uploads: readonly Upload[], now = Date.now()): Progress {
    const present = new Set<string>();
    for (const { startedAt: id, size, sent, state, kind = "picture" } of uploads) {
      if (state === "refused") continue;
      present.add(id);
      const known = this.#items.get(id);
      if (!known && state === "uploaded") continue; // it arrived before this batch began
      if (!known && this.#isOver()) this.clear();
      const done = state === "uploaded" || known?.done === true;
      this.#items.set(id, { size, sent, done, kind });
    }
    // One that is gone was cancelled, or had arrived.
    for (const [id, item] of this.#items)
      if (!present.has(id) && !item.done) this.#items.delete(id);
    return this.#progress(now);
  }

  /** An upload has arrived. It may be off the list before anybody looks again. */
  finish(startedAt: string): void {
    const item = this.#items.get(startedAt);
    if (item) this.#items.set(startedAt, { ...item, sent: item.size, done: true });
  }

  /** Begin anew. */
  clear(): void {
    this.#items.clear();
    this.#samples = [];
    this.#fraction = 0;
  }

  #isOver(): boolean {
    return [...this.#items.values()].every((item) => item.done);
  }

  #progress(now: number): Progress {
    let [done, size, sent] = [0, 0, 0];
    for (const item of this.#items.values()) {
      done += Number(item.done);
      size += item.size;
      sent += item.done ? item.size : item.sent;
    }
    const total = this.#items.size;
    const isOver = total > 0 && done === total;
    this.#fraction = Math.max(this.#fraction, isOver ? 1 : size ? Math.min(sent / size, 0.999) : 0);
    return {
      total,
      done,
      kinds: [...new Set([...this.#items.values()].map(({ kind }) => kind))],
      size,
      sent,
      fraction: this.#fraction,
      msLeft: this.#left(now, sent, size),
    };
  }

  #left(now: number, sent: number, size: number): number | undefined {
    const last = this.#samples.at(-1);
    if (!last || now - last.at >= SAMPLE_MS) this.#samples.push({ at: now, sent });
    this.#samples = this.#samples.filter(({ at }) => now - at <= SPEED_OVER_MS);
    const [first] = this.#samples;
    if (!first || now - first.at < SPEED_KNOWN_MS || sent <= first.sent) return undefined;
    return ((size - sent) * (now - first.at)) / (sent - first.sent);
  }
}
