/** Previews by the keys of their uploads. The browser holds each until it is told not to. */

import { preview } from "./preview";

/** As many as a screen may show. Later ones are seen, and earlier ones have renditions by then. */
const MOST = 200;

export class Previews {
  /** The address of each; empty while it is drawn, or if it cannot be. */
  readonly #addresses = new Map<string, string>();

  constructor(readonly draw = preview) {}

  /** The address of the preview of an upload, if there is one. */
  of(key: string): string | undefined {
    return this.#addresses.get(key) || undefined;
  }

  /** Draw the preview of an upload, unless that has been done; whether there is a new one. */
  async add(key: string, file: Blob, contentType: string): Promise<boolean> {
    if (this.#addresses.has(key) || !/^(image|video)\//.test(contentType)) return false;
    this.#addresses.set(key, "");
    const address = await this.draw(file, contentType);
    if (!address) return false;
    if (!this.#addresses.has(key)) {
      URL.revokeObjectURL(address); // nobody needs it any more
      return false;
    }
    this.#addresses.set(key, address);
    for (const oldest of this.#addresses.keys()) {
      if (this.#addresses.size <= MOST) break;
      this.drop(oldest);
    }
    return true;
  }

  /** The upload was cancelled, or its photo is deleted. */
  drop(key: string): void {
    const address = this.#addresses.get(key);
    this.#addresses.delete(key);
    if (address) URL.revokeObjectURL(address);
  }

  clear(): void {
    for (const key of this.#addresses.keys()) this.drop(key);
  }
}
