import { type Noun, nounOf } from "../kinds";
import { kindsIn, type Limits } from "../uploads/accepted-files";
import { words } from "../words/language";

/** What that is called which may be uploaded, one of it. */
export function nounFor(limits: Limits): Noun {
  return nounOf(kindsIn(limits));
}

/** What Darkroom is, in a sentence, for people who see it for the first time. */
export function whatItIs(limits: Limits): string {
  return words().signIn.whatItIs(kindsIn(limits).map((kind) => nounOf([kind])));
}
