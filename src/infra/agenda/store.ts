import type { JobRepository } from 'agenda';

/** The place where Agenda keeps its jobs. */
export interface JobStore {
  readonly repository: JobRepository;
  /** False while it is known to be away: asking would only be a wait. */
  isThere(): boolean;
  /** Calls `hear` each time it is back after having been away. */
  onBack(hear: () => void): void;
  close(): Promise<void>;
}
