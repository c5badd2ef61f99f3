/** Requests that Cognito refuses because it could not ask a function: the account runs as many as it may. */

import { FIRST_PAUSE_MS, nextPause } from "../pauses";

/** What Cognito says then. */
const BUSY = "UnexpectedLambdaException";
const ATTEMPTS = 8;

/** The answer to a request, which is sent again for half a minute as long as the account is busy. */
export async function patiently<T>(ask: () => Promise<T>): Promise<T> {
  let pause = FIRST_PAUSE_MS;
  for (let attempt = 1; ; attempt++) {
    try {
      return await ask();
    } catch (error) {
      const busy = error instanceof Error && error.name === BUSY;
      if (!busy || attempt === ATTEMPTS) throw error;
      await new Promise((resolve) => setTimeout(resolve, pause * (0.5 + Math.random() / 2)));
      pause = nextPause(pause);
    }
  }
}
