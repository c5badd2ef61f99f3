import { useState } from "preact/hooks";

import { words } from "../words/language";
import { useAttempt } from "./attempt";
import type { Leave } from "./account";
import { PasswordField } from "./fields";
import { useKeys } from "./keys";
import { useStore } from "./store";

/** The account's page that says what its deletion means, and deletes it. */
export function DeleteAccount(props: { back: () => void; onDeleted: Leave }) {
  const store = useStore();
  const say = words();
  const { guest } = store.owner.value;
  /** As it is before they are gone, one by one. */
  const [noun] = useState(store.gallery.noun.peek());
  const [password, setPassword] = useState("");
  const [deleted, setDeleted] = useState<number>();
  const { busy, problem, attempt } = useAttempt({
    NotAuthorizedException: say.account.notPassword,
  });
  const files = store.usage.usage.value?.storedObjects;

  useKeys((event) => {
    if (busy && event.key === "Escape") event.preventDefault(); // nobody would see how it ends
  });

  async function remove(): Promise<void> {
    await store.deleteAccount(password, setDeleted);
    props.onDeleted(guest ? say.account.allDeleted(noun) : say.account.accountDeleted(noun));
  }

  return (
    <form
      class="fields"
      onSubmit={(event) => {
        event.preventDefault();
        void attempt(remove);
      }}
    >
      <h2 id="account-title">
        {guest ? say.account.deleteAllTitle(noun) : say.account.deleteAccountTitle}
      </h2>
      <p>{guest ? say.account.guestsLoss(files, noun) : say.account.loss(files, noun)}</p>
      <p class="hint">{guest ? say.account.guestsRest(noun) : say.account.rest(noun)}</p>
      {!guest && (
        <PasswordField label={say.account.yourPassword} value={password} onInput={setPassword} />
      )}
      <p class="problem" role="alert">
        {problem}
      </p>
      {busy && deleted !== undefined && (
        <p class="hint" role="status">
          {say.account.deletedSoFar(deleted, noun)}
        </p>
      )}
      <div class="dialog-buttons">
        <button type="button" class="button" disabled={busy} onClick={() => props.back()}>
          {say.common.back}
        </button>
        <button type="submit" class="button danger filled" aria-disabled={busy}>
          {busy ? say.common.oneMoment : say.common.deleteForGood}
        </button>
      </div>
    </form>
  );
}
