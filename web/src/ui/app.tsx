import { lazy, Suspense } from "preact/compat";
import { useEffect, useState } from "preact/hooks";

import { type Deployment, loadDeployment } from "../cloud/deployment";
import type { Session } from "../cloud/session";
import { sentenceOf } from "../problems";
import { hasStored } from "../storage";
import { SignIn } from "./sign-in";

/** Uploads and tables are code that only users who are signed in need. */
const loadMainPage = () => import("./main-page").then((module) => module.MainPage);
const MainPage = lazy(loadMainPage);

/** The sign-in page, then the main page. */
export function App() {
  const [deployment, setDeployment] = useState<Deployment>();
  const [session, setSession] = useState<Session | null>();
  const [problem, setProblem] = useState<string>();

  useEffect(() => {
    const mayHaveSession = hasStored();
    if (mayHaveSession) void loadMainPage(); // while the session is restored
    void import("../cloud/auth");
    void (async () => {
      try {
        const found = await loadDeployment();
        setDeployment(found);
        const restored = mayHaveSession && (await import("../cloud/auth")).restoreSession(found);
        setSession((await restored) || null);
      } catch (error) {
        setProblem(sentenceOf(error));
      }
    })();
  }, []);

  function leave(): void {
    location.hash = "";
    setSession(null);
  }

  useEffect(() => session?.onEnd(leave), [session]);

  if (problem) {
    return (
      <main class="starting">
        <h1>Darkroom cannot be reached</h1>
        <p role="alert">{problem}</p>
        <button type="button" class="button" onClick={() => location.reload()}>
          Try again
        </button>
      </main>
    );
  }
  if (!deployment || session === undefined) return <Opening />;
  if (session === null) return <SignIn deployment={deployment} onSession={setSession} />;
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
      />
    </Suspense>
  );
}

function Opening() {
  return (
    <p class="starting" role="status">
      Opening Darkroom …
    </p>
  );
}
