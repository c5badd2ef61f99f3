import { lazy, Suspense } from "preact/compat";
import { useEffect, useState } from "preact/hooks";

import { type Deployment, loadDeployment } from "../cloud/deployment";
import type { Session } from "../cloud/session";
import { sentenceOf } from "../problems";
import { hasStored } from "../storage";
import { words } from "../words/language";
import { SignIn } from "./sign-in";

/** Uploads and tables are code that only users who are signed in need. */
const loadMainPage = () => import("./main-page").then((module) => module.MainPage);
const MainPage = lazy(loadMainPage);

/** Load what the page will need, while its texts are loaded. */
export function loadAhead(): void {
  if (hasStored()) void loadMainPage(); // there may be a session to restore
  void import("../cloud/auth");
}

/** The sign-in page, then the main page. */
export function App() {
  const [deployment, setDeployment] = useState<Deployment>();
  const [session, setSession] = useState<Session | null>();
  const [problem, setProblem] = useState<string>();
  /** The address of whom a session here has ended. */
  const [ended, setEnded] = useState<string>();
  /** What the sign-in page says first. */
  const [note, setNote] = useState<string>();

  useEffect(() => {
    const mayHaveSession = hasStored();
    void (async () => {
      try {
        const found = await loadDeployment();
        setDeployment(found);
        setSession(mayHaveSession ? await restored(found) : null);
      } catch (error) {
        setProblem(sentenceOf(error));
      }
    })();
  }, []);

  async function restored(found: Deployment): Promise<Session | null> {
    const { restoreSession, SessionEnded } = await import("../cloud/auth");
    try {
      return (await restoreSession(found)) ?? null;
    } catch (error) {
      if (!(error instanceof SessionEnded)) throw error;
      setEnded(error.email);
      return null;
    }
  }

  function leave(said?: string): void {
    location.hash = "";
    setEnded(undefined);
    setNote(said);
    setSession(null);
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
  if (!deployment || session === undefined) return <Opening />;
  if (session === null)
    return <SignIn deployment={deployment} ended={ended} note={note} onSession={setSession} />;
  return (
    <Suspense fallback={<Opening />}>
      <MainPage
        key={session.identityId}
        deployment={deployment}
        session={session}
        onSignOut={() => {
          session.signOut();
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
