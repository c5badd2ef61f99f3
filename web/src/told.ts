/**
 * What functions of the stack say of files. Their sentences are English; where the page's language has
 * words for the code beside a sentence, those are shown, and otherwise the sentence as it came.
 */

import type { Reject } from "./cloud/table-profile";
import type { Noun } from "./kinds";
import { words } from "./words/language";

/** A language's own words for what the stack says. */
export interface ToldWords {
  /** By the code of a reason; by state and code (`done truncated`) where that means something else. */
  reasons: Readonly<Record<string, string>>;
  /** By the status with which a file has ended, where there is no reason that is known. */
  ends: Readonly<Record<string, (noun: Noun) => string>>;
  /** By the code for which a row or a value of a table was left out. */
  rejects: Readonly<Record<string, string>>;
}

interface Told {
  message?: string;
  reason?: string;
}

/** Why a file or a step of it is as it is; undefined if the stack says nothing. */
export function reasonInWords(state: string, { message, reason }: Told): string | undefined {
  if (!message) return undefined;
  const reasons = words().told?.reasons ?? {};
  return reasons[`${state} ${reason}`] ?? reasons[reason ?? ""] ?? message;
}

/** How a file has ended. */
export function endInWords(status: string, noun: Noun, told: Told): string | undefined {
  const { message } = told;
  const reason = reasonInWords(status, told);
  if (reason !== message) return reason;
  return (message && words().told?.ends[status]?.(noun)) ?? message;
}

/** Why a row or a value was left out. */
export function rejectInWords({ reason, explanation }: Pick<Reject, "reason" | "explanation">) {
  return words().told?.rejects[reason] ?? explanation;
}
