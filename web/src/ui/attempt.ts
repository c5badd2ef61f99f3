/** Work that a person starts and that may fail: one at a time, and with a sentence when it did. */

import { useState } from "preact/hooks";

import { sentenceOf } from "../problems";
import { words } from "../words/language";

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
      const general: Readonly<Record<string, string>> = words().cognito;
      setProblem(sentences[name] ?? general[name] ?? sentenceOf(error));
    } finally {
      setBusy(false);
    }
  }

  return { busy, problem, attempt, forget: () => setProblem(undefined) };
}
