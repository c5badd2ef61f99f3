import { useEffect, useRef, useState } from "preact/hooks";

import type { Deployment } from "../cloud/deployment";
import type { Session } from "../cloud/session";
import type { Login } from "../cloud/user-pool";
import { Explained, sentenceOf } from "../problems";
import { Mark } from "./icons";

const auth = () => import("../cloud/auth");

type Step = "sign-in" | "sign-up" | "confirm" | "forgot" | "reset";

const TITLES: Record<Step, string> = {
  "sign-in": "Sign in",
  "sign-up": "Create an account",
  confirm: "Enter the code",
  forgot: "Reset your password",
  reset: "Choose a new password",
};

const ACTIONS: Record<Step, string> = {
  "sign-in": "Sign in",
  "sign-up": "Create account",
  confirm: "Confirm",
  forgot: "Send a code",
  reset: "Save and sign in",
};

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

const COMMON_PASSWORD =
  "This password is one of those that are tried first. Choose several words that only you would put together.";

/** The page for signing in, creating an account, or continuing as a guest. */
export function SignIn(props: { deployment: Deployment; onSession: (session: Session) => void }) {
  const { deployment, onSession } = props;
  const [step, setStep] = useState<Step>("sign-in");
  const [email, setEmail] = useState("");
  const [password, setPassword] = useState("");
  const [code, setCode] = useState("");
  const [problem, setProblem] = useState<string>();
  const [note, setNote] = useState<string>();
  const [busy, setBusy] = useState(false);
  const heading = useRef<HTMLHeadingElement>(null);
  const passwordLength = deployment.userPool?.passwordLength ?? 8;

  useEffect(() => {
    if (step !== "sign-in") heading.current?.focus();
  }, [step]);

  async function attempt(work: () => Promise<void>): Promise<void> {
    if (busy) return;
    setBusy(true);
    setProblem(undefined);
    setNote(undefined);
    try {
      await work();
    } catch (error) {
      setProblem(sentence(error));
    } finally {
      setBusy(false);
    }
  }

  async function enter(login?: Login): Promise<void> {
    onSession(await (await auth()).openSession(deployment, login));
  }

  async function submit(): Promise<void> {
    const { confirmSignUp, forgotPassword, isCommon, resendCode, resetPassword, signIn, signUp } =
      await auth();
    if ((step === "sign-up" || step === "reset") && isCommon(password, email)) {
      throw new Explained(COMMON_PASSWORD);
    }
    if (step === "sign-up") {
      await signUp(deployment, email, password);
      setStep("confirm");
    } else if (step === "confirm") {
      await confirmSignUp(deployment, email, code.trim());
      await enter(await signIn(deployment, email, password));
    } else if (step === "forgot") {
      await forgotPassword(deployment, email);
      setPassword("");
      setStep("reset");
    } else if (step === "reset") {
      await resetPassword(deployment, email, code.trim(), password);
      await enter(await signIn(deployment, email, password));
    } else {
      try {
        await enter(await signIn(deployment, email, password));
      } catch (error) {
        if (!(error instanceof Error && error.name === "UserNotConfirmedException")) throw error;
        await resendCode(deployment, email);
        setStep("confirm");
      }
    }
  }

  const asksCode = step === "confirm" || step === "reset";
  const asksPassword = step !== "confirm" && step !== "forgot";
  const isNew = step === "sign-up" || step === "reset";
  const goTo = (next: Step) => () => {
    setProblem(undefined);
    setNote(undefined);
    setCode("");
    setStep(next);
  };

  return (
    <main class="sign-in">
      <div class="sign-in-card">
        <p class="brand">
          <Mark /> Darkroom
        </p>
        <h1 ref={heading} tabIndex={-1}>
          {deployment.userPool ? TITLES[step] : "Your photos"}
        </h1>
        {deployment.userPool && (
          <form
            onSubmit={(event) => {
              event.preventDefault();
              void attempt(submit);
            }}
          >
            {asksCode && (
              <p class="hint">
                A code is on its way to <bdi>{email}</bdi>.
              </p>
            )}
            {!asksCode && (
              <label>
                E-mail address
                <input
                  type="email"
                  name="email"
                  autoComplete="username"
                  required
                  value={email}
                  onInput={(event) => setEmail(event.currentTarget.value)}
                />
              </label>
            )}
            {asksCode && (
              <label>
                Code
                <input
                  name="code"
                  inputMode="numeric"
                  autoComplete="one-time-code"
                  required
                  value={code}
                  onInput={(event) => setCode(event.currentTarget.value)}
                />
              </label>
            )}
            {asksPassword && (
              <label>
                {step === "reset" ? "New password" : "Password"}
                <input
                  type="password"
                  name="password"
                  autoComplete={isNew ? "new-password" : "current-password"}
                  required
                  minLength={isNew ? passwordLength : undefined}
                  aria-describedby={isNew ? "password-hint" : undefined}
                  value={password}
                  onInput={(event) => setPassword(event.currentTarget.value)}
                />
              </label>
            )}
            {isNew && (
              <p class="hint" id="password-hint">
                At least {passwordLength} characters; several words are easy to remember.
              </p>
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
              {busy ? "One moment …" : ACTIONS[step]}
            </button>
          </form>
        )}
        {deployment.userPool && (
          <div class="sign-in-links">
            {step === "sign-in" && (
              <>
                {deployment.signUp && (
                  <button type="button" class="link" onClick={goTo("sign-up")}>
                    Create an account
                  </button>
                )}
                <button type="button" class="link" onClick={goTo("forgot")}>
                  Forgot your password?
                </button>
              </>
            )}
            {asksCode && (
              <button
                type="button"
                class="link"
                onClick={() =>
                  void attempt(async () => {
                    const { forgotPassword, resendCode } = await auth();
                    await (step === "reset" ? forgotPassword : resendCode)(deployment, email);
                    setNote("A new code is on its way.");
                  })
                }
              >
                Send a new code
              </button>
            )}
            {step !== "sign-in" && (
              <button type="button" class="link" onClick={goTo("sign-in")}>
                Back to sign in
              </button>
            )}
          </div>
        )}
        {deployment.guests && step === "sign-in" && (
          <>
            {deployment.userPool && <p class="sign-in-or">or</p>}
            <button
              type="button"
              class={deployment.userPool ? "button wide" : "button primary wide"}
              disabled={busy}
              onClick={() => void attempt(() => enter())}
            >
              Continue as a guest
            </button>
            <p class="hint">A guest’s photos can be reached from this browser only.</p>
            {!deployment.userPool && (
              <p class="problem" role="alert">
                {problem}
              </p>
            )}
          </>
        )}
      </div>
    </main>
  );
}

function sentence(error: unknown): string {
  return (error instanceof Error && SENTENCES[error.name]) || sentenceOf(error);
}
