/** Reads records as they are wanted: those of the photos that are in view, and those out of date. */

import { signal } from "@preact/signals";

import type { Cloud } from "../cloud/cloud";
import type { Image } from "../cloud/records";
import { FIRST_PAUSE_MS, nextPause } from "../pauses";
import { sentenceOf } from "../problems";

/** At most as many as DynamoDB reads in one request, and few enough to be drawn between two frames. */
export const AT_ONCE = 30;
/** Whoever scrolls past wants nothing that is out of view again so soon. */
const SETTLED_MS = 40;

export interface Records {
  isKnown(key: string): boolean;
  /** What may have changed unseen, and is read anew wherever it is. */
  outdated(): Iterable<string>;
  put(images: readonly Image[]): void;
  /** These photos are not in the table any more. */
  drop(keys: readonly string[]): void;
}

export class RecordReader {
  /** Why the last attempt failed, as a sentence. Another one follows by itself. */
  readonly problem = signal<string | undefined>(undefined);
  #wanted: readonly string[] = [];
  #timer: ReturnType<typeof setTimeout> | undefined;
  #reading = false;
  #pause = FIRST_PAUSE_MS;

  constructor(
    readonly cloud: Pick<Cloud, "imagesOf">,
    readonly records: Records,
  ) {}

  /** Read the records of these photos, the first ones first, and no others any more. */
  want(keys: readonly string[]): void {
    this.#wanted = keys;
    this.look();
  }

  /** Read what there is to read, if there is anything. */
  look(): void {
    if (!this.#reading && this.problem.peek() === undefined) this.#readIn(SETTLED_MS);
  }

  isWanted(key: string): boolean {
    return this.#wanted.includes(key);
  }

  /** Try again now: somebody does not want to wait, or the browser is online again. */
  retry(): void {
    if (!this.#reading) this.#readIn(0);
  }

  #readIn(ms: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#read(), ms);
  }

  async #read(): Promise<void> {
    const unknown = this.#wanted.filter((key) => !this.records.isKnown(key));
    const keys = [...new Set([...unknown, ...this.records.outdated()])].slice(0, AT_ONCE);
    if (keys.length === 0) {
      this.problem.value = undefined; // what could not be read is not wanted any more, or known
      return;
    }
    this.#reading = true;
    try {
      const { images, unread } = await this.cloud.imagesOf(keys);
      const answered = new Set([...images.map(({ image }) => image), ...unread]);
      this.records.put(images);
      this.records.drop(keys.filter((key) => !answered.has(key)));
      this.problem.value = undefined;
      if (unread.length === 0) this.#pause = FIRST_PAUSE_MS;
      this.#readIn(unread.length === 0 ? 0 : this.#pause); // DynamoDB was asked for too much
    } catch (error) {
      this.problem.value = sentenceOf(error);
      this.#readIn(this.#pause);
      this.#pause = nextPause(this.#pause);
    } finally {
      this.#reading = false;
    }
  }
}
