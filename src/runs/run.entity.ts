import { OptionalProps } from '@mikro-orm/postgresql';
import { Entity, PrimaryKey, Property } from '@mikro-orm/decorators/legacy';
import type { CallFilter } from './filter.js';
import type { RunStatus } from './run.state.js';

/** Why a run stopped, in words for people. */
export interface RunError {
  readonly code: string;
  readonly message: string;
  readonly remedy: string;
}

/** One execution of pulling calls. Written by SQL under a lease (`lease.ts`); read through here. */
@Entity({ tableName: 'runs' })
export class Run {
  [OptionalProps]?: 'wanted' | 'stored' | 'added' | 'transcripts' | 'unusable' | 'requests' | 'sequence' | 'updatedAt';

  @PrimaryKey({ type: 'uuid' })
  id!: string;

  @Property({ type: 'uuid' })
  customerId!: string;

  @Property({ type: 'uuid' })
  connectionId!: string;

  /** The import, or the slot of a sync, that the run works for; a bare id, since runs come before both. */
  @Property({ type: 'uuid' })
  ownerId!: string;

  /** Set for a run of a sync. */
  @Property({ type: 'uuid', nullable: true })
  syncId!: string | null;

  /** Whether a sync looks also after what may have been missing for long. */
  @Property({ type: 'boolean' })
  thorough!: boolean;

  /** Whether what the platform lists is compared with what is here. */
  @Property({ type: 'boolean' })
  recount!: boolean;

  /** Whether a sync stores also calls that are here already, just as they are listed. */
  @Property({ type: 'boolean' })
  afresh!: boolean;

  /** Set for a run of a sync: calls that began before should have been here. */
  @Property({ type: 'timestamptz', nullable: true })
  gapsBefore!: Date | null;

  /** It looks at a stretch of which the platform told or somebody asked, and proves nothing about what came before. */
  @Property({ type: 'boolean' })
  hinted!: boolean;

  @Property({ type: 'text' })
  platform!: string;

  @Property({ type: 'text' })
  accountId!: string;

  @Property({ type: 'timestamptz' })
  windowFrom!: Date;

  @Property({ type: 'timestamptz' })
  windowTo!: Date;

  @Property({ type: 'boolean' })
  withTranscripts!: boolean;

  @Property({ type: 'text', nullable: true })
  medium!: CallFilter['medium'];

  @Property({ type: 'text', nullable: true })
  direction!: CallFilter['direction'];

  @Property({ type: 'integer', nullable: true })
  minDurationSeconds!: number | null;

  @Property({ type: 'text[]', nullable: true })
  users!: CallFilter['users'];

  @Property({ type: 'text' })
  status!: RunStatus;

  @Property({ type: 'text', default: 'run' })
  wanted: 'run' | 'pause' | 'cancel' = 'run';

  @Property({ type: 'timestamptz', nullable: true })
  wakeAt!: Date | null;

  @Property({ type: 'integer', nullable: true })
  found!: number | null;

  /** Share of the window that has been read, 0 to 1, while nobody knows how many calls it holds. */
  @Property({ type: 'float', nullable: true })
  covered!: number | null;

  @Property({ type: 'integer', default: 0 })
  stored = 0;

  @Property({ type: 'integer', default: 0 })
  added = 0;

  @Property({ type: 'integer', default: 0 })
  transcripts = 0;

  @Property({ type: 'integer', default: 0 })
  unusable = 0;

  @Property({ type: 'integer', default: 0 })
  requests = 0;

  /** Grows with every change, so that a reader can drop what is older than what it has. */
  @Property({ type: 'bigint', default: 0 })
  sequence = '0';

  @Property({ type: 'float', nullable: true })
  callsPerSecond!: number | null;

  @Property({ type: 'text', nullable: true })
  bindingLimit!: string | null;

  @Property({ type: 'text', nullable: true })
  waitReason!: string | null;

  @Property({ type: 'json', nullable: true })
  error!: RunError | null;

  @Property({ type: 'timestamptz' })
  createdAt!: Date;

  @Property({ type: 'timestamptz', nullable: true })
  startedAt!: Date | null;

  @Property({ type: 'timestamptz', nullable: true })
  finishedAt!: Date | null;

  /** A run that was handed back looks as old as can be. */
  @Property({ type: 'timestamptz', defaultRaw: 'now()' })
  updatedAt!: Date;
}
