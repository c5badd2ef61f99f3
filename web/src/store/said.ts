/**
 * What this page has said of things that a table holds. It shows at once; a function of the stack checks
 * it, and the table holds it a moment later.
 */

import { signal } from "@preact/signals";

import { inParallel } from "../parallel";
import { same } from "./same";

/** So long what was said is shown, whatever the table holds: by then the table has been written. */
const SHOWN_MS = 20_000;

/** What something is after it was said; undefined for nothing any more. Twice it does what once does. */
export type Change<T> = (held: T | undefined) => T | undefined;

/** Some of what was said could not be written. */
export class NotWritten extends Error {
  constructor(
    readonly ids: readonly string[],
    override readonly cause: unknown,
  ) {
    super();
  }
}

export class Said<T> {
  /** Changes by what they are of, and by what they are about. */
  readonly #said = signal<ReadonlyMap<string, ReadonlyMap<string, Change<T>>>>(new Map());
  readonly #writing = new Map<string, Promise<void>>();
  #stopped = false;

  constructor(
    readonly source: {
      /** What the table is known to hold. */
      held(): ReadonlyMap<string, T>;
      /** Read these from the table, for nobody has told that it holds what was said of them. */
      read(ids: readonly string[]): Promise<void>;
    },
  ) {}

  /** The page is signed out: no table is read any more. */
  stop(): void {
    this.#stopped = true;
  }

  /** Whether something about this is shown as it was said, whatever the table holds. */
  has(id: string, about: string): boolean {
    return this.#said.peek().get(id)?.has(about) ?? false;
  }

  /** What there is, as this page has said it. */
  over(held: ReadonlyMap<string, T>): ReadonlyMap<string, T> {
    const said = this.#said.value;
    if (said.size === 0) return held;
    const shown = new Map(held);
    for (const [id, changes] of said) {
      let one = held.get(id);
      for (const change of changes.values()) one = change(one);
      if (one === undefined) shown.delete(id);
      else shown.set(id, one);
    }
    return shown;
  }

  /**
   * Say something of all of these, and write it. What cannot be written is taken back, and a NotWritten
   * says of which. Of two changes about the same the later one is written later.
   */
  async say(
    ids: readonly string[],
    about: string,
    change: (id: string) => Change<T>,
    write: (id: string) => Promise<void>,
  ): Promise<void> {
    const changes = new Map(ids.map((id) => [id, change(id)]));
    this.#set(changes, about);
    const failed: string[] = [];
    let cause: unknown;
    await inParallel([...changes.keys()], async (id) => {
      try {
        await this.#inTurn(`${about} ${id}`, () => write(id));
      } catch (error) {
        cause = error;
        failed.push(id);
      }
    });
    const lost = new Map(failed.map((id) => [id, changes.get(id)]));
    this.#takeBack(lost, about);
    for (const id of failed) changes.delete(id);
    setTimeout(() => void this.#settle(changes, about), SHOWN_MS);
    if (failed.length > 0) throw new NotWritten(failed, cause);
  }

  /** Show these changes about something; none where there is no change. */
  #set(found: Iterable<readonly [string, Change<T> | undefined]>, about: string): void {
    const said = new Map(this.#said.peek());
    for (const [id, change] of found) {
      const changes = new Map(said.get(id));
      changes.delete(about); // the last one said comes last
      if (change) changes.set(about, change);
      if (changes.size > 0) said.set(id, changes);
      else said.delete(id);
    }
    this.#said.value = said;
  }

  /** Take back what nothing later has been said instead of. */
  #takeBack(changes: ReadonlyMap<string, Change<T> | undefined>, about: string): void {
    const said = this.#said.peek();
    const last = [...changes].filter(([id, change]) => said.get(id)?.get(about) === change);
    if (last.length === 0) return;
    this.#set(
      last.map(([id]) => [id, undefined]),
      about,
    );
  }

  /** From here on the table says what there is. */
  async #settle(changes: ReadonlyMap<string, Change<T>>, about: string): Promise<void> {
    if (this.#stopped) return;
    const held = this.source.held();
    const isHeld = ([id, change]: [string, Change<T>]) => {
      const one = held.get(id);
      const said = change(one);
      return said === one || (said !== undefined && same(one, said) === one);
    };
    const open = [...changes].filter((one) => !isHeld(one)).map(([id]) => id);
    try {
      if (open.length > 0) await this.source.read(open);
      this.#takeBack(changes, about);
    } catch {
      setTimeout(() => void this.#settle(changes, about), SHOWN_MS); // there is no connection
    }
  }

  /** Do this once what has to be done before it is over. */
  async #inTurn(name: string, work: () => Promise<void>): Promise<void> {
    const before = this.#writing.get(name) ?? Promise.resolve();
    const mine = before.catch(() => {}).then(work);
    this.#writing.set(name, mine);
    try {
      await mine;
    } finally {
      if (this.#writing.get(name) === mine) this.#writing.delete(name);
    }
  }
}
