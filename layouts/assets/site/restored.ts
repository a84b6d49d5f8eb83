// Browsers bring back what a reader chose or typed when he comes back to a page, some of them only once it is loaded and
// without an event of the field.

/** whenRestored calls a function once the fields of the page hold what the browser brings back. */
export function whenRestored(follow: () => void): void {
  window.addEventListener("pageshow", () => {
    follow();
    setTimeout(follow);
  });
}
