/** Which runs are of this device: their ids say so, as theirs is the same view as that of a server's. */

const PREFIX = "device-";

/** @param {string|null|undefined} id @returns {boolean} */
export function isHere(id) {
  return id?.startsWith(PREFIX) === true;
}

/** @param {string} name of a run @returns {string} its id on this device, a valid one (docs/formats.md, section 4) */
export function idHere(name) {
  const plain = name.toLowerCase().replace(/[^a-z0-9_-]+/g, "-").replace(/^-+/, "");
  return isHere(plain) ? plain.slice(0, 64) : `${PREFIX}${plain}`.slice(0, 64);
}
