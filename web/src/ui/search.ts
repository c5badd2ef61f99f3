/** Everything that searching takes. The page loads it when somebody begins to. */

import "../style/search.css";

export { Results } from "./results";
export { Suggestions } from "./suggestions";
