/** Signing up and in at the user pool. */

import {
  CognitoIdentityProviderClient,
  ConfirmForgotPasswordCommand,
  ConfirmSignUpCommand,
  ForgotPasswordCommand,
  InitiateAuthCommand,
  ResendConfirmationCodeCommand,
  SignUpCommand,
} from "@aws-sdk/client-cognito-identity-provider";

import type { Deployment } from "./deployment";

export interface Login {
  email: string;
  idToken: string;
  refreshToken: string;
  /** When the ID token ends, in milliseconds. */
  until: number;
  /** Who this is to the identity pool, once it has been asked. */
  identityId?: string;
}

const RENEW_BEFORE_MS = 60_000;

export async function signUp(
  deployment: Deployment,
  email: string,
  password: string,
): Promise<void> {
  await client(deployment).send(
    new SignUpCommand({
      ClientId: clientId(deployment),
      Username: email,
      Password: password,
      UserAttributes: [{ Name: "email", Value: email }],
    }),
  );
}

export async function confirmSignUp(
  deployment: Deployment,
  email: string,
  code: string,
): Promise<void> {
  await client(deployment).send(
    new ConfirmSignUpCommand({
      ClientId: clientId(deployment),
      Username: email,
      ConfirmationCode: code,
    }),
  );
}

export async function resendCode(deployment: Deployment, email: string): Promise<void> {
  await client(deployment).send(
    new ResendConfirmationCodeCommand({ ClientId: clientId(deployment), Username: email }),
  );
}

export async function forgotPassword(deployment: Deployment, email: string): Promise<void> {
  await client(deployment).send(
    new ForgotPasswordCommand({ ClientId: clientId(deployment), Username: email }),
  );
}

export async function resetPassword(
  deployment: Deployment,
  email: string,
  code: string,
  password: string,
): Promise<void> {
  await client(deployment).send(
    new ConfirmForgotPasswordCommand({
      ClientId: clientId(deployment),
      Username: email,
      ConfirmationCode: code,
      Password: password,
    }),
  );
}

export async function signIn(
  deployment: Deployment,
  email: string,
  password: string,
): Promise<Login> {
  const { AuthenticationResult: result } = await client(deployment).send(
    new InitiateAuthCommand({
      ClientId: clientId(deployment),
      AuthFlow: "USER_PASSWORD_AUTH",
      AuthParameters: { USERNAME: email, PASSWORD: password },
    }),
  );
  if (!result?.IdToken || !result.RefreshToken) {
    throw new Error(
      "This account needs a step that this page does not have, such as a second factor.",
    );
  }
  return remember(deployment, {
    email,
    idToken: result.IdToken,
    refreshToken: result.RefreshToken,
    until: Date.now() + (result.ExpiresIn ?? 3600) * 1000,
  });
}

/** The same login with an ID token that still holds. */
export async function freshLogin(deployment: Deployment, login: Login): Promise<Login> {
  return Date.now() < login.until - RENEW_BEFORE_MS ? login : refreshLogin(deployment, login);
}

/** The same login with a new ID token. */
export async function refreshLogin(deployment: Deployment, login: Login): Promise<Login> {
  const { AuthenticationResult: result } = await client(deployment).send(
    new InitiateAuthCommand({
      ClientId: clientId(deployment),
      AuthFlow: "REFRESH_TOKEN_AUTH",
      AuthParameters: { REFRESH_TOKEN: login.refreshToken },
    }),
  );
  if (!result?.IdToken) throw new Error("The user pool gave no new token.");
  login.idToken = result.IdToken;
  login.refreshToken = result.RefreshToken ?? login.refreshToken; // rotated, where it is
  login.until = Date.now() + (result.ExpiresIn ?? 3600) * 1000;
  return remember(deployment, login);
}

export function rememberedLogin(deployment: Deployment): Login | undefined {
  if (!deployment.userPool) return undefined;
  try {
    return JSON.parse(localStorage.getItem(storageKey(deployment)) ?? "null") ?? undefined;
  } catch {
    return undefined;
  }
}

export function forgetLogin(deployment: Deployment): void {
  localStorage.removeItem(storageKey(deployment));
}

export function remember(deployment: Deployment, login: Login): Login {
  localStorage.setItem(storageKey(deployment), JSON.stringify(login));
  return login;
}

function storageKey(deployment: Deployment): string {
  return `darkroom.login.${deployment.userPool?.id}`;
}

function clientId(deployment: Deployment): string {
  return deployment.userPool?.clientId ?? "";
}

function client(deployment: Deployment): CognitoIdentityProviderClient {
  return new CognitoIdentityProviderClient({
    region: deployment.region,
    endpoint: deployment.endpoint,
  });
}
