import { count } from "../format";
import { nounOf } from "../kinds";
import { useStore } from "./store";

/** The question before signing out, where something would be lost or left behind by it. */
export function SignOut(props: {
  stay: () => void;
  /** Make an account that keeps a guest's photos, where that is possible. */
  keep?: () => void;
  signOut: () => void;
}) {
  const { gallery, owner, uploads } = useStore();
  const { guest } = owner.value;
  const noun = gallery.noun.value;
  const isLast = guest && gallery.keys.value.length > 0;
  const pending = uploads.active.value;
  const drop = () => void uploads.discard().then(props.signOut);
  return (
    <>
      <h2 id="account-title">{isLast ? `Leave your ${noun}s behind?` : "Sign out now?"}</h2>
      {isLast && (
        <p>
          You are a guest. Your {noun}s can be reached from this browser only and, once you have
          signed out, by nobody any more.{" "}
          {props.keep ? "An account keeps them." : "Download what you want to keep."}
        </p>
      )}
      {pending > 0 && (
        <p>
          {count(pending, nounOf(uploads.progress.value.kinds))} {pending === 1 ? "is" : "are"} not
          uploaded yet.{" "}
          {guest
            ? pending === 1
              ? "It will not be uploaded."
              : "They will not be uploaded."
            : "This browser can keep what waits for a day: it is uploaded when you sign in here again."}
        </p>
      )}
      <div class="dialog-buttons">
        <button type="button" class="button" onClick={props.stay}>
          Stay
        </button>
        {guest ? (
          <button type="button" class="button danger filled" onClick={drop}>
            {isLast ? "Sign out and lose them" : "Sign out"}
          </button>
        ) : (
          <>
            <button type="button" class="button danger" onClick={drop}>
              Drop and sign out
            </button>
            <button type="button" class="button primary" onClick={props.signOut}>
              Keep and sign out
            </button>
          </>
        )}
        {isLast && props.keep && (
          <button type="button" class="button primary" onClick={props.keep}>
            Create an account
          </button>
        )}
      </div>
    </>
  );
}
