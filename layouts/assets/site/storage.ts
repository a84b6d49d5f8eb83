// What stays on the device. Browsers may forbid storage, on a disk or in a private window: then nothing is found, and
// storing says so.

export function stored(place: string): string | null {
  try {
    return localStorage.getItem(place);
  } catch {
    return null;
  }
}

// store keeps a text, or forgets the place when there is none.
export function store(place: string, text: string | null): boolean {
  try {
    if (text === null) localStorage.removeItem(place);
    else localStorage.setItem(place, text);
    return true;
  } catch {
    return false;
  }
}

// parsed reads a text that this site once stored or saved; undefined if it is none.
export function parsed(text: string | null): any {
  try {
    return JSON.parse(text ?? "null") ?? undefined;
  } catch {
    return undefined;
  }
}
