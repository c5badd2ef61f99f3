/** Photos that their owner has already: those with the same bytes, told by their SHA-256. */

export interface PhotoHashes {
  /** The keys of all photos by the hash of their content. */
  read(): Promise<ReadonlyMap<string, string>>;
  /** Whether a photo is still there. */
  has(key: string): Promise<boolean>;
}

export class Twins {
  /** Uploads of this page by the hash of their content. */
  readonly #own = new Map<string, string>();
  #known: Promise<ReadonlyMap<string, string>> | undefined;

  constructor(readonly photos: PhotoHashes) {}

  /**
   * The key of a photo or upload with this content. Undefined if there is none, and also if that
   * cannot be told now: nobody waits with an upload for it.
   */
  async find(hash: string): Promise<string | undefined> {
    try {
      this.#known ??= this.photos.read();
      const key = this.#own.get(hash) ?? (await this.#known).get(hash);
      return key !== undefined && (await this.photos.has(key)) ? key : undefined;
    } catch {
      this.#known = undefined;
      return undefined;
    }
  }

  add(hash: string, key: string): void {
    this.#own.set(hash, key);
  }
}

/** The SHA-256 of a file in hexadecimal digits; undefined if it cannot be read or told here. */
export async function hashOf(file: Blob): Promise<string | undefined> {
  try {
    const digest = await crypto.subtle.digest("SHA-256", await file.arrayBuffer());
    return [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  } catch {
    return undefined;
  }
}
