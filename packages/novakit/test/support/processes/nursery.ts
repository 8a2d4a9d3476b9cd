import { fork, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import type { Answer, Offer, Question } from './serve-parent.ts'
import { withCompileCache } from '../compile-cache.ts'

/** A process of its own whose functions are called from here. */
export interface Child<Offered extends Offer> {
  readonly call: <Name extends keyof Offered & string>(
    name: Name,
    ...args: Parameters<Offered[Name]>
  ) => ReturnType<Offered[Name]>
  /** The signal that ended it. */
  readonly ended: Promise<NodeJS.Signals | null>
  readonly alive: boolean
  kill(): Promise<void>
}

/** Starts processes from one script. The next one is loaded while the last one works. */
export interface Nursery<Offered extends Offer, Options> {
  /** @throws when it ends before it is ready */
  start(options: Options): Promise<Child<Offered>>
  close(): void
}

export function nursery<Offered extends Offer, Options extends object>(script: string): Nursery<Offered, Options> {
  const load = (): ChildProcess =>
    fork(script, [], { execArgv: [], env: withCompileCache(), stdio: ['ignore', 'inherit', 'inherit', 'ipc'] })
  let next = load()
  return {
    start: async (options) => {
      const child = next
      next = load()
      const ended = once(child, 'exit').then(([, signal]) => signal as NodeJS.Signals | null)
      const ready = once(child, 'message').then(() => true)
      child.send({ options })
      if (await Promise.race([ready, ended.then(() => false)])) return childOf<Offered>(child, ended)
      throw new Error(`${script} ended before it was ready.`)
    },
    close: () => void next.kill('SIGKILL'),
  }
}

function childOf<Offered extends Offer>(child: ChildProcess, ended: Child<Offered>['ended']): Child<Offered> {
  return {
    call: callerOf(child, ended) as unknown as Child<Offered>['call'],
    ended,
    get alive() {
      return child.exitCode === null && child.signalCode === null
    },
    kill: async () => {
      child.kill('SIGKILL')
      await ended
    },
  }
}

/** A call to a child that dies meanwhile is rejected. */
function callerOf(
  child: ChildProcess,
  ended: Promise<unknown>,
): (name: string, ...args: unknown[]) => Promise<unknown> {
  const waiting = new Map<number, PromiseWithResolvers<unknown>>()
  let last = 0
  child.on('message', (message) => {
    const answer = message as Answer
    const waiter = waiting.get(answer.id)
    waiting.delete(answer.id)
    if (!('problem' in answer)) waiter?.resolve(answer.value)
    else waiter?.reject(Object.assign(new Error(answer.problem.message), { code: answer.problem.code }))
  })
  const orphan = (): void => {
    for (const waiter of waiting.values()) waiter.reject(new Error('The process has died.'))
    waiting.clear()
  }
  ended.then(orphan, orphan)
  return (name, ...args) => {
    if (!child.connected) return Promise.reject(new Error('The process has died.'))
    const waiter = Promise.withResolvers<unknown>()
    const id = ++last
    waiting.set(id, waiter)
    child.send({ id, name, args } satisfies Question, (error) => {
      if (error !== null) waiter.reject(error)
    })
    return waiter.promise
  }
}
