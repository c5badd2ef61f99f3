import { useState } from "preact/hooks";

import type { Noun } from "../kinds";
import { sentenceOf } from "../problems";
import { words } from "../words/language";
import { useNoun } from "./adding";
import { ReadingProblem, useReading } from "./reading";
import { useStore } from "./store";

/** Choices of what is mailed: a label, and the kinds of notifications that it stands for. */
function mailsOf(noun: Noun): [string, string[]][] {
  const say = words().notifications;
  return [
    [say.mailsReady(noun), ["processed"]],
    [say.mailsProblem(noun), ["rejected", "failed", "over_quota"]],
    [say.mailsReminder, ["reminder"]],
  ];
}

/** Which notifications are also sent by e-mail. */
export function MailChoices() {
  const { cloud } = useStore();
  const noun = useNoun();
  const say = words().notifications;
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
      setProblem(`${words().common.notDone} ${sentenceOf(error)}`);
    }
  }

  return (
    <details class="mail-choices" onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>{say.mails}</summary>
      <fieldset disabled={!muted}>
        <legend class="visually-hidden">{say.mails}</legend>
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
        <ReadingProblem
          said={say.choicesNotLoaded}
          problem={reading.problem}
          retry={reading.retry}
        />
      )}
      <p class="problem" role="alert">
        {problem}
      </p>
    </details>
  );
}
