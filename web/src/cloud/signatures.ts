/** Requests with a signature, Version 4, of the user's own credentials. */

import { Sha256 } from "@smithy/core/checksum";
import { SignatureV4 } from "@smithy/signature-v4";

import type { Session } from "./session";

export interface Signed {
  method: string;
  /** The address, whose path is escaped, without its query. */
  url: URL;
  query?: Record<string, string>;
  headers?: Record<string, string>;
  body?: string;
}

/** Whose credentials sign what, for requests to one service. */
export class Signatures {
  readonly #service: string;
  readonly #signer: SignatureV4;

  constructor(service: string, region: string, session: Pick<Session, "credentials">) {
    this.#service = service;
    this.#signer = new SignatureV4({
      service,
      region,
      credentials: () => session.credentials(),
      sha256: Sha256,
      uriEscapePath: service !== "s3", // the only one that has paths signed as they are sent
    });
  }

  /** The headers with which a request is sent. */
  async headers(request: Signed): Promise<Record<string, string>> {
    const { headers } = await this.#signer.sign(described(request));
    delete headers["host"]; // the browser's to write
    return headers;
  }

  /** An address that is signed itself, and valid for some seconds from `signingDate` on. */
  async address(request: Signed, expiresIn: number, signingDate = new Date()): Promise<string> {
    // What is sent to S3 is not known when its address is signed.
    const unsigned = this.#service === "s3" && { "X-Amz-Content-Sha256": "UNSIGNED-PAYLOAD" };
    const headers = { ...request.headers, ...unsigned };
    const { query, path } = await this.#signer.presign(described({ ...request, headers }), {
      expiresIn,
      signingDate,
    });
    const signed = Object.entries(query ?? {}).map(
      ([name, value]) => `${escapePart(name)}=${escapePart(String(value))}`,
    );
    return `${request.url.origin}${path}?${signed.join("&")}`;
  }
}

function described({ method, url, query = {}, headers = {}, body }: Signed) {
  return {
    method,
    protocol: url.protocol,
    hostname: url.hostname,
    port: url.port ? Number(url.port) : undefined,
    path: url.pathname,
    query,
    headers: { ...headers, host: url.host },
    body,
  };
}

/** A text escaped by RFC 3986, as Signature Version 4 requires: stricter than encodeURIComponent. */
export function escapePart(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}
