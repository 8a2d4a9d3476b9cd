import { libvirtErrors } from '../errors.ts'
import { jobOf, resultOf, type Job } from '../link/job.ts'
import { procedures } from '../procedures/index.ts'
import type { Procedure } from '../procedures/procedure.ts'
import type { CallQueue } from './call-queue.ts'
import type { Connect } from './open-link.ts'
import type { CallOptions, Settings } from './options.ts'
import { callAlone, openStream } from './own-connection.ts'
import { patiently } from './patience.ts'

/** Makes one call by its name. `bound`: on the present link or not at all. */
export type Invoke = (
  name: string,
  args: object,
  options?: CallOptions & { readonly bound?: boolean },
) => Promise<unknown>

interface Parts {
  readonly settings: Settings
  readonly connect: Connect
  readonly queue: CallQueue
  readonly isClosed: () => boolean
}

/** Decides which way a call goes: by the queue of the shared link, or on a link of its own. */
export function invoker({ settings, connect, queue, isClosed }: Parts): Invoke {
  const { clock } = settings
  return async (name, args, options = {}) => {
    if (isClosed()) throw libvirtErrors.closed({})
    const procedure = procedureOf(name)
    const timeout = options.timeout === undefined ? settings.timeout : options.timeout
    const draft = jobOf(name, procedure, args)
    const shared = procedure.stream === 'none' && options.connection !== 'own'
    return patiently(name, { clock, signal: options.signal, timeout }, (resolve, reject) => {
      if (shared) {
        const job = {
          ...draft,
          bound: options.bound ?? false,
          answered: answers(draft, resolve, reject),
          failed: reject,
        }
        queue.push(job)
        return () => queue.drop(job)
      }
      const giveUp = new AbortController()
      const alone = procedure.stream === 'none' ? callAlone : openStream
      alone(connect, draft, giveUp.signal).then(resolve, reject)
      return () => giveUp.abort()
    })
  }
}

function procedureOf(name: string): Procedure {
  const procedure = (procedures as Readonly<Record<string, Procedure>>)[name]
  if (procedure === undefined) throw libvirtErrors.invalid_argument({ what: `there is no call ${name}` })
  return procedure
}

function answers(
  draft: Pick<Job, 'name' | 'procedure'>,
  resolve: (value: unknown) => void,
  reject: (error: unknown) => void,
): Job['answered'] {
  return (frame) => {
    try {
      resolve(resultOf(draft, frame))
    } catch (error) {
      reject(error)
    }
  }
}
