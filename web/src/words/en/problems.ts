import type { Cause } from "../../problems";

/** Sentences for what goes wrong, by its cause. */
export const causes: Record<Cause, string> = {
  offline: "You are offline.",
  unreachable: "Darkroom cannot be reached just now. Check your connection.",
  busy: "Darkroom is very busy just now.",
  broken: "Darkroom does not answer as it should just now.",
  session: "Your session has ended. Please sign in again.",
  forbidden: "Your session may not do this. Please sign in again.",
  gone: "It is not there any more.",
  clock: "The clock of this device is wrong. Please set it, and try again.",
  attempts: "There were too many attempts. Please wait a while.",
  storage: "This browser has no room left for what the page has to store.",
  setup: "This page is not set up completely. Whoever runs it finds more in the browser’s console.",
  unknown: "Something went wrong. If it happens again, please tell whoever runs this Darkroom.",
};

/** Sentences for Cognito's errors, by name: each says what to do. */
export const cognito = {
  NotAuthorizedException: "The e-mail address or the password is not right.",
  UserNotFoundException: "The e-mail address or the password is not right.",
  UsernameExistsException: "There is an account with this e-mail address already. Sign in instead.",
  CodeMismatchException: "This is not the code that was sent. Check it, or ask for a new one.",
  ExpiredCodeException: "The code has expired. Ask for a new one.",
  LimitExceededException: "Too many attempts. Please wait a while.",
  TooManyRequestsException: "Too many attempts. Please wait a while.",
};
