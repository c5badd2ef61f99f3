import { useLayoutEffect, useRef, useState } from "preact/hooks";

import type { Deployment } from "../cloud/deployment";
import type { FirstPassword, Login } from "../cloud/user-pool";
import { Explained } from "../problems";
import { words } from "../words/language";
import { useAttempt } from "./attempt";
import { CodeField, EmailField, NewPasswordField, PasswordField } from "./fields";

const auth = () => import("../cloud/auth");

export type Step = "sign-in" | "sign-up" | "confirm" | "forgot" | "reset" | "own";

/** The steps from an address and a password to a login: an old account's, or a new one's. */
export function AccountForm(props: {
  deployment: Deployment;
  /** The address that is filled in at first. */
  email?: string;
  /** A new account is wanted, and no other. */
  onlyNew?: boolean;
  onStep?: (step: Step) => void;
  enter: (login: Login) => Promise<void>;
}) {
  const { deployment, enter, onStep } = props;
  const first: Step = props.onlyNew ? "sign-up" : "sign-in";
  const [step, setStep] = useState<Step>(first);
  const [email, setEmail] = useState(props.email ?? "");
  const [password, setPassword] = useState("");
  const [code, setCode] = useState("");
  const [given, setGiven] = useState<FirstPassword>();
  const [note, setNote] = useState<string>();
  const say = words();
  const { busy, problem, attempt, forget } = useAttempt(
    step === "own"
      ? { NotAuthorizedException: say.signIn.tooLate }
      : props.onlyNew && step === "sign-up"
        ? { NotAuthorizedException: say.signIn.anothers }
        : undefined,
  );
  const heading = useRef<HTMLHeadingElement>(null);
  /** A new password is asked for. */
  const isNew = step === "sign-up" || step === "reset" || step === "own";

  useLayoutEffect(() => {
    onStep?.(step);
    if (step !== first) heading.current?.focus();
  }, [step]);

  async function signIn(): Promise<void> {
    const { authenticate, FirstPassword, resendCode } = await auth();
    try {
      await enter(await authenticate(deployment, email, password));
    } catch (error) {
      if (error instanceof FirstPassword) {
        setGiven(error);
        setPassword("");
        setStep("own");
        return;
      }
      if (!isNamed(error, "UserNotConfirmedException")) throw error;
      await resendCode(deployment, email);
      setStep("confirm");
    }
  }

  async function signUp(): Promise<void> {
    try {
      await (await auth()).signUp(deployment, email, password);
      setStep("confirm");
    } catch (error) {
      // Whoever has left this form before the code goes on, and there is no other form for them.
      if (!props.onlyNew || !isNamed(error, "UsernameExistsException")) throw error;
      await signIn();
    }
  }

  async function submit(): Promise<void> {
    const { choosePassword, confirmSignUp, forgotPassword, isCommon, resetPassword } = await auth();
    if (isNew && isCommon(password, email)) throw new Explained(say.signIn.commonPassword);
    if (step === "sign-up") {
      await signUp();
    } else if (step === "confirm") {
      await confirmSignUp(deployment, email, code.trim());
      await signIn();
    } else if (step === "forgot") {
      await forgotPassword(deployment, email);
      setPassword("");
      setStep("reset");
    } else if (step === "reset") {
      await resetPassword(deployment, email, code.trim(), password);
      await signIn();
    } else if (step === "own" && given) {
      const login = await choosePassword(deployment, email, given, password);
      setGiven(undefined); // it is their password now, whatever happens next
      await enter(login);
    } else {
      await signIn();
    }
  }

  const asksCode = step === "confirm" || step === "reset";
  const goTo = (next: Step) => () => {
    forget();
    setNote(undefined);
    setCode("");
    setStep(next);
  };

  return (
    <>
      <h1 ref={heading} tabIndex={-1}>
        {say.signIn.titles[step]}
      </h1>
      <form
        class="fields"
        onSubmit={(event) => {
          event.preventDefault();
          setNote(undefined);
          void attempt(submit);
        }}
      >
        {asksCode && <p class="hint">{say.signIn.codeSent(<bdi>{email}</bdi>)}</p>}
        {step === "own" && <p>{say.signIn.givenOnce}</p>}
        {!asksCode && step !== "own" && <EmailField value={email} onInput={setEmail} />}
        {asksCode && <CodeField value={code} onInput={setCode} />}
        {step === "sign-in" && (
          <PasswordField label={say.signIn.password} value={password} onInput={setPassword} />
        )}
        {isNew && (
          <NewPasswordField
            label={step === "sign-up" ? say.signIn.password : say.signIn.newPassword}
            deployment={deployment}
            value={password}
            onInput={setPassword}
          />
        )}
        <p class="problem" role="alert">
          {problem}
        </p>
        {note && (
          <p class="hint" role="status">
            {note}
          </p>
        )}
        <button type="submit" class="button primary wide" aria-disabled={busy}>
          {busy ? say.common.oneMoment : say.signIn.actions[step]}
        </button>
      </form>
      <div class="form-links">
        {step === "sign-in" && deployment.signUp && (
          <button type="button" class="link" onClick={goTo("sign-up")}>
            {say.signIn.create}
          </button>
        )}
        {step === "sign-in" && (
          <button type="button" class="link" onClick={goTo("forgot")}>
            {say.signIn.forgotten}
          </button>
        )}
        {asksCode && (
          <button
            type="button"
            class="link"
            onClick={() =>
              void attempt(async () => {
                setNote(undefined);
                const { forgotPassword, resendCode } = await auth();
                await (step === "reset" ? forgotPassword : resendCode)(deployment, email);
                setNote(say.signIn.newCodeSent);
              })
            }
          >
            {say.signIn.sendNewCode}
          </button>
        )}
        {step !== first && (
          <button type="button" class="link" onClick={goTo(first)}>
            {props.onlyNew ? say.common.back : say.signIn.backToSignIn}
          </button>
        )}
      </div>
    </>
  );
}

function isNamed(error: unknown, name: string): boolean {
  return error instanceof Error && error.name === name;
}
