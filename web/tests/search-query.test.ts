import { expect, test } from "vitest";

import {
  cleaned,
  NO_QUERY,
  type Query,
  queryOf,
  requestOf,
  searchOf,
} from "../src/store/search-query";
import { addressOf, listAddress, queryIn, routeOf, searchList } from "../src/ui/routes";

const query = (part: Partial<Query>): Query => ({ ...NO_QUERY, ...part });

const QUERIES: [string, Query][] = [
  ["everything", NO_QUERY],
  ["a text", query({ text: "sunset ber" })],
  ["a text whose last word is whole", query({ text: "sunset " })],
  ["signs that addresses use", query({ text: "a&b=c?d#e%20+/ü", cameras: ["A+B & C", "x=y?z"] })],
  ["scripts and emoji", query({ text: "東京タワー 🌅", places: ["Zürich", "القاهرة"] })],
  [
    "all filters",
    query({
      text: "x",
      kinds: ["picture", "video"],
      states: ["processed"],
      cameras: ["Canon EOS R5", "X100"],
      lenses: ["50 mm"],
      places: ["Berlin"],
      colours: ["red", "teal"],
      favourites: true,
      albums: ["0123456789ab", "summer000000"],
      orientation: "portrait",
      from: "2024-05",
      to: "2024-05-31",
      near: { latitude: -52.5, longitude: 13.4, kilometres: 0.5 },
      order: "relevance",
    }),
  ],
  ["what looks like a photo", query({ like: "users/ann/2026 a/ü?#&.jpg" })],
  ["duplicates", query({ duplicates: true })],
];

test.each(QUERIES)("%s is the same when it comes back from its address", (_, asked) => {
  const search = searchOf(asked);

  expect(queryOf(search, "ann")).toEqual(asked);
  expect(searchOf(queryOf(search, "ann"))).toBe(search);
});

test.each(QUERIES)("%s is found in the page's address, alone and behind a photo", (_, asked) => {
  const search = searchOf(asked);
  const key = "users/ann/20260101T000000000-0123456789ab/a?b #1%.jpg";
  // As a browser has it: what an address may not hold is escaped.
  const hashOf = (address: string) => new URL(address, "https://page.example/").hash;

  const list = searchList(search);
  const alone = routeOf("ann", hashOf(listAddress(list)));
  const behind = routeOf("ann", hashOf(addressOf(key, list)));
  expect([alone.photo, queryIn(alone.list)]).toEqual([undefined, search]);
  expect([behind.photo, queryIn(behind.list)]).toEqual([key, search]);
});

test("an address is of the gallery when it is none of a photo or a list", () => {
  const none = ["", "#", "#/", "#/searching", "#/photo/", "#/photo/%E0%A4%A", "#/album/", "#/bins"];
  for (const hash of [...none, "#/album/a/b", "#/album/../x", "favourites"])
    expect(routeOf("ann", hash)).toEqual({ photo: undefined, list: undefined });
  expect(routeOf("ann", "#/photo/a.jpg")).toEqual({ photo: "users/ann/a.jpg", list: undefined });
  expect(routeOf("ann", "#/photo/a.jpg?in=nowhere").list).toBeUndefined();
  expect(routeOf("ann", "#/search")).toEqual({ list: "search" });
});

test.each(["favourites", "albums", "album/0a1b2c3d4e5f", "bin"])(
  "the list %s is found in the page's address, alone and behind a photo, and is no search",
  (list) => {
    const key = "users/ann/20260101T000000000-0123456789ab/a?in=b #1%.jpg";

    expect(routeOf("ann", listAddress(list))).toEqual({ list });
    expect(routeOf("ann", addressOf(key, list))).toEqual({ photo: key, list });
    expect(queryIn(list)).toBeUndefined();
  },
);

test.each([
  ["kind=cat&kind=video&kind=video&kind=", { kinds: ["video"] }],
  ["colour=red&colour=ultraviolet", { colours: ["red"] }],
  ["orientation=upside-down", {}],
  ["from=yesterday&to=2024-13", {}],
  ["from=2024&to=2024-02-28", { from: "2024", to: "2024-02-28" }],
  ["near=91,0,5", {}],
  ["near=1,2", {}],
  ["near=1,2,-3", {}],
  ["near=a,b,c", {}],
  ["order=oldest", {}],
  ["unknown=1&q=x", { text: "x" }],
] as [string, Partial<Query>][])("of %s is taken what can be searched for", (search, found) => {
  expect(queryOf(search, "ann")).toEqual(query(found));
});

test("a text is cut to what may be searched for, and never within a character", () => {
  expect(cleaned(" \n a\t\tb  ")).toBe("a b ");
  expect(cleaned("x".repeat(500))).toHaveLength(200);
  expect(cleaned(`${"x".repeat(199)}🌅`)).toBe("x".repeat(199));
});

test("an address names no other owner's photo", () => {
  expect(queryOf("like=../bob/a.jpg", "ann").like).toBe("users/ann/../bob/a.jpg");
  expect(queryOf("like=users/bob/a.jpg", "ann").like).toBe("users/ann/users/bob/a.jpg");
});

test("the search is asked for what was chosen, and nothing else", () => {
  expect(requestOf(NO_QUERY)).toEqual({ order: "newest" });
  expect(requestOf(query({ text: "a ", places: ["Berlin"], order: "relevance" }))).toEqual({
    text: "a ",
    places: ["Berlin"],
    order: "relevance",
  });
  expect(requestOf(query({ like: "users/ann/a.jpg" }))).toEqual({ like: "users/ann/a.jpg" });
  expect(requestOf(query({ duplicates: true }))).toEqual({ duplicates: true });
});

test("like and duplicates, which cannot be asked for together, are not", () => {
  expect(queryOf("like=a.jpg&duplicates", "ann")).toEqual(query({ duplicates: true }));
});

test("a time that ends before it begins is none", () => {
  expect(queryOf("from=2024&to=2023-05", "ann")).toEqual(NO_QUERY);
});
