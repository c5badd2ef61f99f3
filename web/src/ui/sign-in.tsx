import { useState } from "preact/hooks";

import type { Deployment } from "../cloud/deployment";
import type { Session } from "../cloud/session";
import type { Login } from "../cloud/user-pool";
import { words } from "../words/language";
import { AccountForm, type Step } from "./account-form";
import { useAttempt } from "./attempt";
import { Mark } from "./icons";
import { nounFor, whatItIs } from "./what-it-is";

/** The page for signing in, creating an account, or continuing as a guest. */
export function SignIn(props: {
  deployment: Deployment;
  /** The address of whom a session here has ended. */
  ended?: string;
  /** What has just been done, as a sentence. */
  note?: string;
  onSession: (session: Session) => Promise<void>;
}) {
  const { deployment, ended, note, onSession } = props;
  const say = words();
  const noun = nounFor(deployment.limits);
  const [step, setStep] = useState<Step>("sign-in");
  const { busy, problem, attempt } = useAttempt();

  async function enter(login?: Login): Promise<void> {
    const { openSession, saveLogin } = await import("../cloud/auth");
    await onSession(await openSession(deployment, login && saveLogin(deployment, login)));
  }

  return (
    <main class="sign-in">
      <div class="sign-in-card">
        <p class="brand">
          <Mark /> Darkroom
        </p>
        {step === "sign-in" && <p>{whatItIs(deployment.limits)}</p>}
        {(note || ended) && step === "sign-in" && (
          <p class="notice" role="status">
            {note ?? say.causes.session}
          </p>
        )}
        {deployment.userPool ? (
          <AccountForm deployment={deployment} email={ended} onStep={setStep} enter={enter} />
        ) : (
          <h1>{say.signIn.yours(noun)}</h1>
        )}
        {deployment.guests && step === "sign-in" && (
          <>
            {deployment.userPool && <p class="sign-in-or">{say.signIn.or}</p>}
            <button
              type="button"
              class={deployment.userPool ? "button wide" : "button primary wide"}
              disabled={busy}
              onClick={() => void attempt(() => enter())}
            >
              {say.signIn.asGuest}
            </button>
            <p class="hint">{say.signIn.guestHint(noun)}</p>
            <p class="problem" role="alert">
              {problem}
            </p>
          </>
        )}
      </div>
    </main>
  );
}
