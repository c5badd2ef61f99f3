/** Work that a person starts and that may fail: one at a time, and with a sentence when it did. */

import { useState } from "preact/hooks";

import { sentenceOf } from "../problems";

/** Sentences for Cognito's errors, by name: each says what to do. */
const SENTENCES: Record<string, string> = {
  NotAuthorizedException: "The e-mail address or the password is not right.",
  UserNotFoundException: "The e-mail address or the password is not right.",
  UsernameExistsException: "There is an account with this e-mail address already. Sign in instead.",
  CodeMismatchException: "This is not the code that was sent. Check it, or ask for a new one.",
  ExpiredCodeException: "The code has expired. Ask for a new one.",
  LimitExceededException: "Too many attempts. Please wait a while.",
  TooManyRequestsException: "Too many attempts. Please wait a while.",
};

export interface Attempt {
  busy: boolean;
  /** Why the last attempt failed, as a sentence. */
  problem?: string;
  /** Do this, unless something else is being done. */
  attempt(work: () => Promise<void>): Promise<void>;
  /** Say nothing any more of the last attempt. */
  forget(): void;
}

/** Attempts of a form. `sentences` are for errors, by name, that mean something else here. */
export function useAttempt(sentences: Record<string, string> = {}): Attempt {
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string>();

  async function attempt(work: () => Promise<void>): Promise<void> {
    if (busy) return;
    setBusy(true);
    setProblem(undefined);
    try {
      await work();
    } catch (error) {
      const name = error instanceof Error ? error.name : "";
      setProblem(sentences[name] ?? SENTENCES[name] ?? sentenceOf(error));
    } finally {
      setBusy(false);
    }
  }

  return { busy, problem, attempt, forget: () => setProblem(undefined) };
}
