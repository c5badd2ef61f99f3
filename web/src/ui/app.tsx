import { lazy, Suspense } from "preact/compat";
import { useEffect, useState } from "preact/hooks";

import { type Deployment, loadDeployment } from "../deployment";
import { remembersSomebody } from "../remembered";
import type { Session } from "../session";
import { Gate } from "./gate";

/** Uploading and the tables are needed by those who are signed in only. */
const loadRoom = () => import("./room").then((module) => module.Room);
const Room = lazy(loadRoom);

/** The page: who is it, then their photos. */
export function App() {
  const [deployment, setDeployment] = useState<Deployment>();
  const [session, setSession] = useState<Session | null>();
  const [problem, setProblem] = useState<string>();

  useEffect(() => {
    const known = remembersSomebody();
    if (known) void loadRoom(); // while the session is restored
    void import("../auth");
    void (async () => {
      try {
        const found = await loadDeployment();
        setDeployment(found);
        const restored = known && (await import("../auth")).restoreSession(found);
        setSession((await restored) || null);
      } catch (error) {
        setProblem(error instanceof Error ? error.message : String(error));
      }
    })();
  }, []);

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
  if (session === null) return <Gate deployment={deployment} onSession={setSession} />;
  return (
    <Suspense fallback={<Opening />}>
      <Room
        key={session.identityId}
        deployment={deployment}
        session={session}
        onSignOut={() => {
          session.signOut();
          location.hash = "";
          setSession(null);
        }}
      />
    </Suspense>
  );
}

function Opening() {
  return (
    <p class="starting" role="status">
      Opening the darkroom …
    </p>
  );
}
