import { hash } from 'node:crypto';
import type { DocumentNode } from 'graphql';

/** What is kept, by the length of its text; read, a document takes about 150 times as much. */
const mostCharacters = 200_000;

/** Documents that were read and found right, so that nobody reads them again. Those used longest ago are forgotten. */
export class ReadDocuments {
  readonly #documents = new Map<string, DocumentNode>();
  #characters = 0;

  has(text: string): boolean {
    return this.#documents.has(nameOf(text));
  }

  find(text: string): DocumentNode | undefined {
    return this.#take(nameOf(text));
  }

  keep(text: string, document: DocumentNode): void {
    this.#put(nameOf(text), document);
  }

  /** For Apollo, whose names for a document end with its digest. */
  async get(name: string): Promise<DocumentNode | undefined> {
    return this.#take(name.slice(-64));
  }

  async set(name: string, document: DocumentNode): Promise<void> {
    this.#put(name.slice(-64), document);
  }

  async delete(name: string): Promise<void> {
    this.#forget(name.slice(-64));
  }

  #take(name: string): DocumentNode | undefined {
    const document = this.#documents.get(name);
    if (document === undefined) return undefined;
    // The map is kept in the order of last use.
    this.#documents.delete(name);
    this.#documents.set(name, document);
    return document;
  }

  #put(name: string, document: DocumentNode): void {
    this.#forget(name);
    this.#documents.set(name, document);
    this.#characters += lengthOf(document);
    for (const oldest of this.#documents.keys()) {
      if (this.#characters <= mostCharacters) return;
      this.#forget(oldest);
    }
  }

  #forget(name: string): void {
    const document = this.#documents.get(name);
    if (document === undefined) return;
    this.#documents.delete(name);
    this.#characters -= lengthOf(document);
  }
}

function nameOf(text: string): string {
  return hash('sha256', text, 'hex');
}

function lengthOf({ loc }: DocumentNode): number {
  return loc?.source.body.length ?? 0;
}
