import type { Cloud } from "../cloud/cloud";
import { type Deployment, loadDeployment } from "../cloud/deployment";
import type { Session } from "../cloud/session";
import { hasStored } from "../storage";

/** Uploads and tables are code that only users who are signed in need. */
export const loadMainPage = () => import("./main-page").then((module) => module.MainPage);

export interface Opened {
  deployment: Deployment;
  /** What an earlier visit was signed in to. */
  cloud?: Cloud;
  /** The address of whom a session here has ended. */
  ended?: string;
}

/**
 * Begin what opening the page takes, while its texts are loaded: code, the deployment, the session of an
 * earlier visit and its newest photos.
 */
export async function openPage(): Promise<Opened> {
  const auth = import("../cloud/auth");
  if (!hasStored()) return { deployment: await loadDeployment() };
  void loadMainPage(); // there may be a session to restore
  void import("../cloud/cloud");
  const deployment = await loadDeployment();
  const { restoreSession, SessionEnded } = await auth;
  try {
    const session = await restoreSession(deployment);
    return { deployment, cloud: session && (await openCloud(deployment, session)) };
  } catch (error) {
    if (!(error instanceof SessionEnded)) throw error;
    return { deployment, ended: error.email };
  }
}

/** The cloud of a session, which is asked for the newest photos at once. */
export async function openCloud(deployment: Deployment, session: Session): Promise<Cloud> {
  const { Cloud } = await import("../cloud/cloud");
  const cloud = new Cloud(deployment, session);
  cloud.readAhead();
  return cloud;
}
