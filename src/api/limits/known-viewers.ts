import type { KeyHolder } from '../../customers/index.js';
import type { Clock } from '../../core/ports.js';
import type { Viewer } from '../../scope.js';
import { NextTogether } from './next-together.js';

const knownForMs = 1_000;
const mostKnown = 10_000;

interface Known extends KeyHolder {
  readonly foundAt: number;
}

/**
 * Who holds a key, remembered for a second: a client that asks a hundred times costs one look. Whatever is changed
 * through this process is seen at once, since every mutation ends what is known, and so does word of a revoked key.
 */
export class KnownViewers {
  readonly #known = new Map<string, Known>();
  readonly #looks = new NextTogether<KeyHolder | undefined>();
  /** How often everything was forgotten. */
  #forgotten = 0;

  constructor(readonly clock: Clock) {}

  /**
   * @param name what they present themselves with. @param look finds them in the database.
   * @param anew whatever is known, as for what lasts longer than a request.
   */
  async find(name: string, look: () => Promise<KeyHolder | undefined>, anew = false): Promise<Viewer | undefined> {
    const known = this.#known.get(name);
    if (!anew && known !== undefined && this.#isFresh(known)) return known.viewer;
    const [foundAt, before] = [this.clock.now().getTime(), this.#forgotten];
    const found = await this.#looks.ask(name, look);
    this.#known.delete(name);
    // What was found before something changed must not be taken for what is found after it.
    if (found !== undefined && before === this.#forgotten) this.#remember(name, { ...found, foundAt });
    return found?.viewer;
  }

  /** From here on everybody is looked up anew. */
  forget(): void {
    this.#forgotten += 1;
    this.#known.clear();
  }

  #isFresh({ foundAt, worksUntil }: Known): boolean {
    const now = this.clock.now().getTime();
    const age = now - foundAt;
    return age >= 0 && age < knownForMs && (worksUntil === null || worksUntil.getTime() > now);
  }

  #remember(name: string, known: Known): void {
    this.#known.set(name, known);
    if (this.#known.size > mostKnown) this.#known.delete(this.#known.keys().next().value ?? '');
  }
}
