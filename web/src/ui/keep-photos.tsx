import { words } from "../words/language";
import { AccountForm } from "./account-form";
import { useStore } from "./store";

/** The account's page on which a guest makes an account, which takes over all that they have. */
export function KeepPhotos(props: { back: (note?: string) => void }) {
  const store = useStore();
  const say = words();
  const noun = store.gallery.noun.value;
  return (
    <>
      <p class="visually-hidden" id="account-title">
        {say.account.keepTitle(noun)}
      </p>
      <AccountForm
        deployment={store.cloud.deployment}
        onlyNew
        enter={async (login) => {
          await store.keepIn(login);
          props.back(say.account.kept(noun));
        }}
      />
      <div class="dialog-buttons">
        <button type="button" class="button" onClick={() => props.back()}>
          {say.account.notNow}
        </button>
      </div>
    </>
  );
}
