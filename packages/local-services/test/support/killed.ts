// A process that kills itself at a place: what it leaves behind is what a crash leaves behind.
import { id, type ImageId } from '@novakit/core'
import { localServices } from '@novakit/local-services'
import { as, inPieces } from './work.ts'
import { good } from './disk-images.ts'

const [dir = '', work = '', place = ''] = process.argv.slice(2)
const image = id<ImageId>('5f0e1c8e-0c1d-4c3a-9d0a-3a1f6f0c2d11')
const me = as('mine')

const services = await localServices({
  dir,
  failPoint: (here) => {
    if (here === place) process.kill(process.pid, 'SIGKILL')
  },
})
const { images } = services
if (work === 'upload') await images.put(me, image, inPieces(good.raw()))
if (work === 'fetch') await images.fetch(await images.get(me, image))
if (work === 'delete') await images.delete(me, image)
await services.close()
