/**
 * Passwords that are guessed first. The user pool asks for a length and can compare with no list, so the
 * page does (NIST SP 800-63B, 5.1.1.2: common, expected, repetitive and sequential ones).
 */

/** What common passwords are made of, in lower case. Longer ones come first. */
const COMMON =
  `correcthorsebatterystaple administrator letmeinplease princess1 superman sunshine football baseball
  basketball princess password passwort motdepasse contrasena parola senha iloveyou iloveu welcome
  letmein trustno1 whatever starwars pokemon minecraft liverpool chelsea arsenal barcelona charlie
  michael jessica jordan ashley daniel andrew thomas matthew anthony dragon monkey shadow master
  killer hunter ranger batman freedom flower cookie cheese summer winter spring autumn secret
  login admin root guest user test demo default changeme qwerty azerty qwertz hello google facebook
  computer internet samsung iphone london berlin paris love baby angel lucky pass word photo photos
  picture pictures camera darkroom january february march april june july august september october
  november december monday friday sunday`
    .split(/\s+/)
    .sort((a, b) => b.length - a.length);

/** Rows that fingers or counting run along. */
const ROWS = [
  "abcdefghijklmnopqrstuvwxyz",
  "01234567890",
  "qwertyuiop[]",
  "asdfghjkl;'",
  "zxcvbnm,./",
  "qwertzuiop",
  "azertyuiop",
  "1q2w3e4r5t6y7u8i9o0p",
  "1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik9ol0p",
  "qazwsxedcrfvtgbyhnujm",
];
const RUNS = ROWS.flatMap((row) => [row, [...row].reverse().join("")]);

/** Letters that digits and signs stand for. */
const LEET: Record<string, string> = {
  "0": "o",
  "1": "i",
  "3": "e",
  "4": "a",
  "5": "s",
  "@": "a",
  $: "s",
  "!": "i",
};

/** How many characters have to be left once all that is common is taken away. */
const LEAST_OWN = 4;

/** Whether a password is made of nothing but what everybody tries first. */
export function isCommon(password: string, email: string): boolean {
  const typed = password.toLowerCase().replace(/\s/g, "");
  const read = [...typed].map((character) => LEET[character] ?? character).join("");
  const own = email
    .toLowerCase()
    .split(/[@.+_-]/)
    .filter((part) => part.length >= 3);
  return [typed, read].some((text) => left(text, [...own, ...COMMON]) < LEAST_OWN);
}

/** How many different characters of a text are in none of these words, in no run and no repetition. */
function left(text: string, words: string[]): number {
  for (const word of words) text = text.replaceAll(word, " ");
  text = withoutRuns(text).replace(/(.+?)\1+/g, "$1"); // what is repeated counts once
  return new Set(text.replace(/[\s\d\p{P}\p{S}]/gu, "")).size;
}

/** A text without pieces of three or more characters that follow each other in a row. */
function withoutRuns(text: string): string {
  let rest = "";
  for (let at = 0; at < text.length;) {
    let length = 1;
    while (
      at + length < text.length &&
      RUNS.some((run) => run.includes(text.slice(at, at + length + 1)))
    )
      length++;
    rest += length >= 3 ? " " : text.slice(at, at + length);
    at += length;
  }
  return rest;
}
