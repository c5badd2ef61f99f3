/** What Darkroom is, in a sentence, for people who see it for the first time. */
export const WHAT_IT_IS =
  "Darkroom keeps your photos, makes every size of them that you need, and tells you when they are ready.";
