import { list } from "../../format";
import type { Noun } from "../../kinds";
import type { signIn as English } from "../en/sign-in";
import { rich } from "../forms";
import { many } from "./nouns";

const manyOrOther = (noun: Noun) => (noun === "file" ? "anderen Dateien" : many(noun));

export const signIn: typeof English = {
  opening: "Darkroom wird geöffnet …",
  notReached: "Darkroom ist nicht zu erreichen",
  whatItIs: (nouns) =>
    nouns.length > 1
      ? `Darkroom bewahrt deine ${list(nouns.map(manyOrOther))} auf, macht daraus, was du brauchst, und sagt dir, wenn alles fertig ist.`
      : `Darkroom bewahrt deine ${list(nouns.map(many))} auf, macht daraus jede Größe, die du brauchst, und sagt dir, wenn alles fertig ist.`,
  or: "oder",
  asGuest: "Als Gast weitermachen",
  guestHint: (noun) => `Die ${many(noun)} eines Gasts sind nur aus diesem Browser zu erreichen.`,
  yours: (noun) => `Deine ${many(noun)}`,
  titles: {
    "sign-in": "Anmelden",
    "sign-up": "Konto anlegen",
    confirm: "Code eingeben",
    forgot: "Passwort zurücksetzen",
    reset: "Neues Passwort wählen",
    own: "Eigenes Passwort wählen",
  },
  actions: {
    "sign-in": "Anmelden",
    "sign-up": "Konto anlegen",
    confirm: "Bestätigen",
    forgot: "Code schicken",
    reset: "Speichern und anmelden",
    own: "Speichern und anmelden",
  },
  commonPassword:
    "Dieses Passwort gehört zu denen, die als Erste ausprobiert werden. Wähle mehrere Wörter, die nur du zusammenstellen würdest.",
  anothers:
    "Mit dieser E-Mail-Adresse gibt es schon ein Konto, und das hier ist nicht sein Passwort.",
  tooLate:
    "Das hat zu lange gedauert. Geh zurück und melde dich noch einmal mit dem Passwort an, das du bekommen hast.",
  stepLacking:
    "Dieses Konto braucht einen Schritt, den es auf dieser Seite nicht gibt, zum Beispiel einen zweiten Faktor.",
  codeSent: (email) => rich`Ein Code ist unterwegs an ${email}.`,
  newCodeSent: "Ein neuer Code ist unterwegs.",
  sendNewCode: "Neuen Code schicken",
  givenOnce: "Das Passwort, das du bekommen hast, gilt nur dieses eine Mal.",
  create: "Konto anlegen",
  forgotten: "Passwort vergessen?",
  backToSignIn: "Zurück zur Anmeldung",
  email: "E-Mail-Adresse",
  code: "Code",
  password: "Passwort",
  newPassword: "Neues Passwort",
  passwordHint: (length) =>
    `Mindestens ${length} Zeichen; mehrere Wörter lassen sich leicht merken.`,
};
