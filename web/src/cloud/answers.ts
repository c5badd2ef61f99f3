import { causeOfStatus, Explained, SENTENCES } from "../problems";

/** What an address answers; throws an Explained if it refuses. */
export async function answerOf(address: string, options?: RequestInit): Promise<Response> {
  const answer = await fetch(address, options);
  if (!answer.ok) throw new Explained(SENTENCES[causeOfStatus(answer.status)]);
  return answer;
}
