import { useRef, useState } from "preact/hooks";

import { useAttempt } from "./attempt";
import { PasswordField } from "./fields";
import { Warning } from "./icons";
import { useStore } from "./store";

/** Says that the session has ended, and lets its owner go on where they are. */
export function SignInAgain() {
  const store = useStore();
  const dialog = useRef<HTMLDialogElement>(null);
  const [password, setPassword] = useState("");
  const { busy, problem, attempt } = useAttempt({
    NotAuthorizedException: "This is not your password.",
  });
  const { name } = store.owner.value;
  return (
    <>
      <p class="banner" role="alert">
        <Warning /> Your session has ended. What you see and what you upload waits for you.
        <button type="button" class="button small" onClick={() => dialog.current?.showModal()}>
          Sign in again
        </button>
      </p>
      <dialog ref={dialog} aria-labelledby="again-title">
        <form
          class="fields"
          onSubmit={(event) => {
            event.preventDefault();
            void attempt(() => store.signInAgain(password));
          }}
        >
          <h2 id="again-title">Sign in again</h2>
          <p>
            You are <bdi>{name}</bdi>.
          </p>
          <input type="email" autoComplete="username" value={name} readOnly hidden />
          <PasswordField label="Password" value={password} onInput={setPassword} />
          <p class="problem" role="alert">
            {problem}
          </p>
          <div class="dialog-buttons">
            <button type="button" class="button" onClick={() => dialog.current?.close()}>
              Later
            </button>
            <button type="submit" class="button primary" aria-disabled={busy}>
              {busy ? "One moment …" : "Sign in"}
            </button>
          </div>
        </form>
      </dialog>
    </>
  );
}
