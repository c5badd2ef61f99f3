import { AccountForm } from "./account-form";
import { useStore } from "./store";

/** The account's page on which a guest makes an account, which takes over all that they have. */
export function KeepPhotos(props: { back: (note?: string) => void }) {
  const store = useStore();
  const noun = store.gallery.noun.value;
  return (
    <>
      <p class="visually-hidden" id="account-title">
        An account for your {noun}s
      </p>
      <AccountForm
        deployment={store.cloud.deployment}
        onlyNew
        enter={async (login) => {
          await store.keepIn(login);
          props.back(`Your ${noun}s are in your account now: sign in anywhere to see them.`);
        }}
      />
      <div class="dialog-buttons">
        <button type="button" class="button" onClick={() => props.back()}>
          Not now
        </button>
      </div>
    </>
  );
}
