import { useEffect, useState } from "preact/hooks";

import { count } from "../format";
import { useAttempt } from "./attempt";
import type { Leave } from "./account";
import { PasswordField } from "./fields";
import { useStore } from "./store";

/** The account's page that says what its deletion means, and deletes it. */
export function DeleteAccount(props: { back: () => void; onDeleted: Leave }) {
  const store = useStore();
  const { guest } = store.owner.value;
  /** As it is before they are gone, one by one. */
  const [noun] = useState(store.gallery.noun.peek());
  const [password, setPassword] = useState("");
  const [deleted, setDeleted] = useState<number>();
  const { busy, problem, attempt } = useAttempt({
    NotAuthorizedException: "This is not your password.",
  });
  const files = store.usage.usage.value?.storedObjects;
  const all = files ? `All ${count(files, noun)} of yours` : `All your ${noun}s`;

  useEffect(() => {
    if (!busy) return;
    const stay = (event: KeyboardEvent) => {
      if (event.key === "Escape") event.preventDefault(); // nobody would see how it ends
    };
    addEventListener("keydown", stay);
    return () => removeEventListener("keydown", stay);
  }, [busy]);

  async function remove(): Promise<void> {
    await store.deleteAccount(password, setDeleted);
    props.onDeleted(
      guest ? `Your ${noun}s are deleted.` : `Your account and your ${noun}s are deleted.`,
    );
  }

  return (
    <form
      class="fields"
      onSubmit={(event) => {
        event.preventDefault();
        void attempt(remove);
      }}
    >
      <h2 id="account-title">{guest ? `Delete all your ${noun}s?` : "Delete your account?"}</h2>
      <p>
        {guest
          ? `${all} and everything that was made of them are deleted for good`
          : `${all}, everything that was made of them, and your account are deleted for good`}
        : nobody can bring them back. Download first what you want to keep.
      </p>
      <p class="hint">
        What stays for a while is what you were told about them, with the names of your files, and
        how much you stored; neither holds your {guest ? "" : "address or your "}
        {noun}s.
      </p>
      {!guest && <PasswordField label="Your password" value={password} onInput={setPassword} />}
      <p class="problem" role="alert">
        {problem}
      </p>
      {busy && deleted !== undefined && (
        <p class="hint" role="status">
          {count(deleted, noun)} deleted …
        </p>
      )}
      <div class="dialog-buttons">
        <button type="button" class="button" disabled={busy} onClick={() => props.back()}>
          Back
        </button>
        <button type="submit" class="button danger filled" aria-disabled={busy}>
          {busy ? "One moment …" : "Delete for good"}
        </button>
      </div>
    </form>
  );
}
