import { nounOf } from "../kinds";
import { words } from "../words/language";
import { useStore } from "./store";

/** The question before signing out, where something would be lost or left behind by it. */
export function SignOut(props: {
  stay: () => void;
  /** Make an account that keeps a guest's photos, where that is possible. */
  keep?: () => void;
  signOut: () => void;
}) {
  const { gallery, owner, uploads } = useStore();
  const say = words();
  const { guest } = owner.value;
  const noun = gallery.noun.value;
  const isLast = guest && !gallery.isEmpty.value;
  const pending = uploads.active.value;
  const drop = () => void uploads.discard().then(props.signOut);
  return (
    <>
      <h2 id="account-title">{isLast ? say.account.leaveTitle(noun) : say.account.signOutTitle}</h2>
      {isLast && (
        <p>
          {say.account.guestsPhotos(noun)}{" "}
          {props.keep ? say.account.accountKeeps : say.account.downloadFirst}
        </p>
      )}
      {pending > 0 && (
        <p>
          {say.account.notUploadedYet(pending, nounOf(uploads.progress.value.kinds))}{" "}
          {guest ? say.account.willNotBeUploaded(pending) : say.account.keepsForADay}
        </p>
      )}
      <div class="dialog-buttons">
        <button type="button" class="button" onClick={props.stay}>
          {say.account.stay}
        </button>
        {guest ? (
          <button type="button" class="button danger filled" onClick={drop}>
            {isLast ? say.account.signOutAndLose : say.account.signOut}
          </button>
        ) : (
          <>
            <button type="button" class="button danger" onClick={drop}>
              {say.account.dropAndSignOut}
            </button>
            <button type="button" class="button primary" onClick={props.signOut}>
              {say.account.keepAndSignOut}
            </button>
          </>
        )}
        {isLast && props.keep && (
          <button type="button" class="button primary" onClick={props.keep}>
            {say.account.create}
          </button>
        )}
      </div>
    </>
  );
}
