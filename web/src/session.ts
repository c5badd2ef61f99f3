/** Who is signed in, and the temporary credentials with which this browser is that user. */

import {
  CognitoIdentityClient,
  GetCredentialsForIdentityCommand,
  GetIdCommand,
  NotAuthorizedException,
  ResourceNotFoundException,
} from "@aws-sdk/client-cognito-identity";
import type { AwsCredentialIdentity } from "@smithy/types";

import type { Deployment } from "./deployment";
import { forget } from "./kept";
import {
  type Login,
  forgetLogin,
  freshLogin,
  refreshLogin,
  remember,
  rememberedLogin,
} from "./login";

/** Credentials are renewed while they still hold for so long, so that nobody sees them expire. */
const RENEW_BEFORE_MS = 5 * 60 * 1000;

export interface Session {
  identityId: string;
  /** An e-mail address, or that this is a guest. */
  name: string;
  guest: boolean;
  credentials(): Promise<AwsCredentialIdentity>;
  /** Get new tokens and credentials: they say whether the quota lets this user upload. */
  renew(): Promise<void>;
  signOut(): void;
}

const GUEST = "darkroom.guest";

/** The session that this browser had before, if it still has one. */
export async function restoreSession(deployment: Deployment): Promise<Session | undefined> {
  const login = rememberedLogin(deployment);
  if (login) {
    try {
      return await openSession(deployment, login);
    } catch (error) {
      if (!(error instanceof Error && error.name === "NotAuthorizedException")) throw error;
      forgetLogin(deployment);
      if (login.identityId) forget(login.identityId);
      return undefined;
    }
  }
  return localStorage.getItem(guestKey(deployment)) ? openSession(deployment) : undefined;
}

/** Open a session of a signed-in user, or of a guest where no login is given. */
export async function openSession(deployment: Deployment, login?: Login): Promise<Session> {
  const pool = new CognitoIdentityClient({
    region: deployment.region,
    endpoint: deployment.endpoint,
  });
  const kept = keptCredentials(deployment, login?.identityId);
  const identityId = kept?.identityId ?? (await identityOf(pool, deployment, login));
  let held = kept && Promise.resolve(kept.credentials);
  let until = kept?.until ?? 0;

  async function issue(): Promise<AwsCredentialIdentity> {
    const { Credentials: issued } = await pool.send(
      new GetCredentialsForIdentityCommand({
        IdentityId: identityId,
        Logins: await logins(deployment, login),
      }),
    );
    if (!issued?.AccessKeyId || !issued.SecretKey)
      throw new Error("The identity pool gave no credentials.");
    until = issued.Expiration?.getTime() ?? Date.now() + 3_600_000;
    const credentials = {
      accessKeyId: issued.AccessKeyId,
      secretAccessKey: issued.SecretKey,
      sessionToken: issued.SessionToken,
    };
    const keeping: Kept = { identityId, credentials, until };
    localStorage.setItem(keptKey(deployment), JSON.stringify(keeping));
    return credentials;
  }

  function credentials(): Promise<AwsCredentialIdentity> {
    if (!held || Date.now() > until - RENEW_BEFORE_MS) {
      until = Infinity; // one renewal at a time
      held = issue();
      held.catch(() => {
        held = undefined;
      });
    }
    return held;
  }

  await credentials();
  return {
    identityId,
    name: login?.email ?? "Guest",
    guest: !login,
    credentials,
    async renew() {
      if (login) await refreshLogin(deployment, login);
      until = 0;
      await credentials();
    },
    signOut() {
      forget(identityId);
      localStorage.removeItem(keptKey(deployment));
      if (login) forgetLogin(deployment);
      else localStorage.removeItem(guestKey(deployment));
    },
  };
}

interface Kept {
  identityId: string;
  credentials: AwsCredentialIdentity;
  until: number;
}

/**
 * Credentials that this browser was given before and that still hold: a page that is opened again
 * has its photos two round trips sooner, and their addresses may be in its cache. They end within
 * the hour; what they were bought with is kept here for as long anyway.
 */
function keptCredentials(deployment: Deployment, identityId?: string): Kept | undefined {
  const owner = identityId ?? localStorage.getItem(guestKey(deployment));
  try {
    const kept = JSON.parse(localStorage.getItem(keptKey(deployment)) ?? "null") as Kept | null;
    const holds = kept && kept.identityId === owner && kept.until > Date.now() + RENEW_BEFORE_MS;
    return holds ? kept : undefined;
  } catch {
    return undefined;
  }
}

function keptKey(deployment: Deployment): string {
  return `darkroom.credentials.${deployment.identityPoolId}`;
}

async function identityOf(
  pool: CognitoIdentityClient,
  deployment: Deployment,
  login?: Login,
): Promise<string> {
  const known = login ? login.identityId : await knownGuest(pool, deployment);
  if (known) return known;
  const { IdentityId } = await pool.send(
    new GetIdCommand({
      IdentityPoolId: deployment.identityPoolId,
      Logins: await logins(deployment, login),
    }),
  );
  if (!IdentityId) throw new Error("The identity pool gave no identity.");
  if (login) {
    login.identityId = IdentityId;
    remember(deployment, login);
  } else localStorage.setItem(guestKey(deployment), IdentityId);
  return IdentityId;
}

/** The guest that this browser was, unless the pool has forgotten them. */
async function knownGuest(
  pool: CognitoIdentityClient,
  deployment: Deployment,
): Promise<string | undefined> {
  const known = localStorage.getItem(guestKey(deployment));
  if (!known) return undefined;
  try {
    await pool.send(new GetCredentialsForIdentityCommand({ IdentityId: known }));
    return known;
  } catch (error) {
    if (error instanceof ResourceNotFoundException || error instanceof NotAuthorizedException) {
      return undefined;
    }
    throw error;
  }
}

async function logins(
  deployment: Deployment,
  login?: Login,
): Promise<Record<string, string> | undefined> {
  if (!login || !deployment.userPool) return undefined;
  const { idToken } = await freshLogin(deployment, login);
  const provider = `cognito-idp.${deployment.region}.amazonaws.com/${deployment.userPool.id}`;
  return { [provider]: idToken };
}

function guestKey(deployment: Deployment): string {
  return `${GUEST}.${deployment.identityPoolId}`;
}
