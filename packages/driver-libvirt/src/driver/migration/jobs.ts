import type { LiveMigrationProgress, ServerId } from '@novakit/core'
import type { Station } from '../station.ts'

type State = LiveMigrationProgress['state']

/** A migration that was begun here. */
export interface Job {
  state: State
  readonly over: Promise<void>
}

/** Migrations of this process, and word of those of an earlier one. */
export interface Jobs {
  get(server: ServerId): Job | undefined
  /** `work` resolves to how it ended. */
  begin(server: ServerId, record: JobRecord, work: () => Promise<State>): Promise<void>
  /** What an earlier process wrote down when it began one. */
  record(server: ServerId): Promise<JobRecord | null>
  forget(server: ServerId): Promise<void>
}

export interface JobRecord {
  /** Whether both hosts see the same files. */
  readonly shared: boolean
}

export function migrationJobs({ environment }: Pick<Station, 'environment'>): Jobs {
  const { memory, log } = environment
  const jobs = new Map<ServerId, Job>()
  const key = (server: ServerId): string => `libvirt-migration/${server}`
  return {
    get: (server) => jobs.get(server),
    begin: async (server, record, work) => {
      await memory.put(key(server), JSON.stringify(record))
      const ended = Promise.withResolvers<void>()
      const job: Job = { state: 'running', over: ended.promise }
      jobs.set(server, job)
      work()
        .catch((error: unknown): State => {
          log.error('a live migration failed', { server, error: String(error) })
          return 'failed'
        })
        .then((state) => {
          job.state = state
          ended.resolve()
        }, ended.reject)
    },
    record: async (server) => {
      const text = await memory.get(key(server))
      return text === null ? null : (JSON.parse(text) as JobRecord)
    },
    forget: async (server) => {
      jobs.delete(server)
      await memory.delete(key(server))
    },
  }
}
