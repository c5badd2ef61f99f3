/**
 * Why something went wrong. People read sentences of the page and never the words of a library: an
 * error has a cause, by its name or its status, and each language has one sentence for each cause.
 */

import { words } from "./words/language";

export type Cause =
  | "offline"
  | "unreachable"
  | "busy"
  | "broken"
  | "session"
  | "forbidden"
  | "gone"
  | "clock"
  | "attempts"
  | "storage"
  | "setup"
  | "unknown";

/** Names of errors, of the browser and of all services that the page asks. */
const CAUSES: Record<string, Cause> = {
  NetworkError: "unreachable",
  TimeoutError: "unreachable",
  AbortError: "unreachable",

  ThrottlingException: "busy",
  Throttling: "busy",
  ThrottledException: "busy",
  RequestThrottled: "busy",
  RequestThrottledException: "busy",
  ProvisionedThroughputExceededException: "busy",
  ReplicatedWriteConflictException: "busy",
  RequestLimitExceeded: "busy",
  TooManyRequestsException: "busy",
  BandwidthLimitExceeded: "busy",
  SlowDown: "busy",
  OperationAborted: "busy",
  ConcurrentModificationException: "busy",
  TransactionConflictException: "busy",
  TransactionInProgressException: "busy",
  RequestTimeout: "busy",
  RequestTimeoutException: "busy",

  InternalServerError: "broken",
  InternalServerException: "broken",
  InternalErrorException: "broken",
  InternalError: "broken",
  InternalFailure: "broken",
  ServiceUnavailable: "broken",
  ServiceUnavailableException: "broken",
  ExternalServiceException: "broken",
  UnexpectedLambdaException: "broken",
  UserLambdaValidationException: "broken",
  InvalidLambdaResponseException: "broken",
  SyntaxError: "broken", // an answer that is no JSON or XML: a proxy’s, mostly

  NotAuthorizedException: "session",
  RefreshTokenReuseException: "session",
  UnauthorizedException: "session",
  ExpiredToken: "session",
  ExpiredTokenException: "session",
  InvalidToken: "session",
  InvalidAccessKeyId: "session",
  InvalidClientTokenId: "session",
  UnrecognizedClientException: "session",
  MissingAuthenticationToken: "session",
  MissingAuthenticationTokenException: "session",
  InvalidIdentityToken: "session",
  UserNotFoundException: "session",

  AccessDenied: "forbidden",
  AccessDeniedException: "forbidden",
  ForbiddenException: "forbidden",
  InvalidSignatureException: "forbidden",
  SignatureDoesNotMatch: "forbidden",

  NoSuchKey: "gone",
  NoSuchUpload: "gone",
  NotFound: "gone",

  RequestTimeTooSkewed: "clock",
  RequestExpired: "clock",
  RequestInTheFuture: "clock",

  LimitExceededException: "attempts",
  TooManyFailedAttemptsException: "attempts",

  QuotaExceededError: "storage",

  DeploymentError: "setup",
  NoSuchBucket: "setup",
  ResourceNotFoundException: "setup",
  IndexNotFoundException: "setup",
  TableNotFoundException: "setup",
  InvalidIdentityPoolConfigurationException: "setup",
  InvalidUserPoolConfigurationException: "setup",
};

/** What fetch throws, a TypeError, is told from a mistake in the page’s code by its words alone. */
const FETCH_FAILED = /fetch|network|load failed|connection/i;

/** An error whose message is a sentence for people. */
export class Explained extends Error {}

/** An error of which no more is known than its cause, which is also its message. */
export class Failure extends Error {
  override name = "Failure";

  constructor(readonly why: Cause) {
    super(why);
  }
}

/** Why an error was thrown, as far as it can be told. */
export function causeOf(error: unknown): Cause {
  if (!(error instanceof Error)) return "unknown";
  if (error instanceof Failure) return error.why;
  const cause =
    CAUSES[error.name] ??
    (error.name === "TypeError" && FETCH_FAILED.test(error.message) ? "unreachable" : undefined) ??
    causeOfStatus(statusOf(error));
  return cause === "unreachable" && !navigator.onLine ? "offline" : cause;
}

/** A sentence that says to people why an error was thrown. */
export function sentenceOf(error: unknown): string {
  if (error instanceof Explained) return error.message;
  return words().causes[notedCauseOf(error)];
}

/** Why an error was thrown. What its user cannot mend is noted in the browser's console. */
export function notedCauseOf(error: unknown): Cause {
  const cause = causeOf(error);
  if (cause === "unknown" || cause === "setup") console.warn(error); // for whoever runs the page
  return cause;
}

/** The cause that a status of HTTP stands for. */
export function causeOfStatus(status: number | undefined): Cause {
  if (status === undefined) return "unknown";
  if (status === 429 || status === 503) return "busy";
  if (status >= 500) return "broken";
  if (status === 401 || status === 403) return "forbidden";
  return status === 404 || status === 410 ? "gone" : "unknown";
}

function statusOf(error: Error): number | undefined {
  return (error as { status?: number }).status;
}
