/** Takes things one by one, and hands on together those that come within a moment. */
export class Together<T> {
  #held: T[] = [];
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    readonly moment: number,
    readonly handOn: (all: readonly T[]) => void,
  ) {}

  add(one: T): void {
    this.#held.push(one);
    this.#timer ??= setTimeout(() => this.flush(), this.moment);
  }

  /** Hand on now what there is. */
  flush(): void {
    const held = this.#held;
    this.stop();
    if (held.length > 0) this.handOn(held);
  }

  /** Nobody wants any of it any more. */
  stop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#held = [];
  }
}
