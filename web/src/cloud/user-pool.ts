/** Requests to the user pool: sign up, sign in, change or reset a password, delete the account. */

import { Explained } from "../problems";
import { readStored, removeStored, store } from "../storage";
import { words } from "../words/language";
import type { Deployment } from "./deployment";
import { JsonService } from "./json-service";
import { patiently } from "./patience";

export interface Login {
  email: string;
  idToken: string;
  refreshToken: string;
  /** When the ID token expires, in milliseconds since 1970. */
  until: number;
  /** The identity pool's id of this user, once the pool has been asked. */
  identityId?: string;
}

/** A password was right, but somebody else has set it: its user has to choose one of their own. */
export class FirstPassword extends Error {
  override readonly name = "FirstPassword";

  constructor(
    readonly session: string,
    /** Cognito's own name for the user. */
    readonly user: string,
  ) {
    super("A password of one's own has to be chosen.");
  }
}

/** What the user pool answers to somebody who signs in: tokens, or what it asks for first. */
interface Answer {
  AuthenticationResult?: Tokens;
  ChallengeName?: string;
  ChallengeParameters?: Record<string, string>;
  Session?: string;
}

interface Tokens {
  IdToken?: string;
  AccessToken?: string;
  RefreshToken?: string;
  /** Seconds. */
  ExpiresIn?: number;
}

const RENEW_BEFORE_MS = 60_000;

export async function signUp(
  deployment: Deployment,
  email: string,
  password: string,
): Promise<void> {
  await ask(deployment, "SignUp", {
    ClientId: clientId(deployment),
    Username: email,
    Password: password,
    UserAttributes: [{ Name: "email", Value: email }],
  });
}

export async function confirmSignUp(
  deployment: Deployment,
  email: string,
  code: string,
): Promise<void> {
  await ask(deployment, "ConfirmSignUp", {
    ClientId: clientId(deployment),
    Username: email,
    ConfirmationCode: code,
  });
}

export async function resendCode(deployment: Deployment, email: string): Promise<void> {
  await ask(deployment, "ResendConfirmationCode", {
    ClientId: clientId(deployment),
    Username: email,
  });
}

export async function forgotPassword(deployment: Deployment, email: string): Promise<void> {
  await ask(deployment, "ForgotPassword", { ClientId: clientId(deployment), Username: email });
}

export async function resetPassword(
  deployment: Deployment,
  email: string,
  code: string,
  password: string,
): Promise<void> {
  await ask(deployment, "ConfirmForgotPassword", {
    ClientId: clientId(deployment),
    Username: email,
    ConfirmationCode: code,
    Password: password,
  });
}

/** A new login, which this browser stores. */
export async function signIn(
  deployment: Deployment,
  email: string,
  password: string,
): Promise<Login> {
  return saveLogin(deployment, await authenticate(deployment, email, password));
}

/** A new login, which is stored nowhere; throws FirstPassword if the user has none of their own yet. */
export async function authenticate(
  deployment: Deployment,
  email: string,
  password: string,
): Promise<Login> {
  const answer = await initiate(deployment, {
    AuthFlow: "USER_PASSWORD_AUTH",
    AuthParameters: { USERNAME: email, PASSWORD: password },
  });
  if (answer.ChallengeName === "NEW_PASSWORD_REQUIRED" && answer.Session) {
    throw new FirstPassword(answer.Session, answer.ChallengeParameters?.USER_ID_FOR_SRP ?? email);
  }
  return newLogin(email, answer);
}

/** The login of a user who has chosen a password of their own; it is stored nowhere. */
export async function choosePassword(
  deployment: Deployment,
  email: string,
  first: FirstPassword,
  password: string,
): Promise<Login> {
  const answer = await ask(deployment, "RespondToAuthChallenge", {
    ClientId: clientId(deployment),
    ChallengeName: "NEW_PASSWORD_REQUIRED",
    Session: first.session,
    ChallengeResponses: { USERNAME: first.user, NEW_PASSWORD: password },
  });
  return newLogin(email, answer);
}

