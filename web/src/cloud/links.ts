/** Links of this user: each shows some of their files to whoever has it, until it ends. */

import type { Deployment } from "./deployment";
import { ServiceError } from "./requests";
import type { Session } from "./session";
import { SignedApi } from "./signed-api";

export interface Link {
  id: string;
  /** Empty where it has none. */
  title: string;
  files: number;
  made_at: string;
  ends_at: string;
}

/** A link that was just made: nobody is told its address again. */
export interface NewLink extends Link {
  address: string;
}

/** The most files that a link shows. */
export const MOST_FILES = 200;

export class Links {
  readonly #api: SignedApi;
  readonly #make: string;
  readonly #show: string;

  /** The links where a stack shares; undefined where it does not, or not what a guest has. */
  static of(deployment: Deployment, session: Session): Links | undefined {
    const { shareUrl, showUrl } = deployment;
    if (!shareUrl || !showUrl || session.guest) return undefined;
    return new Links(shareUrl, showUrl, new SignedApi(deployment, session));
  }

  private constructor(make: string, show: string, api: SignedApi) {
    this.#make = make;
    this.#show = show;
    this.#api = api;
  }

  /** All that are open, the newest first. */
  async list(): Promise<readonly Link[]> {
    const { links } = await this.#api.ask<{ links: readonly Link[] }>("GET", this.#make);
    return links;
  }

  /** A new link to the files with these keys. */
  async make(files: readonly string[], title: string, days: number): Promise<NewLink> {
    const body = { files, title, days };
    const { token, ...link } = await this.#api.ask<Link & { token: string }>(
      "POST",
      this.#make,
      body,
    );
    return { ...link, address: `${this.#show}/${token}` };
  }

  /** End a link: it shows nothing from now on. One that has ended already is no problem. */
  async end(id: string): Promise<void> {
    try {
      await this.#api.ask("DELETE", `${this.#make}/${encodeURIComponent(id)}`);
    } catch (error) {
      if (!(error instanceof ServiceError) || error.status !== 404) throw error;
    }
  }
}
