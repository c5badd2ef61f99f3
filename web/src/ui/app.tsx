import { lazy, Suspense } from "preact/compat";
import { useEffect, useState } from "preact/hooks";

import { sentenceOf } from "../problems";
import { words } from "../words/language";
import { loadMainPage, openCloud, type Opened } from "./opening";
import { SignIn } from "./sign-in";

const MainPage = lazy(loadMainPage);

/** The sign-in page, then the main page. */
export function App({ opening }: { opening: Promise<Opened> }) {
  const [opened, setOpened] = useState<Opened>();
  const session = opened?.cloud?.session;
  const [problem, setProblem] = useState<string>();
  /** What the sign-in page says first. */
  const [note, setNote] = useState<string>();

  useEffect(() => {
    opening.then(setOpened, (error) => setProblem(sentenceOf(error)));
  }, [opening]);

  function leave(said?: string): void {
    location.hash = "";
    setNote(said);
    setOpened((before) => before && { deployment: before.deployment });
  }

  useEffect(() => session?.onEnd(() => leave()), [session]);

  if (problem) {
    return (
      <main class="starting">
        <h1>{words().signIn.notReached}</h1>
        <p role="alert">{problem}</p>
        <button type="button" class="button" onClick={() => location.reload()}>
          {words().common.tryAgain}
        </button>
      </main>
    );
  }
  if (!opened) return <Opening />;
  const { deployment, cloud, ended } = opened;
  if (!cloud)
    return (
      <SignIn
        deployment={deployment}
        ended={ended}
        note={note}
        onSession={async (entered) =>
          setOpened({ deployment, cloud: await openCloud(deployment, entered) })
        }
      />
    );
  return (
    <Suspense fallback={<Opening />}>
      <MainPage
        key={cloud.session.identityId}
        cloud={cloud}
        onSignOut={() => {
          cloud.session.signOut();
          leave();
        }}
        onDeleted={leave}
      />
    </Suspense>
  );
}

function Opening() {
  return (
    <p class="starting" role="status">
      {words().signIn.opening}
    </p>
  );
}
