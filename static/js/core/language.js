/** Which language the page speaks: a menu in the header and in the help, remembered by this browser. */

import { language } from "./texts.js";

const YEAR = 365 * 24 * 3600;

/** The cookie's name is known to the server as well (`app/texts.py`): it writes the page in that language. */
const COOKIE = "tinkernet-language";

export function mountLanguage() {
  for (const menu of document.querySelectorAll(".language select")) {
    if (!(menu instanceof HTMLSelectElement)) continue;
    menu.value = language();
    menu.addEventListener("change", () => speakIn(menu.value));
  }
}

/** Loads the page again, in another language; the session goes on where it is. @param {string} code */
function speakIn(code) {
  document.cookie = `${COOKIE}=${code}; path=/; max-age=${YEAR}; samesite=lax`;
  const address = new URL(location.href);
  // What the address asks for would win over what was chosen now.
  address.searchParams.delete("lang");
  if (address.href === location.href) location.reload();
  else {
    history.replaceState(null, "", address);
    location.reload();
  }
}
