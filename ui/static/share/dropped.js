/** A picture that was made here and is dropped on the page opens what it shows; any other is left to who wants it. */

/** @param {Document} [place] @param {(query: string) => void} [open] */
export function openDropped(place = document, open = (query) => location.assign(query)) {
  const holdsFile = (/** @type {DragEvent} */ event) => [...(event.dataTransfer?.items ?? [])].some(({ kind }) => kind === "file");
  place.addEventListener("dragover", (event) => {
    if (holdsFile(event)) event.preventDefault();
  });
  place.addEventListener("drop", async (event) => {
    const file = event.dataTransfer?.files[0];
    if (!file) return;
    event.preventDefault(); // or the browser leaves the page for the file
    const { queryIn } = await import("./linkedpicture.js");
    const query = await queryIn(file);
    if (query) open(query);
  });
}
