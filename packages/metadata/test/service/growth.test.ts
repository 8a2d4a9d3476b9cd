import v8 from 'node:v8'
import vm from 'node:vm'
import { expect, it } from 'vitest'
import { metadataService } from '../../src/service/metadata-service.ts'
import { signedByProxy } from '../../src/service/signed-by-proxy.ts'
import { signatureOf } from '../../src/service/signature.ts'
import { aServer } from '../support/server.ts'
import { sourceOf } from '../support/source.ts'

const secret = 'a secret of thirty-two bytes or more'

/** Bytes in use, of those that can be reached. */
function heap(): number {
  v8.setFlagsFromString('--expose-gc')
  const collect = vm.runInNewContext('gc') as () => void
  collect()
  return process.memoryUsage().heapUsed
}

it('S-DOS-6: 100 000 requests for paths, hosts and servers that are not there leave nothing behind', async () => {
  const service = metadataService({ source: sourceOf(aServer()), identify: signedByProxy({ secret }) })
  const own = aServer()
  const signature = signatureOf(secret, own.server)
  const ask = async (number: number): Promise<number> => {
    const stranger = number % 4 === 0
    const server = stranger ? `server-${number}` : own.server
    const headers = {
      'x-instance-id': server,
      'x-tenant-id': own.project,
      'x-instance-id-signature': stranger ? signatureOf(secret, server) : signature,
    }
    const request = new Request(`http://host-${number}.example/latest/meta-data/${number}/${'x'.repeat(100)}`, {
      headers,
    })
    return (await service(request)).status
  }
  for (let number = 0; number < 1000; number++) expect(await ask(number)).toBe(404)
  const before = heap()
  for (let number = 1000; number < 101_000; number++) await ask(number)
  expect(heap() - before).toBeLessThan(5 * 2 ** 20)
}, 60_000)
