/** More than this nobody reads; a damaged message could make one for each of its lines. */
const mostNotes = 100;
const longestNote = 300;

/** What was tolerated in a message, in words; bounded. */
export class Notes {
  readonly #list: string[] = [];
  #dropped = 0;

  add(note: string): void {
    if (this.#list.length < mostNotes) this.#list.push(note.slice(0, longestNote));
    else this.#dropped++;
  }

  addAll(notes: Iterable<string>): void {
    for (const note of notes) this.add(note);
  }

  get list(): string[] {
    return this.#dropped === 0 ? [...this.#list] : [...this.#list, `${this.#dropped} more of the like.`];
  }
}
