/** Keeps the best of many hits: higher score first, among equals the newer entry. */
export class BestHits {
  readonly limit: number;
  /** Entry numbers, best first. */
  readonly entries: number[] = [];
  private readonly scores: number[] = [];

  constructor(limit: number) {
    this.limit = limit;
  }

  offer(entry: number, score: number): void {
    const { entries, scores } = this;
    let place = entries.length;
    if (place === this.limit && !this.before(entry, score, place - 1)) return;
    while (place > 0 && this.before(entry, score, place - 1)) place--;
    entries.splice(place, 0, entry);
    scores.splice(place, 0, score);
    if (entries.length > this.limit) {
      entries.pop();
      scores.pop();
    }
  }

  /** Whether no older entry of this score can get in any more. */
  closedTo(entry: number, score: number): boolean {
    return this.entries.length === this.limit && !this.before(entry, score, this.limit - 1);
  }

  private before(entry: number, score: number, place: number): boolean {
    const other = this.scores[place] as number;
    return score === other ? entry > (this.entries[place] as number) : score > other;
  }
}
