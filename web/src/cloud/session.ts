/** Sessions: who is signed in, and the temporary credentials of that user. */

import { Explained, Failure } from "../problems";
import { readStored, removeStored, store } from "../storage";
import { words } from "../words/language";
import { deleteKeptIndex } from "./photo-index";
import { deleteRecentPhotos } from "./recent-photos";
import type { Deployment } from "./deployment";
import { JsonService } from "./json-service";
import {
  type Login,
  authenticate,
  changePassword,
  deleteLogin,
  deleteUser,
  freshLogin,
  readLogin,
  refreshLogin,
  revokeLogin,
  saveLogin,
} from "./user-pool";

/** Credentials are renewed this long before they expire. */
const RENEW_BEFORE_MS = 5 * 60 * 1000;

/** Temporary credentials of AWS. */
export interface Credentials {
  accessKeyId: string;
  secretAccessKey: string;
  sessionToken?: string;
}

/** What the identity pool answers about an identity. */
interface Answer {
  IdentityId?: string;
  Credentials?: {
    AccessKeyId?: string;
    SecretKey?: string;
    SessionToken?: string;
    /** Seconds since 1970. */
    Expiration?: number;
  };
}

export interface Session {
  identityId: string;
  /** The e-mail address; empty for a guest. */
  name: string;
  guest: boolean;
  /** Credentials that are valid for some minutes: renewed if need be. */
  credentials(): Promise<Credentials>;
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
  /**
   * Call back when the user pool does not accept the login any more: it is too old, or was revoked.
   * What is returned takes that back.
   */
  onExpiry(callback: () => void): () => void;
  /** Go on with the same session after its expiry. */
  signInAgain(password: string): Promise<void>;
  changePassword(previous: string, proposed: string): Promise<void>;
  /** Throws a NotAuthorizedException if this is not the password of the account. */
  checkPassword(password: string): Promise<void>;
  /**
   * Make a guest the owner of a new account: the same identity, and so the same photos, go on under its
   * login. Throws an Explained if the account has an identity, and so photos, of its own.
   */
  keepIn(account: Login): Promise<void>;
  /** Delete the account, which a guest has not, and end the session. */
  deleteAccount(): Promise<void>;
}

/** There was a session here, but the user pool does not accept its login any more. */
export class SessionEnded extends Failure {
  constructor(readonly email: string) {
    super("session");
  }
}

/** Delete what this browser keeps of a user's photos. */
function forgetPhotos(identityId: string): void {
  deleteRecentPhotos(identityId);
  deleteKeptIndex(identityId);
}

/**
 * The session of an earlier visit; undefined if there is none.
 *
 * Throws a SessionEnded if there was one, of which nothing is stored any more.
 */
export async function restoreSession(deployment: Deployment): Promise<Session | undefined> {
  const login = readLogin(deployment);
  if (login) {
    try {
      return await openSession(deployment, login);
    } catch (error) {
      if (!isRefused(error)) throw error;
      deleteLogin(deployment);
      removeStored(credentialsName(deployment));
      if (login.identityId) forgetPhotos(login.identityId);
      throw new SessionEnded(login.email);
    }
  }
  return localStorage.getItem(guestKey(deployment)) ? openSession(deployment) : undefined;
}

