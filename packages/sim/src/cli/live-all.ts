import { fork } from 'node:child_process'
import type { Result, Task } from './worker.ts'

/** Lives all tasks in so many processes. Results come in whatever order. @throws where a process dies */
export async function liveAll(
  program: string,
  tasks: Iterable<Task>,
  jobs: number,
  heard: (result: Result) => void,
): Promise<void> {
  const waiting = tasks[Symbol.iterator]()
  await Promise.all(Array.from({ length: jobs }, () => liveInTurn(program, waiting, heard)))
}

function liveInTurn(program: string, waiting: Iterator<Task>, heard: (result: Result) => void): Promise<void> {
  const child = fork(program, ['--worker'], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] })
  return new Promise((resolve, reject) => {
    let current: Task | null = null
    const next = (): void => {
      const { value, done } = waiting.next()
      current = done === true ? null : value
      if (current === null) child.disconnect()
      else child.send(current)
    }
    child.on('message', (result: Result) => {
      heard(result)
      next()
    })
    child.on('error', reject)
    child.on('exit', (code) =>
      current === null
        ? resolve()
        : reject(new Error(`The process that lived seed ${current.seed} ended with ${code}.`)),
    )
    next()
  })
}
