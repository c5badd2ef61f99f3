import { useRef } from "preact/hooks";

import { count } from "../format";
import { Door } from "./icons";
import { useStore } from "./store";

/** A button that signs out: after a question where something would be lost by it. */
export function SignOut(props: { onSignOut: () => void }) {
  const { cloud, gallery, uploads } = useStore();
  const dialog = useRef<HTMLDialogElement>(null);
  const pending = uploads.active.value;
  const isLast = cloud.session.guest && gallery.keys.value.length > 0;
  return (
    <>
      <button
        type="button"
        class="icon-button"
        aria-label="Sign out"
        title="Sign out"
        onClick={() => {
          if (isLast || pending > 0) dialog.current?.showModal();
          else props.onSignOut();
        }}
      >
        <Door />
      </button>
      <dialog ref={dialog} aria-labelledby="sign-out-title">
        <h2 id="sign-out-title">{isLast ? "Leave your photos behind?" : "Sign out now?"}</h2>
        {isLast && (
          <p>
            You are a guest. Your photos can be reached from this browser only and, once you have
            signed out, by nobody any more. Download what you want to keep.
          </p>
        )}
        {pending > 0 && <p>{count(pending, "photo")} not uploaded yet will not be uploaded.</p>}
        <div class="dialog-buttons">
          <button type="button" class="button" onClick={() => dialog.current?.close()}>
            Stay
          </button>
          <button type="button" class="button danger filled" onClick={props.onSignOut}>
            {isLast ? "Sign out and lose them" : "Sign out"}
          </button>
        </div>
      </dialog>
    </>
  );
}
