import { expect, test } from "vitest";

import { isCommon } from "../src/cloud/passwords";

const EMAIL = "zoe.miller@photos.example";

test.each([
  "123456789012",
  "1234567890123456",
  "098765432109",
  "aaaaaaaaaaaa",
  "abcabcabcabc",
  "abcdefghijkl",
  "password1234",
  "Password2026!",
  "PasswordPassword",
  "P@ssw0rd2026!!",
  "passwort12345",
  "qwertyuiop[]",
  "qwertyuiop123",
  "qwertzuiop12",
  "1qaz2wsx3edc",
  "1q2w3e4r5t6y",
  "asdfghjkl123",
  "zxcvbnm12345",
  "iloveyou1234",
  "ILoveYou!!!!!!",
  "welcome12345",
  "letmein123456",
  "administrator",
  "summer2026!!!",
  "dragondragon",
  "monkey123456",
  "trustno1trustno1",
  "darkroom2026",
  "zoemiller1990",
  "miller.photos.1",
  "correct horse battery staple",
  "111222333444",
  "            ",
])("%s is refused", (password) => {
  expect(isCommon(password, EMAIL)).toBe(true);
});

test.each([
  "four words nobody guesses",
  "My dog ate 3 red kites",
  "tZ8#kqvW1pLx",
  "blaue Wolken tanzen",
  "фотография у моря летом",
  "岩の上の小さな赤い蟹が笑う",
  "password of the lighthouse keeper",
  "xkqjvbwmzfgh",
])("%s is taken", (password) => {
  expect(isCommon(password, EMAIL)).toBe(false);
});
