import type { CloudPicture } from './cloud-picture.ts'

/** No build request, no event and no tombstone waits for anybody. */
export function nothingIsPending({ buildRequests, outbox, tombstones }: CloudPicture): readonly string[] {
  return [
    ...buildRequests.map((row) => `a build request of ${row.server} is left, attempt ${row.attempt}`),
    ...outbox.map((row) => `${row.name} of ${row.subject} was never delivered`),
    ...tombstones.map((row) => `host ${row.host} was never told that ${row.server} is dead`),
  ]
}
