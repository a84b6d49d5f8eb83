/** inWords gives a date of the browser's the words that the site writes instead, which an element names in data-dates. */
export function inWords(named: HTMLElement, date: string): string {
  const words: Record<string, string> = JSON.parse(named.dataset.dates || "{}");
  for (const [said, written] of Object.entries(words)) date = date.replace(said, written);
  return date;
}
