import type { CloudWorld } from '../world/cloud-world.ts'

/** Writes down what conductors do, and marks what is remarkable of it. */
export function tellSagas(world: CloudWorld): void {
  const { trace } = world
  const lastOf = new Map<string, string>()
  const attempts = new Map<string, number>()
  world.observers.add((process, point, operation, key) => {
    trace.note(process.name, `${operation.kind} of ${operation.subject.slice(0, 8)} ${point} ${key}`)
    const before = lastOf.get(operation.id)
    lastOf.set(operation.id, process.name)
    if (before !== undefined && before !== process.name) trace.mark('a conductor goes on with what another began')
    if (operation.tries > 0) trace.mark('a step is tried again')
    if (point === 'after_effect' && operation.report?.outcome.kind === 'failed') trace.mark('a host reports a failure')
    if (key.endsWith('/undo') && point === 'before') trace.mark(`a ${operation.kind} goes back`)
    if (point === 'before' && operation.kind === 'server.build' && before === undefined) {
      const builds = (attempts.get(operation.subject) ?? 0) + 1
      attempts.set(operation.subject, builds)
      if (builds === 2) trace.mark('a server is tried on a second host')
      if (builds === 3) trace.mark('a server is tried on a third host')
    }
    if (point === 'after_commit' && key === 'failed') trace.mark(`a ${operation.kind} fails`)
    if (point === 'after_commit' && key === 'done' && operation.kind === 'server.cancel') {
      trace.mark('a request is cancelled before its server is built')
    }
  })
}
