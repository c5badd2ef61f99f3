/** All texts of the page in German. They call whoever reads them du. */

import type { Words } from "../en";
import { account } from "./account";
import { common, times } from "./common";
import { gallery, selection } from "./gallery";
import { library } from "./library";
import { links } from "./links";
import { notifications } from "./notifications";
import { photo } from "./photo";
import { places } from "./places";
import { causes, cognito } from "./problems";
import { duplicates, search } from "./search";
import { signIn } from "./sign-in";
import { tables } from "./tables";
import { told } from "./told";
import { quota, uploads } from "./uploads";
import { videos } from "./videos";

export const words: Words = {
  account,
  causes,
  cognito,
  common,
  duplicates,
  gallery,
  library,
  links,
  notifications,
  photo,
  places,
  quota,
  search,
  selection,
  signIn,
  tables,
  times,
  told,
  uploads,
  videos,
};
