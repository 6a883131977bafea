const mostTries = 5;

/**
 * A transaction, again as often as the database ends it for a knot of locks with another one: nobody did wrong, and nothing of it has
 * happened. `act` must be a whole transaction, and good for being done anew.
 */
export async function untangled<T>(act: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries++) {
    try {
      return await act();
    } catch (error) {
      if (tries === mostTries || (error as { code?: unknown }).code !== '40P01') throw error;
    }
  }
}
