import type { Image, Step } from "../cloud/records";
import { capital, timeOfDay } from "../format";
import { reasonInWords } from "../told";
import { words } from "../words/language";
import { Check, Cross, Dash } from "./icons";

/**
 * The steps of an image with their labels, sorted by label: the table returns them in any order.
 * None for a file of no known kind, which is kept or rejected as a whole.
 */
export function stepsOf(image: Image): [string, Step][] {
  if (image.kind === "other") return [];
  return Object.entries(image.steps)
    .map(([name, step]): [string, Step] => [labelOf(name), step])
    .sort(([a], [b]) => (a < b ? -1 : 1));
}

/** A step's name as a label: `face-search` is `Face search`, unless the page knows it better. */
function labelOf(name: string): string {
  return words().photo.stepNames[name] ?? capital(name.replaceAll(/[-_]/g, " "));
}

/** All steps in a line, once they are over. */
export function summaryOf(steps: [string, Step][]): string {
  const wrong = steps.filter(([, { state }]) => state !== "done" && state !== "skipped").length;
  const { allFinished, someWrong } = words().photo;
  return wrong === 0 ? allFinished(steps.length) : someWrong(wrong, steps.length);
}

/** The steps of a photo in words, with times and reasons. */
export function StepList(props: { steps: [string, Step][] }) {
  return (
    <ol class="step-list">
      {props.steps.map(([label, step]) => (
        <li key={label} class={step.state}>
          <span class="step-icon">
            {step.state === "done" && <Check size={16} />}
            {step.state === "skipped" && <Dash size={16} />}
            {(step.state === "rejected" || step.state === "over_quota") && <Cross size={16} />}
          </span>
          <span>
            <b>{label}</b>: {words().photo.stepStates[step.state]}
            {step.percent !== undefined && `, ${step.percent} %`}
            {step.finished_at && (
              <time dateTime={step.finished_at} class="hint">
                {" "}
                {timeOfDay(step.finished_at)}
              </time>
            )}
            {step.message && <span class="step-message">{reasonInWords(step.state, step)}</span>}
          </span>
        </li>
      ))}
    </ol>
  );
}