function newLogin(email: string, { AuthenticationResult: result }: Answer): Login {
  if (!result?.IdToken || !result.RefreshToken) {
    throw new Explained(words().signIn.stepLacking);
  }
  return {
    email,
    idToken: result.IdToken,
    refreshToken: result.RefreshToken,
    until: Date.now() + (result.ExpiresIn ?? 3600) * 1000,
  };
}

/** Change a login's password; throws a NotAuthorizedException if `previous` is not the present one. */
export async function changePassword(
  deployment: Deployment,
  login: Login,
  previous: string,
  proposed: string,
): Promise<void> {
  await ask(deployment, "ChangePassword", {
    AccessToken: await accessToken(deployment, login),
    PreviousPassword: previous,
    ProposedPassword: proposed,
  });
}

/** Delete a login's account, and with it all of its logins. */
export async function deleteUser(deployment: Deployment, login: Login): Promise<void> {
  await ask(deployment, "DeleteUser", { AccessToken: await accessToken(deployment, login) });
}

/** The login with an ID token that is valid for another minute: renewed if need be. */
export async function freshLogin(deployment: Deployment, login: Login): Promise<Login> {
  return Date.now() < login.until - RENEW_BEFORE_MS ? login : refreshLogin(deployment, login);
}

/** The login with a new ID token, and with new group memberships and claims. */
export async function refreshLogin(deployment: Deployment, login: Login): Promise<Login> {
  const result = await renewed(deployment, login);
  if (!result?.IdToken) throw new Error("The user pool gave no new token.");
  login.idToken = result.IdToken;
  login.refreshToken = result.RefreshToken ?? login.refreshToken; // a pool may rotate refresh tokens
  login.until = Date.now() + (result.ExpiresIn ?? 3600) * 1000;
  // Another tab may have signed out meanwhile: then nothing is stored any more.
  const isStored = readLogin(deployment)?.email === login.email;
  return isStored ? saveLogin(deployment, login) : login;
}

/** A token with which the user pool lets a login's owner change it. It is asked for when it is used. */
async function accessToken(deployment: Deployment, login: Login): Promise<string | undefined> {
  return (await renewed(deployment, login))?.AccessToken;
}

async function renewed(deployment: Deployment, login: Login): Promise<Tokens | undefined> {
  const { AuthenticationResult } = await initiate(deployment, {
    AuthFlow: "REFRESH_TOKEN_AUTH",
    AuthParameters: { REFRESH_TOKEN: login.refreshToken },
  });
  return AuthenticationResult;
}

function initiate(deployment: Deployment, request: object): Promise<Answer> {
  const client = { ClientId: clientId(deployment) };
  return patiently(() => ask(deployment, "InitiateAuth", { ...client, ...request }));
}

/** End a login: its refresh token, and the access tokens that came from it, are valid no more. */
export async function revokeLogin(deployment: Deployment, login: Login): Promise<void> {
  await ask(deployment, "RevokeToken", {
    ClientId: clientId(deployment),
    Token: login.refreshToken,
  });
}

/** The login that this browser stored. */
export function readLogin(deployment: Deployment): Login | undefined {
  return deployment.userPool && readStored<Login>(storageName(deployment));
}

/** The same login, after it was stored. */
export function saveLogin(deployment: Deployment, login: Login): Login {
  store(storageName(deployment), login);
  return login;
}

export function deleteLogin(deployment: Deployment): void {
  removeStored(storageName(deployment));
}

function storageName(deployment: Deployment): string {
  return `login.${deployment.userPool?.id}`;
}

function clientId(deployment: Deployment): string {
  return deployment.userPool?.clientId ?? "";
}

function ask(deployment: Deployment, operation: string, input: object): Promise<Answer> {
  const operations = {
    service: "cognito-idp",
    target: "AWSCognitoIdentityProviderService",
    version: "1.1",
  };
  return new JsonService(deployment, operations).ask<Answer>(operation, input);
}
