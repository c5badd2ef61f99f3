import { useState } from "preact/hooks";

import { Explained } from "../problems";
import { COMMON_PASSWORD } from "./account-form";
import { useAttempt } from "./attempt";
import { NewPasswordField, PasswordField } from "./fields";
import { useStore } from "./store";

/** The account's page for a new password. */
export function ChangePassword(props: { back: (note?: string) => void }) {
  const { cloud } = useStore();
  const [previous, setPrevious] = useState("");
  const [proposed, setProposed] = useState("");
  const { busy, problem, attempt } = useAttempt({
    NotAuthorizedException: "This is not your present password.",
  });

  async function change(): Promise<void> {
    const { isCommon } = await import("../cloud/auth");
    if (isCommon(proposed, cloud.session.name)) throw new Explained(COMMON_PASSWORD);
    await cloud.session.changePassword(previous, proposed);
    props.back("Your password is changed.");
  }

  return (
    <form
      class="fields"
      onSubmit={(event) => {
        event.preventDefault();
        void attempt(change);
      }}
    >
      <h2 id="account-title">Change your password</h2>
      {/* Password managers save the new password under this name. */}
      <input type="email" autoComplete="username" value={cloud.session.name} readOnly hidden />
      <PasswordField label="Present password" value={previous} onInput={setPrevious} />
      <NewPasswordField
        label="New password"
        deployment={cloud.deployment}
        value={proposed}
        onInput={setProposed}
      />
      <p class="problem" role="alert">
        {problem}
      </p>
      <div class="dialog-buttons">
        <button type="button" class="button" onClick={() => props.back()}>
          Back
        </button>
        <button type="submit" class="button primary" aria-disabled={busy}>
          {busy ? "One moment …" : "Change password"}
        </button>
      </div>
    </form>
  );
}
