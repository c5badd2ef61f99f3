import { useRef, useState } from "preact/hooks";

import { words } from "../words/language";
import { useAttempt } from "./attempt";
import { PasswordField } from "./fields";
import { Warning } from "./icons";
import { useStore } from "./store";

/** Says that the session has ended, and lets its owner go on where they are. */
export function SignInAgain() {
  const store = useStore();
  const say = words();
  const dialog = useRef<HTMLDialogElement>(null);
  const [password, setPassword] = useState("");
  const { busy, problem, attempt } = useAttempt({
    NotAuthorizedException: say.account.notPassword,
  });
  const { name } = store.owner.value;
  return (
    <>
      <p class="banner" role="alert">
        <Warning /> {say.account.ended}
        <button type="button" class="button small" onClick={() => dialog.current?.showModal()}>
          {say.account.signInAgain}
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
          <h2 id="again-title">{say.account.signInAgain}</h2>
          <p>{say.account.youAre(<bdi>{name}</bdi>)}</p>
          <input type="email" autoComplete="username" value={name} readOnly hidden />
          <PasswordField label={say.signIn.password} value={password} onInput={setPassword} />
          <p class="problem" role="alert">
            {problem}
          </p>
          <div class="dialog-buttons">
            <button type="button" class="button" onClick={() => dialog.current?.close()}>
              {say.account.later}
            </button>
            <button type="submit" class="button primary" aria-disabled={busy}>
              {busy ? say.common.oneMoment : say.account.signIn}
            </button>
          </div>
        </form>
      </dialog>
    </>
  );
}
