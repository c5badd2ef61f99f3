import { useEffect, useRef, useState } from "preact/hooks";

import { ChangePassword } from "./change-password";
import { DeleteAccount } from "./delete-account";
import { Person } from "./icons";
import { KeepPhotos } from "./keep-photos";
import { SignOut } from "./sign-out";
import { useStore } from "./store";

/** What the account's dialog shows. */
type Page = "menu" | "password" | "delete" | "sign-out" | "keep";

/** Ends the session: what people read on the sign-in page then, if anything. */
export type Leave = (note?: string) => void;

/** A button with a dialog: who is signed in, and what they can do with their account. */
export function Account(props: { onSignOut: () => void; onDeleted: Leave }) {
  const store = useStore();
  const { guest, name } = store.owner.value;
  const dialog = useRef<HTMLDialogElement>(null);
  const [page, setPage] = useState<Page>();
  const [note, setNote] = useState<string>();

  useEffect(() => {
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
        {name}
      </bdi>
      <button
        type="button"
        class="icon-button"
        aria-haspopup="dialog"
        aria-label="Account"
        title="Account"
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
  const isLast = owner.peek().guest && gallery.keys.peek().length > 0;
  return !isLast && uploads.active.peek() === 0;
}

function Menu(props: {
  note?: string;
  go: (page: Page) => void;
  signOut: () => void;
  close: () => void;
}) {
  const { cloud, gallery, owner } = useStore();
  const { guest, name } = owner.value;
  const noun = gallery.noun.value;
  const { go } = props;
  return (
    <>
      <h2 id="account-title">Account</h2>
      <p>
        {guest ? `You are a guest: your ${noun}s can be reached from this browser only.` : name}
      </p>
      {props.note && (
        <p class="notice" role="status">
          {props.note}
        </p>
      )}
      <div class="menu">
        {guest && cloud.deployment.signUp && (
          <button type="button" class="button primary" onClick={() => go("keep")}>
            Create an account for my {noun}s
          </button>
        )}
        {!guest && (
          <button type="button" class="button" onClick={() => go("password")}>
            Change my password
          </button>
        )}
        <button type="button" class="button" onClick={props.signOut}>
          Sign out
        </button>
        <button type="button" class="button danger" onClick={() => go("delete")}>
          {guest ? `Delete all my ${noun}s` : "Delete my account"}
        </button>
        <button type="button" class="button" onClick={props.close}>
          Close
        </button>
      </div>
    </>
  );
}
