import { useLayoutEffect, useRef, useState } from "preact/hooks";

import { chooseLanguage, chosenLanguage, type Language, LANGUAGES, words } from "../words/language";
import { useAttempt } from "./attempt";
import { ChangePassword } from "./change-password";
import { DeleteAccount } from "./delete-account";
import { Person } from "./icons";
import { KeepPhotos } from "./keep-photos";
import { LINKS, listAddress } from "./routes";
import { SignOut } from "./sign-out";
import { useStore } from "./store";

/** What the account's dialog shows. */
type Page = "menu" | "password" | "delete" | "sign-out" | "keep";

/** Ends the session: what people read on the sign-in page then, if anything. */
export type Leave = (note?: string) => void;

/** A button with a dialog: who is signed in, and what they can do with their account. */
export function Account(props: { onSignOut: () => void; onDeleted: Leave }) {
  const store = useStore();
  const say = words();
  const { guest, name } = store.owner.value;
  const dialog = useRef<HTMLDialogElement>(null);
  const [page, setPage] = useState<Page>();
  const [note, setNote] = useState<string>();

  useLayoutEffect(() => {
    if (!page) return;
    if (dialog.current?.open)
      dialog.current.focus(); // what had the focus is gone: this says where one is now
    else dialog.current?.showModal();
  }, [page]);

  const close = () => dialog.current?.close();
  const back = (said?: string) => {
    setNote(said);
    setPage("menu");
  };
  const signOut = () => {
    if (isLossless(store)) props.onSignOut();
    else setPage("sign-out");
  };

  return (
    <div class="account">
      <bdi class="account-name" title={name}>
        {guest ? say.account.guestName : name}
      </bdi>
      <button
        type="button"
        class="icon-button"
        aria-haspopup="dialog"
        aria-label={say.account.account}
        title={say.account.account}
        onClick={() => back()}
      >
        <Person />
      </button>
      <dialog
        ref={dialog}
        tabIndex={-1}
        aria-labelledby="account-title"
        onClose={() => setPage(undefined)}
      >
        {page === "menu" && <Menu note={note} go={setPage} signOut={signOut} close={close} />}
        {page === "password" && <ChangePassword back={back} />}
        {page === "delete" && <DeleteAccount back={back} onDeleted={props.onDeleted} />}
        {page === "keep" && <KeepPhotos back={back} />}
        {page === "sign-out" && (
          <SignOut
            stay={close}
            keep={guest && store.cloud.deployment.signUp ? () => setPage("keep") : undefined}
            signOut={props.onSignOut}
          />
        )}
      </dialog>
    </div>
  );
}

/** Whether signing out needs no question: nothing is lost or left behind by it. */
function isLossless({ owner, gallery, uploads }: ReturnType<typeof useStore>): boolean {
  const isLast = owner.peek().guest && !gallery.isEmpty.peek();
  return !isLast && uploads.active.peek() === 0;
}

function Menu(props: {
  note?: string;
  go: (page: Page) => void;
  signOut: () => void;
  close: () => void;
}) {
  const { cloud, gallery, owner } = useStore();
  const say = words();
  const { guest, name } = owner.value;
  const noun = gallery.noun.value;
  const { go } = props;
  return (
    <>
      <h2 id="account-title">{say.account.account}</h2>
      <p>{guest ? say.account.guest(noun) : name}</p>
      {props.note && (
        <p class="notice" role="status">
          {props.note}
        </p>
      )}
      <div class="menu">
        {guest && cloud.deployment.signUp && (
          <button type="button" class="button primary" onClick={() => go("keep")}>
            {say.account.createFor(noun)}
          </button>
        )}
        {!guest && cloud.deployment.shareUrl && (
          <a class="button" href={listAddress(LINKS)} onClick={props.close}>
            {say.account.links}
          </a>
        )}
        {!guest && (
          <button type="button" class="button" onClick={() => go("password")}>
            {say.account.changeMyPassword}
          </button>
        )}
        <button type="button" class="button" onClick={props.signOut}>
          {say.account.signOut}
        </button>
        <button type="button" class="button danger" onClick={() => go("delete")}>
          {guest ? say.account.deleteAll(noun) : say.account.deleteAccount}
        </button>
        <button type="button" class="button" onClick={props.close}>
          {say.common.close}
        </button>
      </div>
      <LanguageChoice />
    </>
  );
}

/** The language of the page: what the browser asks for, or another. */
function LanguageChoice() {
  const say = words();
  const { problem, attempt } = useAttempt();
  return (
    <div class="language-choice">
      <label>
        {say.account.language}
        <select
          name="language"
          value={chosenLanguage() ?? ""}
          onChange={({ currentTarget: { value } }) =>
            void attempt(() => chooseLanguage(value ? (value as Language) : undefined))
          }
        >
          <option value="">{say.account.browsersLanguage}</option>
          {Object.entries(LANGUAGES).map(([language, name]) => (
            <option key={language} value={language} lang={language}>
              {name}
            </option>
          ))}
        </select>
      </label>
      <p class="problem" role="alert">
        {problem}
      </p>
    </div>
  );
}
