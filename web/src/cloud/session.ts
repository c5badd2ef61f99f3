/** Sessions: who is signed in, and the temporary credentials of that user. */

import {
  CognitoIdentityClient,
  GetCredentialsForIdentityCommand,
  GetIdCommand,
  NotAuthorizedException,
  ResourceNotFoundException,
} from "@aws-sdk/client-cognito-identity";
import type { AwsCredentialIdentity } from "@smithy/types";

import { readStored, removeStored, store } from "../storage";
import { deleteRecentPhotos } from "./recent-photos";
import type { Deployment } from "./deployment";
import {
  type Login,
  deleteLogin,
  freshLogin,
  readLogin,
  refreshLogin,
  revokeLogin,
  saveLogin,
} from "./user-pool";

/** Credentials are renewed this long before they expire. */
const RENEW_BEFORE_MS = 5 * 60 * 1000;

export interface Session {
  identityId: string;
  /** The e-mail address, or "Guest". */
  name: string;
  guest: boolean;
  /** Credentials that are valid for some minutes: renewed if need be. */
  credentials(): Promise<AwsCredentialIdentity>;
  /** When these credentials were issued, in milliseconds since 1970. */
  readonly issuedAt: number;
  /** Get new tokens and credentials. They carry whether the quota lets this user upload. */
  renew(): Promise<void>;
  /**
   * End the session in all tabs: delete everything that this browser stores of it. The user pool is told
   * that its refresh token is over, so that a copy of it buys nothing; nobody waits for that.
   */
  signOut(): void;
  /** Call back once another tab has ended the session. What is returned takes that back. */
  onEnd(callback: () => void): () => void;
}

/** The session of an earlier visit; undefined if there is none or it has ended. */
export async function restoreSession(deployment: Deployment): Promise<Session | undefined> {
  const login = readLogin(deployment);
  if (login) {
    try {
      return await openSession(deployment, login);
    } catch (error) {
      if (!(error instanceof Error && error.name === "NotAuthorizedException")) throw error;
      deleteLogin(deployment);
      if (login.identityId) deleteRecentPhotos(login.identityId);
      return undefined;
    }
  }
  return localStorage.getItem(guestKey(deployment)) ? openSession(deployment) : undefined;
}

/** A session of a signed-in user, or of a guest if there is no login. */
export async function openSession(deployment: Deployment, login?: Login): Promise<Session> {
  const pool = new CognitoIdentityClient({
    region: deployment.region,
    endpoint: deployment.endpoint,
  });
  const stored = storedCredentials(deployment, login?.identityId);
  const identityId = stored?.identityId ?? (await identityOf(pool, deployment, login));
  let current = stored && Promise.resolve(stored.credentials);
  let until = stored?.until ?? 0;
  let issuedAt = stored?.issuedAt ?? 0;

  async function issue(): Promise<AwsCredentialIdentity> {
    const { Credentials: issued } = await pool.send(
      new GetCredentialsForIdentityCommand({
        IdentityId: identityId,
        Logins: await logins(deployment, login),
      }),
    );
    if (!issued?.AccessKeyId || !issued.SecretKey)
      throw new Error("The identity pool gave no credentials.");
    issuedAt = Date.now();
    until = issued.Expiration?.getTime() ?? issuedAt + 3_600_000;
    const credentials = {
      accessKeyId: issued.AccessKeyId,
      secretAccessKey: issued.SecretKey,
      sessionToken: issued.SessionToken,
    };
    const issuance: StoredCredentials = { identityId, credentials, issuedAt, until };
    store(credentialsName(deployment), issuance);
    return credentials;
  }

  function credentials(): Promise<AwsCredentialIdentity> {
    if (!current || Date.now() > until - RENEW_BEFORE_MS) {
      until = Infinity; // one renewal at a time
      current = issue();
      current.catch(() => {
        current = undefined;
      });
    }
    return current;
  }

  /** Whether this browser still knows who this is: no tab has signed out, or in as somebody else. */
  function isStored(): boolean {
    return login
      ? readLogin(deployment)?.email === login.email
      : localStorage.getItem(guestKey(deployment)) === identityId;
  }

  await credentials();
  return {
    identityId,
    name: login?.email ?? "Guest",
    guest: !login,
    credentials,
    get issuedAt() {
      return issuedAt;
    },
    async renew() {
      if (login) await refreshLogin(deployment, login);
      until = 0;
      await credentials();
    },
    signOut() {
      deleteRecentPhotos(identityId);
      removeStored(credentialsName(deployment));
      if (login) {
        deleteLogin(deployment);
        // Offline it stays valid until it expires; but then this browser has no copy of it, either.
        revokeLogin(deployment, login).catch(() => {});
      } else localStorage.removeItem(guestKey(deployment));
    },
    onEnd(callback) {
      const look = () => {
        if (!isStored()) callback();
      };
      addEventListener("storage", look); // comes when another tab has stored or removed something
      return () => removeEventListener("storage", look);
    },
  };
}

interface StoredCredentials {
  identityId: string;
  credentials: AwsCredentialIdentity;
  issuedAt: number;
  until: number;
}

/**
 * Credentials of an earlier visit that are still valid: with them a page has its photos two round
 * trips sooner. They expire within the hour, and the login that they came from is stored here anyway.
 */
function storedCredentials(
  deployment: Deployment,
  identityId?: string,
): StoredCredentials | undefined {
  const owner = identityId ?? localStorage.getItem(guestKey(deployment));
  const stored = readStored<StoredCredentials>(credentialsName(deployment));
  const isValid =
    stored?.identityId === owner &&
    stored.issuedAt > 0 && // earlier releases did not store it
    stored.until > Date.now() + RENEW_BEFORE_MS;
  return isValid ? stored : undefined;
}

function credentialsName(deployment: Deployment): string {
  return `credentials.${deployment.identityPoolId}`;
}

/** The identity pool's id of this user: the one known here, or the pool's answer. */
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
    saveLogin(deployment, login);
  } else localStorage.setItem(guestKey(deployment), IdentityId);
  return IdentityId;
}

/** The identity of the guest that this browser was; undefined if the pool has deleted it. */
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

/** The name under which localStorage holds a guest's identity, as plain text. */
function guestKey(deployment: Deployment): string {
  return `darkroom.guest.${deployment.identityPoolId}`;
}
