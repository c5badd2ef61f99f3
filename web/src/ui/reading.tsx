import type { ReadonlySignal } from "@preact/signals";
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";

import { FIRST_PAUSE_MS, nextPause } from "../pauses";
import { sentenceOf } from "../problems";
import { words } from "../words/language";

/** Something that is read until it is there. */
export interface Reading<T> {
  /** What was read; undefined until then. */
  value?: T;
  /** Why the last attempt failed, as a sentence. Another one follows by itself. */
  problem?: string;
  retry(): void;
}

/**
 * What `read` resolves to. An attempt that fails is followed by another, after pauses that grow a
 * little, and at once when the browser is online again. It is read anew when an input changes, which
 * leaves the old value until the new one is there, and not at all without `read`.
 */
export function useReading<T>(
  read: (() => Promise<T>) | undefined,
  inputs: readonly unknown[],
): Reading<T> {
  const [state, setState] = useState<{ value?: T; problem?: string }>({});
  const retry = useRef(() => {});

  useEffect(() => {
    setState(({ value }) => ({ value }));
    if (!read) return;
    let wanted = true;
    let busy = false;
    let pause = FIRST_PAUSE_MS;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const attempt = async (): Promise<void> => {
      if (busy) return;
      busy = true;
      clearTimeout(timer);
      try {
        const value = await read();
        removeEventListener("online", attempt);
        if (wanted) setState({ value });
      } catch (error) {
        busy = false;
        if (!wanted) return;
        setState({ problem: sentenceOf(error) });
        timer = setTimeout(() => void attempt(), pause);
        pause = nextPause(pause);
      }
    };
    retry.current = () => void attempt();
    addEventListener("online", attempt);
    void attempt();
    return () => {
      wanted = false;
      clearTimeout(timer);
      removeEventListener("online", attempt);
    };
  }, inputs);

  return { ...state, retry: () => retry.current() };
}

/** What asks by itself, and says why it has failed. */
interface Asking {
  problem: ReadonlySignal<string | undefined>;
  retry(): void;
}

/** Have what has failed asked again at once when the browser is online again. */
export function useRetryOnline(asking: Asking | undefined): void {
  useLayoutEffect(() => {
    if (!asking) return;
    const retry = () => {
      if (asking.problem.peek()) asking.retry();
    };
    addEventListener("online", retry);
    return () => removeEventListener("online", retry);
  }, [asking]);
}

/** The next page of a list of which so many were read: it is read once it is wanted. */
export function useNextPage(pages: number, load: () => Promise<void>) {
  /** How many pages had been read when another one was wanted. */
  const [wanted, setWanted] = useState<number>();
  const isWanted = wanted === pages;
  const reading = useReading(isWanted ? load : undefined, [isWanted, pages]);
  return { isWanted, reading, want: () => setWanted(pages) };
}

/** That something could not be read, and why, with a button for whoever does not want to wait. */
export function ReadingProblem(props: { said: string; problem: string; retry: () => void }) {
  return (
    <div class="reading-problem" role="alert">
      <p>
        {props.said} {props.problem}
      </p>
      <button type="button" class="button small" onClick={props.retry}>
        {words().common.tryAgain}
      </button>
    </div>
  );
}
