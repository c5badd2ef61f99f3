import { type Image, type Step, STEPS } from "../records";
import { Check, Cross, Dash } from "./icons";
import { timeOfDay } from "../words";

const NAMES: Record<string, string> = {
  thumbnail: "Sizes",
  watermark: "Watermark",
  transcode: "Web version",
  metadata: "Metadata",
  quota: "Quota",
};

const STATES: Record<Step["state"], string> = {
  pending: "under way",
  done: "done",
  skipped: "not needed",
  rejected: "not possible",
  over_quota: "no room",
};

function stepsOf(image: Image): [string, Step][] {
  const order = (name: string) => (STEPS as readonly string[]).indexOf(name);
  return Object.entries(image.steps).sort(([a], [b]) => order(a) - order(b));
}

/** The steps of a photo in small, as they happen. */
export function StepDots(props: { image: Image }) {
  const steps = stepsOf(props.image);
  const over = steps.filter(([, step]) => step.state !== "pending").length;
  return (
    <span class="dots" role="img" aria-label={`${over} of ${steps.length} steps finished`}>
      {steps.map(([name, step]) => (
        <span
          key={name}
          class={`dot ${step.state}`}
          title={`${NAMES[name] ?? name}: ${STATES[step.state]}`}
        />
      ))}
    </span>
  );
}

/** The steps of a photo in full. */
export function StepList(props: { image: Image }) {
  return (
    <ol class="steps">
      {stepsOf(props.image).map(([name, step]) => (
        <li key={name} class={step.state}>
          <span class="step-icon">
            {step.state === "done" && <Check size={16} />}
            {step.state === "skipped" && <Dash size={16} />}
            {(step.state === "rejected" || step.state === "over_quota") && <Cross size={16} />}
          </span>
          <span>
            <b>{NAMES[name] ?? name}</b>: {STATES[step.state]}
            {step.finished_at && (
              <time dateTime={step.finished_at} class="hint">
                {" "}
                {timeOfDay(step.finished_at)}
              </time>
            )}
            {step.message && <span class="step-message">{step.message}</span>}
          </span>
        </li>
      ))}
    </ol>
  );
}
