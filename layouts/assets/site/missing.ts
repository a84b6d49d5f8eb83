// The page that stands for pages that are not there offers a search for the words of the address.

export function missing(line: HTMLElement): void {
  const link = line.querySelector("a");
  const form = document.querySelector<HTMLFormElement>("[data-vade-search]");
  const words = decode(location.pathname).replace(/\.html?$/, "").split("/").filter((part) => part && part !== "index" && part !== "404").pop()?.replace(/[-_+]+/g, " ").trim();
  if (!link || !form || !words) return;
  const address = new URL(form.action);
  address.searchParams.set("q", words);
  link.href = address.href;
  link.textContent = words;
  line.hidden = false;
}

function decode(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}