/** A session of a signed-in user, or of a guest if there is no login. */
export async function openSession(deployment: Deployment, opened?: Login): Promise<Session> {
  let login = opened;
  const pool = identityPool(deployment);
  const stored = storedCredentials(deployment, login?.identityId);
  const identityId = stored?.identityId ?? (await identityOf(pool, deployment, login));
  let current = stored && Promise.resolve(stored.credentials);
  let until = stored?.until ?? 0;
  let issuedAt = stored?.issuedAt ?? 0;
  const onExpiry = new Set<() => void>();

  /** The same result; who waits for the session's expiry is told of it. */
  async function watched<T>(work: Promise<T>): Promise<T> {
    try {
      return await work;
    } catch (error) {
      if (login && isRefused(error)) for (const tell of onExpiry) tell();
      throw error;
    }
  }

  async function issue(): Promise<Credentials> {
    const { Credentials: issued } = await pool.ask<Answer>("GetCredentialsForIdentity", {
      IdentityId: identityId,
      Logins: await logins(deployment, login),
    });
    if (!issued?.AccessKeyId || !issued.SecretKey)
      throw new Error("The identity pool gave no credentials.");
    issuedAt = Date.now();
    until = issued.Expiration ? issued.Expiration * 1000 : issuedAt + 3_600_000;
    const credentials = {
      accessKeyId: issued.AccessKeyId,
      secretAccessKey: issued.SecretKey,
      sessionToken: issued.SessionToken,
    };
    const issuance: StoredCredentials = { identityId, credentials, issuedAt, until };
    store(credentialsName(deployment), issuance);
    return credentials;
  }

  function credentials(): Promise<Credentials> {
    const isOver = Date.now() > until - RENEW_BEFORE_MS && navigator.onLine;
    if (!current || isOver) {
      until = Infinity; // one renewal at a time
      current = watched(issue());
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

  /** Delete everything that this browser stores of the session. */
  function forget(): void {
    forgetPhotos(identityId);
    removeStored(credentialsName(deployment));
    if (login) deleteLogin(deployment);
    else localStorage.removeItem(guestKey(deployment));
  }

  await credentials();
  return {
    identityId,
    get name() {
      return login?.email ?? "";
    },
    get guest() {
      return !login;
    },
    credentials,
    get issuedAt() {
      return issuedAt;
    },
    async renew() {
      if (login) await watched(refreshLogin(deployment, login));
      until = 0;
      await credentials();
    },
    signOut() {
      forget();
      // Offline it stays valid until it expires; but then this browser has no copy of it, either.
      if (login) revokeLogin(deployment, login).catch(() => {});
    },
    async signInAgain(password) {
      if (!login) return;
      Object.assign(login, await authenticate(deployment, login.email, password));
      saveLogin(deployment, login);
      until = 0;
      await credentials();
    },
    async changePassword(previous, proposed) {
      if (login) await changePassword(deployment, login, previous, proposed);
    },
    async checkPassword(password) {
      if (!login) return;
      await revokeLogin(deployment, await authenticate(deployment, login.email, password));
    },
    async keepIn(account) {
      const { IdentityId } = await pool.ask<Answer>("GetCredentialsForIdentity", {
        IdentityId: identityId,
        Logins: await logins(deployment, account),
      });
      if (IdentityId !== identityId) throw new Explained(words().account.hasIdentity);
      login = saveLogin(deployment, { ...account, identityId });
      localStorage.removeItem(guestKey(deployment));
      until = 0;
      await credentials();
    },
    async deleteAccount() {
      if (login) await deleteUser(deployment, login);
      forget();
    },
    onExpiry(callback) {
      onExpiry.add(callback);
      return () => onExpiry.delete(callback);
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

function identityPool(deployment: Deployment): JsonService {
  return new JsonService(deployment, {
    service: "cognito-identity",
    target: "AWSCognitoIdentityService",
    version: "1.1",
  });
}

/** Whether the user pool or the identity pool does not accept a login. */
function isRefused(error: unknown): boolean {
  return error instanceof Error && error.name === "NotAuthorizedException";
}

interface StoredCredentials {
  identityId: string;
  credentials: Credentials;
  issuedAt: number;
  until: number;
}

/**
 * Credentials of an earlier visit that are still valid: with them a page has its photos two round
 * trips sooner. They expire within the hour, and the login that they came from is stored here anyway.
 * Without a connection those will do that have expired: pictures are kept under the addresses that
 * they signed.
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
    (stored.until > Date.now() + RENEW_BEFORE_MS || !navigator.onLine);
  return isValid ? stored : undefined;
}

function credentialsName(deployment: Deployment): string {
  return `credentials.${deployment.identityPoolId}`;
}

/** The identity pool's id of this user: the one known here, or the pool's answer. */
async function identityOf(
  pool: JsonService,
  deployment: Deployment,
  login?: Login,
): Promise<string> {
  const known = login ? login.identityId : await knownGuest(pool, deployment);
  if (known) return known;
  const { IdentityId } = await pool.ask<Answer>("GetId", {
    IdentityPoolId: deployment.identityPoolId,
    Logins: await logins(deployment, login),
  });
  if (!IdentityId) throw new Error("The identity pool gave no identity.");
  if (login) {
    login.identityId = IdentityId;
    saveLogin(deployment, login);
  } else localStorage.setItem(guestKey(deployment), IdentityId);
  return IdentityId;
}

/** The identity of the guest that this browser was; undefined if the pool has deleted it. */
async function knownGuest(pool: JsonService, deployment: Deployment): Promise<string | undefined> {
  const known = localStorage.getItem(guestKey(deployment));
  if (!known) return undefined;
  try {
    await pool.ask<Answer>("GetCredentialsForIdentity", { IdentityId: known });
    return known;
  } catch (error) {
    const isGone = error instanceof Error && error.name === "ResourceNotFoundException";
    if (isGone || isRefused(error)) return undefined;
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
