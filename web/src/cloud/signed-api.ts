/** Requests to an API of API Gateway, which knows by their signature whose they are. */

import { Explained } from "../problems";
import { words } from "../words/language";
import type { Deployment } from "./deployment";
import { answerOf, ServiceError } from "./requests";
import type { Session } from "./session";
import { Signatures } from "./signatures";

/** Another attempt would be refused as well: the request is at fault, and the API says why. */
export class Refused extends Explained {}

/** What a function of such an API refuses, and says in a sentence. */
const EXPLAINED: readonly number[] = [400, 409];

export class SignedApi {
  readonly #signatures: Signatures;

  constructor(
    { region }: Pick<Deployment, "region">,
    readonly session: Session,
  ) {
    this.#signatures = new Signatures("execute-api", region, session);
  }

  /** What is answered to a request at an address, with a body if there is one. */
  async ask<T>(method: string, address: string, body?: object, signal?: AbortSignal): Promise<T> {
    const text = body && JSON.stringify(body);
    try {
      return await this.#send<T>(method, address, text, signal);
    } catch (error) {
      if (!(error instanceof ServiceError)) throw error;
      if (EXPLAINED.includes(error.status))
        throw new Refused(error.message || words().causes.broken);
      if (error.status !== 403) throw error;
      await this.session.renew(); // the credentials may be too old
      return this.#send<T>(method, address, text, signal);
    }
  }

  async #send<T>(
    method: string,
    address: string,
    body: string | undefined,
    signal: AbortSignal | undefined,
  ): Promise<T> {
    const url = new URL(address);
    const unsigned: Record<string, string> = body ? { "content-type": "application/json" } : {};
    const headers = await this.#signatures.headers({ method, url, headers: unsigned, body });
    const answer = await answerOf(url.href, { method, headers, body, signal });
    return (await answer.json()) as T;
  }
}
