/** A picture that was made here and is dropped on the page opens what it shows; any other is left to who wants it. */

/** @param {Document} [place] @param {(query: string) => void} [open] @returns {() => void} ends it */
export function openDropped(place = document, open = (query) => location.assign(query)) {
  const holdsFile = (/** @type {DragEvent} */ event) => [...(event.dataTransfer?.items ?? [])].some(({ kind }) => kind === "file");
  const end = new AbortController();
  const over = (/** @type {DragEvent} */ event) => {
    if (holdsFile(event)) event.preventDefault();
  };
  const drop = async (/** @type {DragEvent} */ event) => {
    const file = event.dataTransfer?.files[0];
    if (!file) return;
    event.preventDefault(); // or the browser leaves the page for the file
    const { queryIn } = await import("./linkedpicture.js");
    const query = await queryIn(file);
    if (query) open(query);
  };
  place.addEventListener("dragover", over, { signal: end.signal });
  place.addEventListener("drop", drop, { signal: end.signal });
  return () => end.abort();
}
