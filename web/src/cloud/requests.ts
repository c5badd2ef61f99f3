/** Requests to AWS's services: sent again where that may help; a refusal is an error with AWS's name for it. */

import { causeOf } from "../problems";

/** A service refuses a request. Its name is the service's code: `AccessDenied`. */
export class ServiceError extends Error {
  constructor(
    override readonly name: string,
    /** The status of HTTP. */
    readonly status: number,
    message: string,
  ) {
    super(message);
  }
}

const ATTEMPTS = 3;
/** The longest pause before the second attempt; each further one is twice as long. */
const PAUSE_MS = 100;
/** Who is asked to be slow is. */
const PAUSE_WHEN_BUSY_MS = 500;

/** What an address answers; throws a ServiceError if it refuses, or what fetch throws. */
export async function answerOf(address: string, options?: RequestInit): Promise<Response> {
  return again(async () => {
    const answer = await fetch(address, options);
    if (!answer.ok) throw await refusalOf(answer);
    return answer;
  });
}

async function again<T>(ask: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await ask();
    } catch (error) {
      const cause = causeOf(error);
      const isBroken = error instanceof ServiceError && error.status >= 500;
      const isWorthIt = cause === "busy" || cause === "unreachable" || isBroken;
      if (!isWorthIt || isAborted(error) || attempt === ATTEMPTS) throw error;
      const longest = (cause === "busy" ? PAUSE_WHEN_BUSY_MS : PAUSE_MS) * 2 ** (attempt - 1);
      await new Promise((resolve) => setTimeout(resolve, longest * Math.random()));
    }
  }
}

function isAborted(error: unknown): boolean {
  return error instanceof Error && error.name === "AbortError";
}

/** The error that an answer stands for: of services that speak JSON, and of S3, which speaks XML. */
async function refusalOf(answer: Response): Promise<ServiceError> {
  const body = await answer.text();
  const told = fieldsOf(body);
  const code =
    answer.headers.get("x-amzn-errortype") ??
    told["__type"] ??
    told["code"] ??
    /<Code>([^<]+)<\/Code>/.exec(body)?.[1] ??
    "";
  // A name may have the service before it, `com.amazonaws.dynamodb.v20120810#`, or an address behind.
  const name = String(code).split(":", 1)[0]?.split("#").at(-1);
  const message = told["message"] ?? told["Message"] ?? "";
  return new ServiceError(name || `Status${answer.status}`, answer.status, String(message));
}

function fieldsOf(body: string): Record<string, unknown> {
  try {
    const fields: unknown = JSON.parse(body);
    return typeof fields === "object" && fields !== null ? { ...fields } : {};
  } catch {
    return {};
  }
}
