import { useState } from "preact/hooks";

import { Explained } from "../problems";
import { words } from "../words/language";
import { useAttempt } from "./attempt";
import { NewPasswordField, PasswordField } from "./fields";
import { useStore } from "./store";

/** The account's page for a new password. */
export function ChangePassword(props: { back: (note?: string) => void }) {
  const { cloud } = useStore();
  const say = words();
  const [previous, setPrevious] = useState("");
  const [proposed, setProposed] = useState("");
  const { busy, problem, attempt } = useAttempt({
    NotAuthorizedException: say.account.notPresentPassword,
  });

  async function change(): Promise<void> {
    const { isCommon } = await import("../cloud/auth");
    if (isCommon(proposed, cloud.session.name)) throw new Explained(say.signIn.commonPassword);
    await cloud.session.changePassword(previous, proposed);
    props.back(say.account.changed);
  }

  return (
    <form
      class="fields"
      onSubmit={(event) => {
        event.preventDefault();
        void attempt(change);
      }}
    >
      <h2 id="account-title">{say.account.changePassword}</h2>
      {/* Password managers save the new password under this name. */}
      <input type="email" autoComplete="username" value={cloud.session.name} readOnly hidden />
      <PasswordField label={say.account.presentPassword} value={previous} onInput={setPrevious} />
      <NewPasswordField
        label={say.signIn.newPassword}
        deployment={cloud.deployment}
        value={proposed}
        onInput={setProposed}
      />
      <p class="problem" role="alert">
        {problem}
      </p>
      <div class="dialog-buttons">
        <button type="button" class="button" onClick={() => props.back()}>
          {say.common.back}
        </button>
        <button type="submit" class="button primary" aria-disabled={busy}>
          {busy ? say.common.oneMoment : say.account.change}
        </button>
      </div>
    </form>
  );
}
