/** A service that takes JSON by POST at one address, and is told by a header what to do: most of AWS's. */

import { serviceAddress } from "./addresses";
import type { Deployment } from "./deployment";
import { answerOf } from "./requests";
import type { Signatures } from "./signatures";

interface Operations {
  /** The service's name in addresses. */
  service: string;
  /** What comes before an operation's name in the header. */
  target: string;
  /** The version of the protocol: `1.0`. */
  version: string;
}

export class JsonService {
  readonly #url: URL;

  constructor(
    deployment: Deployment,
    readonly operations: Operations,
    /** Who signs the requests; without it nobody does. */
    readonly signatures?: Signatures,
  ) {
    this.#url = serviceAddress(deployment, operations.service);
  }

  /** What an operation answers; throws a ServiceError if it is refused, or what fetch throws. */
  async ask<Answer>(operation: string, input: object): Promise<Answer> {
    const { target, version } = this.operations;
    const method = "POST";
    const body = JSON.stringify(input);
    const unsigned = {
      "content-type": `application/x-amz-json-${version}`,
      "x-amz-target": `${target}.${operation}`,
    };
    const request = { method, url: this.#url, headers: unsigned, body };
    const headers = (await this.signatures?.headers(request)) ?? unsigned;
    const text = await (await answerOf(this.#url.href, { method, headers, body })).text();
    return (text ? JSON.parse(text) : {}) as Answer; // some operations answer nothing
  }
}
