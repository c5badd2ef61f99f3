/** Code that is loaded when it is needed, and what stands in its place until then. */

import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";

import { words } from "../words/language";
import { useAttempt } from "./attempt";
import { ReadingProblem, useReading } from "./reading";

/** What was loaded, by what loads it: the second time it is shown at once. */
const there = new WeakMap<() => Promise<unknown>, unknown>();

async function kept<T>(load: () => Promise<T>): Promise<T> {
  const code = await load();
  there.set(load, code);
  return code;
}

/** Load code before it is needed. If that fails, whoever needs it loads it again. */
export function loadAhead(load: () => Promise<unknown>): void {
  if (!there.has(load)) kept(load).catch(() => {});
}

/** What is shown with code. */
export function Loaded<T>(props: {
  /** The same function each time. */
  load: () => Promise<T>;
  /** What is said if it cannot be loaded, and until it is there. */
  notLoaded: string;
  until?: string;
  children: (code: T) => ComponentChildren;
}) {
  const { load, notLoaded, until = words().common.loading } = props;
  const known = there.get(load) as T | undefined;
  const reading = useReading(known ? undefined : () => kept(load), []);
  const { value = known, problem, retry } = reading;
  if (value) return <>{props.children(value)}</>;
  if (problem) return <ReadingProblem said={notLoaded} problem={problem} retry={retry} />;
  return (
    <p class="hint" role="status">
      {until}
    </p>
  );
}

/** A button that loads code, and then opens a dialog of it. */
export function DialogButton<T>(props: {
  load: () => Promise<T>;
  /** What is said if it cannot be loaded. */
  notLoaded: string;
  icon: ComponentChildren;
  /** What it does; what is written on it, if it is less; and the class of that, if screens may hide it. */
  label: string;
  text?: string;
  textClass?: string;
  children: (code: T, close: () => void) => ComponentChildren;
}) {
  const { notLoaded, label, text = label } = props;
  /** What is loaded, while its dialog is open. */
  const [code, setCode] = useState<T>();
  const { busy, problem, attempt } = useAttempt();
  return (
    <>
      <button
        type="button"
        class="button"
        aria-haspopup="dialog"
        aria-label={label}
        title={label}
        aria-busy={busy}
        onClick={() => void attempt(async () => setCode(await props.load()))}
      >
        {props.icon} <span class={props.textClass}>{text}</span>
      </button>
      {problem && (
        <p class="problem" role="alert">
          {notLoaded} {problem}
        </p>
      )}
      {code && props.children(code, () => setCode(undefined))}
    </>
  );
}
