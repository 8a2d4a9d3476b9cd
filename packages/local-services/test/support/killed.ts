// A process that kills itself at a place: what it leaves behind is what a crash leaves behind.
import { gib, id, type ImageId } from '@novakit/core'
import { localServices, type LocalServices } from '@novakit/local-services'
import { as, inPieces } from './work.ts'
import { good } from './disk-images.ts'

const image = id<ImageId>('5f0e1c8e-0c1d-4c3a-9d0a-3a1f6f0c2d11')
const me = as('mine')

const works = {
  upload: ({ images }: LocalServices) => images.put(me, image, inPieces(good.raw())),
  fetch: async ({ images }: LocalServices) => images.fetch(await images.get(me, image)),
  delete: ({ images }: LocalServices) => images.delete(me, image),
  'create-volume': ({ volumes }: LocalServices) => volumes.create(me, { size: gib(1), name: 'data', type: null }, 'op'),
  'delete-volume': async ({ volumes }: LocalServices) => volumes.delete(me, (await volumes.volumes(me))[0]!.id),
  'extend-volume': async ({ volumes }: LocalServices) => volumes.extend(me, (await volumes.volumes(me))[0]!.id, gib(4)),
  'snapshot-volume': async ({ volumes }: LocalServices) =>
    volumes.snapshots.create(me, (await volumes.volumes(me))[0]!.id, 's'),
} as const

export type Work = keyof typeof works

const [dir = '', work = '', place = ''] = process.argv.slice(2)
if (work in works) {
  const services = await localServices({
    dir,
    failPoint: (here) => {
      if (here === place) process.kill(process.pid, 'SIGKILL')
    },
  })
  await works[work as Work](services)
  await services.close()
}
