import type { CloudPicture } from '../invariants/cloud-picture.ts'
import type { FailPoint } from '../../saga/index.ts'
import type { Millis } from '../../domain/unit/units.ts'
import type { Operation } from '../../domain/operation/operation.ts'
import type { StorageFault } from '../faulty-storage.ts'
import type { StoreName } from '../../domain/storage/store-name.ts'

/** One conductor of a stage. It can be stopped in the middle of anything. */
export interface StageProcess {
  readonly name: string
  /** Dies at once: nothing of it is heard or written any more. */
  kill(): void
  /** Stands still, its timers and its ears too, until it is resumed. */
  pause(): void
  resume(): void
  /** Its next write, to whichever store, meets this. */
  breakWrite(fault: StorageFault): void
}

/** A conductor has come to a fail point. */
export interface Moment {
  readonly process: StageProcess
  readonly point: FailPoint
  readonly operation: Operation
  /** As {@link FailPointHook} has it. */
  readonly key: string
}

/**
 * A whole cloud on virtual time, with two conductors, in which one saga is about to run. Whatever a case does to it, it
 * must come to rest, and agree with itself.
 */
export interface SagaStage {
  /** Called at every fail point of every conductor; null: nothing happens there. */
  intercept(hook: ((moment: Moment) => Promise<void>) | null): void
  /** Somebody asks for what the saga does. Resolves when it is accepted. */
  begin(): Promise<void>
  /** Time passes until nothing is under way any more. @throws where that takes too long */
  settle(): Promise<void>
  /** That much time passes. */
  pass(span: Millis): Promise<void>
  /** @throws unless what was asked for is so: the server is active, in error, or gone */
  expectGoal(): Promise<void>
  /** The user deletes every server that there is. Resolves when that is accepted. */
  deleteServers(): Promise<void>
  picture(): Promise<CloudPicture>
  /** Every message that was ever sent arrives once more. */
  replay(): void
  /** From now on every message arrives a second time, that much later. */
  repeatMessages(after: Millis): void
  /** The store answers nobody for that long. */
  stopStore(store: StoreName, span: Millis): void
  /** What happens to all hosts for that long, before they are well again. */
  troubleHosts(trouble: HostTrouble, span: Millis): Promise<void>
  /** Faults that a dependency can be given, by a sentence: the effect happens, and then an error. */
  readonly dependencyFaults: Readonly<Record<string, () => void>>
  close(): Promise<void>
}

/** `dead`: their agents are killed and start again later. `cut off`: no message comes or goes. */
export type HostTrouble = 'dead' | 'cut off'
