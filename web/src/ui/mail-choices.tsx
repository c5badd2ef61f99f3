import { useState } from "preact/hooks";

import { capital } from "../format";
import { sentenceOf } from "../problems";
import { useNoun } from "./adding";
import { ReadingProblem, useReading } from "./reading";
import { useStore } from "./store";

/** Choices of what is mailed: a label, and the kinds of notifications that it stands for. */
const mailsOf = (noun: string): [string, string[]][] => [
  [`${capital(noun)}s that are ready`, ["processed"]],
  [`${capital(noun)}s with a problem`, ["rejected", "failed", "over_quota"]],
  ["Reminders of notifications that I have not seen", ["reminder"]],
];

/** Which notifications are also sent by e-mail. */
export function MailChoices() {
  const { cloud } = useStore();
  const noun = useNoun();
  const [open, setOpen] = useState(false);
  const reading = useReading(open ? () => cloud.muted() : undefined, [open]);
  const [chosen, setMuted] = useState<ReadonlySet<string>>();
  const muted = chosen ?? reading.value;
  const [problem, setProblem] = useState<string>();

  async function set(kinds: string[], mailed: boolean): Promise<void> {
    const before = muted ?? new Set();
    const after = new Set([...before].filter((kind) => !kinds.includes(kind)));
    if (!mailed) for (const kind of kinds) after.add(kind);
    setMuted(after);
    setProblem(undefined);
    try {
      await cloud.mute(after);
    } catch (error) {
      setMuted(before);
      setProblem(`That did not work. ${sentenceOf(error)}`);
    }
  }

  return (
    <details class="mail-choices" onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>What is mailed to me</summary>
      <fieldset disabled={!muted}>
        <legend class="visually-hidden">What is mailed to me</legend>
        {mailsOf(noun).map(([label, kinds]) => (
          <label key={label}>
            <input
              type="checkbox"
              checked={muted !== undefined && !kinds.every((kind) => muted.has(kind))}
              onChange={(event) => void set(kinds, event.currentTarget.checked)}
            />
            {label}
          </label>
        ))}
      </fieldset>
      {reading.problem && (
        <ReadingProblem what="Your choices" problem={reading.problem} retry={reading.retry} />
      )}
      <p class="problem" role="alert">
        {problem}
      </p>
    </details>
  );
}
