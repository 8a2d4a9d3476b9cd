import type { CloudPicture } from './cloud-picture.ts'

/** The first deliveries of what one store tells of one server come in its order; later ones are repetitions (I20). */
export function eventsComeInOrder({ events }: CloudPicture): readonly string[] {
  const last = new Map<string, number>()
  const seen = new Set<string>()
  return events.flatMap(({ id, seq, name, store, payload }) => {
    if (!('server' in payload) || seen.has(id)) return []
    seen.add(id)
    const subject = `${payload.server} in ${store}`
    const before = last.get(subject) ?? 0
    last.set(subject, Math.max(before, seq))
    return seq > before ? [] : [`${name} of ${subject} came after what happened later`]
  })
}
