import { silentLog } from '@novakit/core'
import { jsonAnswer, serve } from '@novakit/http-kit'
import { expect, test } from 'vitest'

test('a request with a body can be read in every way that a request can', async () => {
  const server = await serve(
    async (request) => {
      const first = request.clone()
      const form = new URL(request.url).pathname === '/form'
      if (form) return jsonAnswer(200, Object.fromEntries(await request.formData()))
      const copy = new Request(request.url, { method: 'POST', body: request.body, duplex: 'half' } as RequestInit)
      return jsonAnswer(200, {
        isRequest: request instanceof Request,
        copied: await copy.text(),
        used: request.bodyUsed,
        size: (await first.clone().blob()).size,
        length: (await first.clone().arrayBuffer()).byteLength,
        bytes: [...(await first.clone().bytes())],
        json: await first.json(),
      })
    },
    { host: '127.0.0.1', port: 0, log: silentLog },
  )
  const sent = await fetch(server.url, { method: 'POST', body: '[1]' })
  expect(await sent.json()).toEqual({
    isRequest: true,
    copied: '[1]',
    used: true,
    size: 3,
    length: 3,
    bytes: [91, 49, 93],
    json: [1],
  })
  const form = await fetch(`${server.url}/form`, { method: 'POST', body: new URLSearchParams({ a: 'b' }) })
  expect(await form.json()).toEqual({ a: 'b' })
  await server.close()
})
