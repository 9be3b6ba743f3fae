/** What a browser remembers for this viewer; where storage is forbidden, nothing. */

/** @typedef {{id: string, token: string, hash: string}} KeptSession */

/** @param {string} name @returns {string | null} */
export function recall(name) {
  try {
    return localStorage.getItem(`tinkernet.${name}`);
  } catch {
    return null;
  }
}

/** @param {string} name @param {string} value */
export function remember(name, value) {
  try {
    localStorage.setItem(`tinkernet.${name}`, value);
  } catch {
    // A private window may forbid it; the page then greets this viewer as new next time.
  }
}

/** The session of this tab, so that a reload finds it again.
 * @returns {KeptSession | null} */
export function recallSession() {
  try {
    return JSON.parse(sessionStorage.getItem("tinkernet.session") ?? "null");
  } catch {
    return null;
  }
}

/** @param {KeptSession} session */
export function rememberSession(session) {
  try {
    sessionStorage.setItem("tinkernet.session", JSON.stringify(session));
  } catch {
    // As above: a reload then starts anew.
  }
}

/** Something of this tab that outlives a reload. @param {string} name @returns {any} null where there is nothing */
export function recallTab(name) {
  try {
    return JSON.parse(sessionStorage.getItem(`tinkernet.${name}`) ?? "null");
  } catch {
    return null;
  }
}

/** @param {string} name @param {any} value */
export function rememberTab(name, value) {
  try {
    sessionStorage.setItem(`tinkernet.${name}`, JSON.stringify(value));
  } catch {
    // As above: a reload then knows less.
  }
}
