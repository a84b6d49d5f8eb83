/** marked gives an excerpt with its matches marked. */
export function marked(excerpt: { text: string; match?: boolean }[]): Node[] {
  return excerpt.map((segment) => {
    if (!segment.match) return document.createTextNode(segment.text);
    const mark = document.createElement("mark");
    mark.textContent = segment.text;
    return mark;
  });
}
